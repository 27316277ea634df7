"""Every page in every profile passes the official shapes by itself, but for what the data has as published."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, Quad

from graph.generations import Generations
from tests.support.official import BASE, HVD, RANGES, VOCABULARIES, violations
from tests.support.portal import portal, publish, rdf
from tests.support.shared import SHARED
from vocabularies.namespaces import HYDRA

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the official shapes are not here")

PORTAL = "http://127.0.0.1:8000"
DATA = "https://data.portal.example/id"
IMPERFECT = {
    (f"<{DATA}/dataset/cultural-events>", "http://purl.org/dc/terms/publisher"),
    (f"<{DATA}/dataset/data-inventory>", "http://purl.org/dc/terms/description"),
    (f"<{DATA}/distribution/cultural-events-ics>", "http://www.w3.org/ns/dcat#accessURL"),
    (f"<{DATA}/distribution/drinking-water-quality-xlsx>", "http://purl.org/dc/terms/format"),
    (f"<{DATA}/dataset/housing-prices>", "http://www.w3.org/ns/dcat#theme"),
    (f"<{DATA}/distribution/cadastral-parcels-gml>", "http://data.europa.eu/r5r/applicableLegislation"),
}
"""What is wrong with the example on purpose."""

_SPDX = "http://spdx.org/rdf/terms#algorithm"
"""The official shapes want SPDX's terms to begin with https; they do not."""


def pages(client: FlaskClient, path: str) -> Iterator[list[Quad]]:
    while path:
        quads = list(rdf(client.get(path)))
        yield quads
        following = [quad.object.value for quad in quads if quad.predicate == HYDRA.next]
        path = following[0].removeprefix(PORTAL) if following else ""


def faults(quads: list[Quad], *names: str) -> set[tuple[str, str]]:
    return {(focus, path) for focus, path, _ in violations(quads, names) if path != _SPDX}


@pytest.mark.parametrize("profile", ["dcat-ap", "dcat-ap-hvd", "dcat-ap-lu"])
@pytest.mark.parametrize("limit", [7, 100])
def test_pages_of_the_example_have_no_faults_but_its_own(client: FlaskClient, profile: str, limit: int) -> None:
    shapes = (*BASE, *RANGES, *VOCABULARIES)
    found = [faults(page, *shapes) for page in pages(client, f"/catalogue.nt?profile={profile}&limit={limit}")]
    assert len(found) >= 1 + (limit < 10)
    assert set().union(*found) <= IMPERFECT


@pytest.mark.parametrize("path", ["/catalogue/hvd.ttl", "/catalogue.jsonld?profile=dcat-ap-hvd&limit=5"])
def test_what_is_of_high_value_passes_the_shapes_of_that_profile(client: FlaskClient, path: str) -> None:
    found = [faults(page, *HVD) for page in pages(client, path)]
    assert set().union(*found) <= IMPERFECT


@pytest.mark.parametrize("query", ["theme=ENVI", "modified_since=2020-01-01&limit=9", "source=example&limit=50"])
def test_parts_of_the_catalogue_pass_as_well(client: FlaskClient, query: str) -> None:
    shapes = (*BASE, *RANGES, *VOCABULARIES)
    for page in pages(client, f"/catalogue.ttl?{query}"):
        assert faults(page, *shapes) <= IMPERFECT


@pytest.mark.prove
def test_pages_of_a_real_catalogue_have_no_faults_but_its_own(tmp_path: Path) -> None:
    publish(tmp_path / "data", SHARED / "catalogues" / "data.gov.be-subset.nt.gz", source="belgium")
    published = {name: faults(as_published(tmp_path / "data"), *name) for name in (BASE, RANGES, VOCABULARIES)}
    with portal(tmp_path / "data") as client:
        for path in ("/catalogue.nt?limit=500", "/catalogue/hvd.ttl?limit=500", "/catalogue.rdf?profile=dcat-ap-lu"):
            for page in pages(client, path):
                for name, known in published.items():
                    assert {(focus, at) for focus, at in faults(page, *name) - known if focus[0] == "<"} == set()


def as_published(data: Path) -> list[Quad]:
    """All that the portal holds for true, as SPARQL sees it."""
    with Generations(data).current() as generation:
        triples = generation.store.quads_for_pattern(None, None, None, DefaultGraph())
        return [Quad(one.subject, one.predicate, one.object) for one in triples]
