"""Dumps pass the official shapes by themselves, with no table beside them, but for what the data has as published."""

import gzip
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from api.background.dumping import run
from api.settings import Settings
from loaders.dumps.sets import Dumps
from tests.api.harvest.test_conformity import IMPERFECT, as_published, faults
from tests.support.official import BASE, RANGES, VOCABULARIES
from tests.support.portal import EXAMPLE, publish
from tests.support.shared import SHARED

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the official shapes are not here")

SYNTAXES = {"ttl": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("example") / "data"
    publish(data, EXAMPLE)
    run(Settings(data=data))
    return data


def dumped(data: Path, extension: str) -> list[Quad]:
    packed = (Dumps(data).path(1) / f"catalogue.{extension}.gz").read_bytes()
    return [quad for quad in parse(gzip.decompress(packed), SYNTAXES[extension]) if isinstance(quad, Quad)]


@pytest.mark.parametrize("extension", SYNTAXES)
def test_a_dump_of_the_example_has_no_faults_but_its_own(example: Path, extension: str) -> None:
    assert faults(dumped(example, extension), *BASE, *RANGES, *VOCABULARIES) <= IMPERFECT


@pytest.mark.prove
def test_a_dump_of_a_real_catalogue_has_no_faults_but_its_own(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data, SHARED / "catalogues" / "data.gov.be-subset.nt.gz", source="belgium")
    run(Settings(data=data))
    found, published = dumped(data, "ttl"), as_published(data)
    for name in (BASE, RANGES, VOCABULARIES):
        of_ours = faults(found, *name) - faults(published, *name)
        assert {(focus, path) for focus, path in of_ours if focus[0] == "<"} == set()
