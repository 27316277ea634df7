"""What OAI-PMH and the event stream tell passes the official shapes, but for what the data has as published."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import rdflib
from flask.testing import FlaskClient
from pyoxigraph import Literal, Quad, RdfFormat, parse, serialize
from pyshacl import validate

from api.harvest.oai import protocol
from graph.generations import Generations
from tests.api.harvest.test_conformity import IMPERFECT, as_published, faults
from tests.support.follower import BASE as PORTAL
from tests.support.follower import Follower
from tests.support.harvester import crawl
from tests.support.official import BASE, HVD, RANGES, VOCABULARIES
from tests.support.portal import portal, publish, rdf
from tests.support.shared import SHARED
from vocabularies.namespaces import AS, DCAT, DCT, RDF

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the official shapes are not here")

STANDARDS = SHARED / "standards"
REFERENCED = {DCT.conformsTo.value, DCAT.record.value}
"""What such a stream refers to only (https://semiceu.github.io/LDES-DCAT-AP-feeds/#types): standards, and catalogue
records, in whose place the events are."""


def records(client: FlaskClient, prefix: str) -> Iterator[list[Quad]]:
    """What each record tells, by itself."""
    for part in crawl(client, "ListRecords", metadataPrefix=prefix):
        for told in part.iter(f"{{{RDF.prefix}}}RDF"):
            yield list(parse(ET.tostring(told), RdfFormat.RDF_XML))


def test_each_record_passes_by_itself(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "RECORDS", 13)
    told = list(records(client, "dcat_ap"))
    assert len(told) == 62
    assert set().union(*(faults(one, *BASE, *RANGES, *VOCABULARIES) for one in told)) <= IMPERFECT


def test_each_record_of_high_value_passes_the_shapes_of_that_profile(client: FlaskClient) -> None:
    told = list(records(client, "dcat_ap_hvd"))
    assert told
    shapes = (*BASE, *RANGES, *VOCABULARIES, *HVD)
    assert set().union(*(faults(one, *shapes) for one in told)) <= IMPERFECT


def pages(client: FlaskClient) -> list[list[Quad]]:
    """What the pages of the event stream tell."""
    follower = Follower()
    follower.follow(client)
    return [list(rdf(client.get(address.removeprefix(PORTAL)))) for address in sorted(follower.pages)]


def test_what_followers_end_with_passes(client: FlaskClient, example: Path) -> None:
    """Beside the authority tables, which no stream repeats, as the official validator has them beside the data."""
    whole = [quad for page in pages(client) for quad in page]
    assert faults(whole, *BASE) <= IMPERFECT
    for shapes in (RANGES, VOCABULARIES):
        found = faults([*whole, *tables(example)], *shapes)
        assert {(focus, path) for focus, path in found if path not in REFERENCED} <= IMPERFECT


def tables(data: Path) -> list[Quad]:
    """The authority tables as published, in one graph."""
    with Generations(data).current() as generation:
        prefix = f"{PORTAL}/graph/vocabulary/"
        graphs = [graph for graph in generation.store.named_graphs() if graph.value.startswith(prefix)]
        found = (quad for graph in graphs for quad in generation.store.quads_for_pattern(None, None, None, graph))
        return [Quad(quad.subject, quad.predicate, quad.object) for quad in found]


def test_each_event_is_as_dcat_ap_feeds_wants_it(client: FlaskClient) -> None:
    known = rdflib.Graph()
    for name in (
        "dcat-3/dcat3",
        "supporting-ontologies/vcard",
        "supporting-ontologies/foaf",
        "supporting-ontologies/org",
    ):
        known.parse(next(STANDARDS.glob(f"{name}.*")))
    told = pages(client)
    assert all(conforms(page, known) for page in told)
    event = next(quad.subject for page in told for quad in page if quad.object == AS.Create)
    assert not conforms([*told[0], Quad(event, DCT.title, Literal("More than an event has"))], known)


def conforms(page: list[Quad], known: rdflib.Graph) -> bool:
    flat = serialize((quad.triple for quad in page), format=RdfFormat.N_TRIPLES)
    sound, _, _ = validate(
        rdflib.Graph().parse(data=flat, format="nt"),
        shacl_graph=rdflib.Graph().parse(STANDARDS / "dcat-ap-feeds-ldes" / "shape.ttl"),
        ont_graph=known,
        do_owl_imports=False,
    )
    return bool(sound)


CATALOGUE = SHARED / "catalogues" / "data.gov.be-subset.nt.gz"
REAL = (BASE, RANGES, VOCABULARIES)


@pytest.fixture(scope="module")
def belgium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("belgium") / "data"
    publish(data, CATALOGUE, source="belgium")
    return data


@pytest.fixture(scope="module")
def published(belgium: Path) -> Mapping[tuple[str, ...], set[tuple[str, str]]]:
    """What is wrong with the data as published, by the shapes that say so."""
    told = as_published(belgium)
    return {shapes: nameless(faults(told, *shapes)) for shapes in (*REAL, HVD)}


def nameless(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Blank nodes have other names each time they are read."""
    return {(focus if focus.startswith("<") else "_", path) for focus, path in found}


@pytest.mark.prove
@pytest.mark.parametrize(("prefix", "wanted"), [("dcat_ap", REAL), ("dcat_ap_hvd", (*REAL, HVD))])
def test_records_of_a_real_catalogue_have_no_faults_but_its_own(
    belgium: Path,
    published: Mapping[tuple[str, ...], set[tuple[str, str]]],
    prefix: str,
    wanted: tuple[tuple[str, ...], ...],
) -> None:
    with portal(belgium) as client:
        told = list(records(client, prefix))
    assert len(told) > 10
    for shapes in wanted:
        assert nameless(set().union(*(faults(one, *shapes) for one in told))) - published[shapes] == set()


@pytest.mark.prove
def test_what_followers_of_a_real_catalogue_end_with_has_no_faults_but_its_own(
    belgium: Path, published: Mapping[tuple[str, ...], set[tuple[str, str]]]
) -> None:
    with portal(belgium) as client:
        whole = [quad for page in pages(client) for quad in page]
    for shapes in REAL:
        found = nameless(faults([*whole, *(tables(belgium) if shapes != BASE else ())], *shapes))
        assert {(focus, path) for focus, path in found - published[shapes] if path not in REFERENCED} == set()
