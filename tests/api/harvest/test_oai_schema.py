"""Whether what holds our answers to the schema of OAI-PMH would see what is wrong with them."""

from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from tests.support.oai_schema import faults

ASKED = {
    "identify": "verb=Identify",
    "formats": "verb=ListMetadataFormats",
    "sets": "verb=ListSets",
    "records": "verb=ListRecords&metadataPrefix=oai_dc",
    "identifiers": "verb=ListIdentifiers&metadataPrefix=dcat_ap",
    "error": "verb=ListRecords",
}


@pytest.mark.parametrize("name", sorted(ASKED))
def test_answers_have_no_faults(client: FlaskClient, name: str) -> None:
    assert faults(read(client, name)) == []


def read(client: FlaskClient, name: str, *change: str) -> ET.Element:
    told = client.get(f"/oai?{ASKED[name]}").text
    if change:
        assert change[0] in told
        told = told.replace(change[0], change[1], 1)
    return ET.fromstring(told)  # noqa: S314  our own


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("identify", "persistent", "always"),
        ("identify", "YYYY-MM-DDThh:mm:ssZ", "YYYY-MM-DD"),
        ("identify", "<protocolVersion>2.0</protocolVersion>", ""),
        ("identify", "opendata@portal.example", "opendata"),
        ("identify", "<responseDate>2", "<responseDate>x"),
        ("formats", "<metadataNamespace>", "<metadataNamespace>not an IRI"),
        ("formats", "<metadataPrefix>oai_dc", "<metadataPrefix>oai dc"),
        ("sets", "<setSpec>hvd</setSpec>", "<setSpec>a b</setSpec>"),
        ("sets", "<setName>", "<setTitle/><setName>"),
        ("records", "<header>", '<header status="gone">'),
        ("records", "<header>", '<header status="deleted">'),
        ("records", "<dc:title", "<dc:name/><dc:title"),
        ("records", "<dc:identifier>", '<dc:identifier type="x">'),
        ("records", "<metadata>", "<metadata><x/>"),
        ("identifiers", "<datestamp>2", "<datestamp>"),
        ("identifiers", "</ListIdentifiers>", '<resumptionToken cursor="0"/></ListIdentifiers>'),
        ("identifiers", "</ListIdentifiers>", '<resumptionToken completeListSize="0"/></ListIdentifiers>'),
        ("identifiers", 'verb="ListIdentifiers"', 'verb="ListIdentifiers" colour="red"'),
        ("error", 'code="badArgument"', 'code="badLuck"'),
        ("error", ' code="badArgument"', ""),
        ("error", "<request>", '<request verb="ListRecords">'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_seen(client: FlaskClient, name: str, old: str, new: str) -> None:
    assert faults(read(client, name, old, new)) != []


def test_another_document_is_none() -> None:
    assert faults(ET.Element("OAI-PMH")) != []
