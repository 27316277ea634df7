"""The library of MLCommons, by which machine learning loads datasets, on what we serve as Croissant."""

import re
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.portal import EXAMPLE, page, portal, publish
from tests.support.shared import SHARED

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own dependencies
    mlcroissant: Any = pytest.importorskip(
        "mlcroissant", reason="mlcroissant is not installed: tests/clients/requirements.lock has it"
    )


def offered(client: FlaskClient) -> Iterator[dict[str, Any]]:
    """Every dataset that there is as Croissant."""
    for part in re.findall(r"(/sitemaps/[^<]*)<", page(client, "/sitemap.xml").text):
        for path in sorted(set(re.findall(r"(/datasets/[a-z0-9-]+)<", page(client, part).text))):
            answer = client.get(f"{path}/croissant.json")
            if answer.status_code == 200:
                yield answer.get_json(force=True)


def loaded(document: dict[str, Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return mlcroissant.Dataset(jsonld=document).metadata


def check(document: dict[str, Any]) -> None:
    metadata = loaded(document)
    assert metadata.ctx.issues.errors == set()
    assert metadata.ctx.conforms_to.value == document["conformsTo"]
    assert metadata.name == document["name"]
    files = {file.content_url: file for file in metadata.file_objects}
    assert files.keys() == {file["contentUrl"] for file in document["distribution"]}
    for file in document["distribution"]:
        assert files[file["contentUrl"]].encoding_formats == [file["encodingFormat"]]


def test_mlcroissant_loads_the_datasets_of_the_example_that_have_tables(tmp_path: Path) -> None:
    publish(tmp_path / "data", EXAMPLE)
    with portal(tmp_path / "data") as client:
        documents = list(offered(client))
    assert documents
    for document in documents:
        check(document)


@pytest.mark.prove
@pytest.mark.skipif(not SHARED.exists(), reason="the real catalogue is not here")
def test_mlcroissant_loads_datasets_of_a_real_catalogue(tmp_path: Path) -> None:
    publish(tmp_path / "data", SHARED / "catalogues" / "data.gov.be-subset.nt.gz", source="belgium")
    with portal(tmp_path / "data") as client:
        documents = list(islice(offered(client), 300))
    assert len(documents) == 300
    for document in documents:
        check(document)
