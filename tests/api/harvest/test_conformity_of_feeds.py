"""What OAI-PMH and the event stream tell passes the official shapes, but for what the data has as published."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
import rdflib
from flask.testing import FlaskClient
from pyoxigraph import Literal, Quad, RdfFormat, parse, serialize
from pyshacl import validate

from api.harvest.oai import protocol
from tests.api.harvest.test_conformity import IMPERFECT, faults
from tests.support.follower import BASE as PORTAL
from tests.support.follower import Follower
from tests.support.harvester import crawl
from tests.support.official import BASE, HVD, RANGES, VOCABULARIES
from tests.support.portal import rdf
from tests.support.shared import SHARED
from vocabularies.namespaces import AS, DCT, RDF

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the official shapes are not here")

STANDARDS = SHARED / "standards"


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


def test_what_followers_end_with_passes(client: FlaskClient) -> None:
    """With its own entities only: what they name of others' is described nowhere in a stream."""
    whole = [quad for page in pages(client) for quad in page]
    assert faults(whole, *BASE) <= IMPERFECT


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
