"""Every page in every profile passes the official shapes by itself, but for what the data has as published."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, Quad, RdfFormat, parse

from graph.generations import Generations
from graph.iris import Iris
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.plan import compile_plan
from shapes.profiles import shapes_of
from tests.support.official import BASE, HVD, LU, RANGES, VOCABULARIES, violations
from tests.support.portal import portal, publish, rdf
from tests.support.shared import SHARED
from vocabularies.namespaces import DCT, HYDRA, SH

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


Fault = tuple[str, str]
"""Where it is (an IRI; what it is that has none cannot be told from page to page) and of which property."""


def faults(quads: list[Quad], *names: str) -> set[Fault]:
    return {(_place(focus, value), path) for focus, path, value in violations(quads, names) if path != _SPDX}


def _place(focus: str, value: str) -> str:
    return focus if focus[0] == "<" else f"_ {'_' if value[:2] == '_:' else value}"


SHAPES = {
    "dcat-ap": (BASE, RANGES, VOCABULARIES),
    "dcat-ap-hvd": (BASE, RANGES, VOCABULARIES, HVD),
    "dcat-ap-lu": (BASE, RANGES, VOCABULARIES, LU),
}
"""What a page in each profile is judged by, file by file as the validator of the Commission does."""


def slug(client: FlaskClient, iri: str) -> str:
    moved = client.get(f"/organisations/{Iris(PORTAL).slug(iri, '')}/catalogue.nt")
    return moved.headers["Location"].split("/")[-2] if moved.status_code == 301 else Iris(PORTAL).slug(iri, "")


@pytest.fixture(scope="module")
def known(example: Path) -> dict[tuple[str, ...], set[Fault]]:
    """What is wrong with the example as published, by shapes."""
    return judged(example)


def judged(data: Path) -> dict[tuple[str, ...], set[Fault]]:
    quads = as_published(data)
    return {names: faults(quads, *names) for names in (BASE, RANGES, VOCABULARIES, HVD, LU)}


@pytest.mark.parametrize("profile", SHAPES)
@pytest.mark.parametrize("path", ["/catalogue.nt?limit=7", "/catalogue.nt?limit=100", "/catalogue/hvd.nt?limit=5"])
def test_pages_of_the_example_have_no_faults_but_its_own(
    client: FlaskClient, known: dict[tuple[str, ...], set[Fault]], path: str, profile: str
) -> None:
    for page in pages(client, f"{path}&profile={profile}"):
        for names in SHAPES[profile]:
            assert faults(page, *names) <= (known[names] if names == LU else IMPERFECT), names


@pytest.mark.parametrize("profile", SHAPES)
def test_catalogues_of_organisations_have_no_faults_but_those_of_the_example(
    client: FlaskClient, known: dict[tuple[str, ...], set[Fault]], profile: str
) -> None:
    for name in ("environment", "mobility", "stat"):
        path = f"/organisations/{slug(client, f'{DATA}/organisation/{name}')}/catalogue.nt"
        for page in pages(client, f"{path}?limit=4&profile={profile}"):
            for names in SHAPES[profile]:
                assert faults(page, *names) <= (known[names] if names == LU else IMPERFECT), (name, names)


def test_pages_in_the_profile_of_luxembourg_pass_our_shapes_of_it(client: FlaskClient) -> None:
    plan = compile_plan(shapes_of(["dcat-ap-lu"]))
    for page in pages(client, "/catalogue.nt?limit=50&profile=dcat-ap-lu"):
        found = [one for one in evaluate(plan, by_subject(page)).results if one.source.severity == SH.Violation]
        assert {(str(one.focus), one.source.path_text or "") for one in found} <= IMPERFECT


@pytest.mark.parametrize(
    "query", ["theme=ENVI", "modified_since=2020-01-01&limit=9", "source=example&limit=50", "hvd=c_dd313021"]
)
def test_parts_of_the_catalogue_pass_as_well(client: FlaskClient, query: str) -> None:
    for page in pages(client, f"/catalogue.ttl?{query}"):
        assert faults(page, *BASE, *RANGES, *VOCABULARIES) <= IMPERFECT


@pytest.mark.parametrize("extension", ["ttl", "rdf", "jsonld", "trig", "nq"])
def test_each_syntax_says_the_same(client: FlaskClient, extension: str) -> None:
    """So it is enough to judge one of them."""
    for query in ("limit=20&page=2", "profile=dcat-ap-hvd", "profile=dcat-ap-lu&limit=9&page=3"):
        one, other = (told(client, f"/catalogue.{each}?{query}", each) for each in ("nt", extension))
        assert one == other


def told(client: FlaskClient, path: str, extension: str) -> Dataset:
    """What is said, but for the addresses of pages, which name their syntax."""
    answer = client.get(path)
    body = answer.data.replace(f"/catalogue.{extension}?".encode(), b"/catalogue?")
    found = Dataset(parse(body, RdfFormat.from_media_type(answer.mimetype or "")))
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


@pytest.mark.prove
def test_pages_of_a_real_catalogue_have_no_faults_but_its_own(tmp_path: Path) -> None:
    publish(tmp_path / "data", SHARED / "catalogues" / "data.gov.be-subset.nt.gz", source="belgium")
    known = judged(tmp_path / "data")
    with portal(tmp_path / "data") as client:
        of_one = f"/organisations/{slug(client, largest(tmp_path / 'data'))}/catalogue.nt?limit=300"
        for path in ("/catalogue.nt?limit=500", "/catalogue/hvd.nt?limit=500", of_one):
            for profile, shapes in SHAPES.items():
                for page in pages(client, f"{path}&profile={profile}"):
                    for names in shapes:
                        assert faults(page, *names) - known[names] == set(), (path, profile, names)


def largest(data: Path) -> str:
    """The organisation that publishes most."""
    with Generations(data).current() as generation:
        quads = generation.store.quads_for_pattern(None, DCT.publisher, None, DefaultGraph())
        return Counter(str(quad.object.value) for quad in quads).most_common(1)[0][0]  # type: ignore[union-attr]


def as_published(data: Path) -> list[Quad]:
    """All that the portal holds for true, as SPARQL sees it."""
    with Generations(data).current() as generation:
        triples = generation.store.quads_for_pattern(None, None, None, DefaultGraph())
        return [Quad(one.subject, one.predicate, one.object) for one in triples]
