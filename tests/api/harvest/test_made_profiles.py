"""Pages and records in profiles that are made of DCAT-AP 3.0.1, judged by the official shapes of those."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Dataset, Literal, NamedNode, Quad, RdfFormat
from rdflib import Graph

from graph.formats import RDF_FORMATS
from tests.api.harvest.test_conformity import IMPERFECT, as_published, pages
from tests.support.official import violations
from tests.support.portal import page, portal, publish, rdf
from tests.support.shared import SHARED
from vocabularies.namespaces import (
    ADMS,
    DCAT,
    DCT,
    FOAF,
    GEODCATAP,
    GSP,
    LOCN,
    OWL,
    PROV,
    RDF,
    SCHEMA,
    SKOS,
    SPDX,
    VCARD,
    XSD,
)

OFFICIAL = {
    "dcat-ap-2.1.1": tuple(
        f"dcat-ap/2.1.1/dcat-ap_2.1.1_shacl_{name}" for name in ("shapes", "range", "mdr-vocabularies.shape")
    ),
    "geodcat-ap": ("geodcat-ap/3.1.0/geodcat-ap-SHACL",),
}
RELEASES = "https://semiceu.github.io/DCAT-AP/releases"
ROLES = "http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole"
LUREF = "http://www.opengis.net/def/crs/EPSG/0/2169"
AIR = "http://odd.example/air"

ODD = """
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geodcatap: <http://data.europa.eu/930/> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix locn: <http://www.w3.org/ns/locn#> . @prefix gsp: <http://www.opengis.net/ont/geosparql#> .
@prefix role: <http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/> .
@prefix spdx: <http://spdx.org/rdf/terms#> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <http://odd.example/> .
@prefix status: <http://publications.europa.eu/resource/authority/distribution-status/> .
:series a dcat:DatasetSeries ; dct:title "Weather" ; dct:description "All of it." .
:old a dcat:Dataset ; dct:title "Air, before" ; dct:description "As it was." .
:air a dcat:Dataset ; dct:title "Air" ; dct:description "Measured." ; dct:publisher :office ; dcat:inSeries :series ;
  dcat:version "2.0" ; dcat:hasVersion :old ; dcat:previousVersion :old ; dcat:prev :old ;
  dcat:spatialResolutionInMeters 30.0, 5.0 ; dct:conformsTo <http://www.opengis.net/def/crs/EPSG/0/2169> ;
  dcat:contactPoint [ a vcard:Kind ; vcard:fn "Office"@en, "Büro"@de ; vcard:hasEmail <mailto:air@odd.example> ] ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
  dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2020-01-01"^^xsd:date ] ;
  dct:spatial [ a dct:Location ; dcat:bbox "POLYGON((5.5 49.25,6.5 49.25,6.5 50.5,5.5 50.5,5.5 49.25))" ],
    [ a dct:Location ; locn:geometry [ a locn:Geometry ; gsp:asWKT "POINT(6 49.5)"^^gsp:wktLiteral ] ],
    [ a dct:Location ; dcat:centroid "POINT(6 49.75)"^^gsp:wktLiteral ] ;
  dcat:distribution :csv, :json .
:old prov:qualifiedAttribution [ a prov:Attribution ; prov:agent :office ; dcat:hadRole role:custodian ] .
:office a foaf:Agent ; foaf:name "Office" .
:csv a dcat:Distribution ; dct:title "Values"@en ; dcat:accessURL <http://odd.example/page> ;
  dcat:downloadURL <http://odd.example/air.csv> ; dcat:byteSize "12"^^xsd:nonNegativeInteger ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ; adms:status status:DEVELOP ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
  dct:rights [ a dct:RightsStatement ; dct:description "a" ], [ a dct:RightsStatement ; dct:description "b" ] ;
  spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"^^xsd:hexBinary ] .
:json a dcat:Distribution ; dcat:accessURL <http://odd.example/air.json> ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/JSON> ;
  spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha1 ; spdx:checksumValue
    "da39a3ee5e6b4b0d3255bfef95601890afd80709"^^xsd:hexBinary ] .
"""

shared = pytest.mark.skipif(not SHARED.exists(), reason="the official shapes are not here")


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "odd.ttl").write_text(ODD)
    publish(folder / "data", folder / "odd.ttl")
    return folder / "data"


@pytest.fixture
def strange(odd: Path) -> Iterator[FlaskClient]:
    with portal(odd) as client:
        yield client


def faults(quads: list[Quad], profile: str) -> set[tuple[str, str]]:
    return {(focus, path) for focus, path, _ in violations(quads, OFFICIAL[profile])}


def values(told: Dataset, subject: object, predicate: NamedNode) -> list[object]:
    assert not isinstance(subject, Literal | str)
    found = told.quads_for_subject(subject)  # type: ignore[arg-type]
    return sorted((quad.object for quad in found if quad.predicate == predicate), key=str)


def odds(name: str) -> NamedNode:
    return NamedNode(f"http://odd.example/{name}")


@shared
@pytest.mark.parametrize("profile", OFFICIAL)
@pytest.mark.parametrize("limit", [7, 100])
def test_pages_of_the_example_have_no_faults_but_its_own(client: FlaskClient, profile: str, limit: int) -> None:
    found = [faults(one, profile) for one in pages(client, f"/catalogue.nt?profile={profile}&limit={limit}")]
    assert len(found) >= 1 + (limit < 10)
    assert set().union(*found) <= IMPERFECT


@shared
@pytest.mark.parametrize("profile", OFFICIAL)
def test_what_a_profile_says_otherwise_passes_too(strange: FlaskClient, profile: str) -> None:
    assert faults(list(rdf(strange.get(f"/catalogue.ttl?profile={profile}"))), profile) == set()


@shared
@pytest.mark.prove
@pytest.mark.parametrize("profile", OFFICIAL)
def test_pages_of_a_real_catalogue_have_no_faults_but_its_own(tmp_path: Path, profile: str) -> None:
    publish(tmp_path / "data", SHARED / "catalogues" / "data.gov.be-subset.nt.gz", source="belgium")
    known = faults(as_published(tmp_path / "data"), profile)
    with portal(tmp_path / "data") as client:
        for one in pages(client, f"/catalogue.nt?limit=500&profile={profile}"):
            assert {(focus, at) for focus, at in faults(one, profile) - known if focus[0] == "<"} == set()


def test_dcat_ap_2_has_series_versions_and_states_in_its_own_terms(strange: FlaskClient) -> None:
    told = rdf(strange.get("/catalogue.ttl?profile=dcat-ap-2.1.1"))
    assert DCAT.Dataset in values(told, odds("series"), RDF.type)
    assert DCAT.DatasetSeries not in values(told, odds("series"), RDF.type)
    assert values(told, odds("air"), DCT.isPartOf) == [odds("series")]
    assert values(told, odds("air"), OWL.versionInfo) == [Literal("2.0")]
    assert values(told, odds("air"), DCT.hasVersion) == values(told, odds("air"), ADMS.prev) == [odds("old")]
    assert not {DCAT.version, DCAT.inSeries, DCAT.prev, DCAT.hasVersion} & {quad.predicate for quad in told}
    assert values(told, odds("csv"), ADMS.status) == [NamedNode("http://purl.org/adms/status/UnderDevelopment")]
    assert values(told, NamedNode("http://purl.org/adms/status/UnderDevelopment"), SKOS.prefLabel)
    assert len(values(told, odds("csv"), DCT.rights)) == 1
    assert values(told, odds("air"), DCAT.spatialResolutionInMeters) == [Literal("5", datatype=XSD.decimal)]


def test_dcat_ap_2_knows_one_kind_of_checksum(strange: FlaskClient) -> None:
    told = rdf(strange.get("/catalogue.ttl?profile=dcat-ap-2.1.1"))
    assert not values(told, odds("csv"), SPDX.checksum)
    assert len(values(told, odds("json"), SPDX.checksum)) == 1
    assert [quad.object for quad in told if quad.predicate == SPDX.algorithm] == [SPDX.checksumAlgorithm_sha1]


def test_records_say_which_profile_they_follow(strange: FlaskClient) -> None:
    for profile, specification in (("dcat-ap-2.1.1", "2.1.1"), ("dcat-ap", "3.0.1")):
        told = rdf(strange.get(f"/catalogue.ttl?profile={profile}"))
        records = [quad.subject for quad in told if quad.predicate == RDF.type and quad.object == DCAT.CatalogRecord]
        said = {str(value) for record in records for value in values(told, record, DCT.conformsTo)}
        assert said == {f"<{RELEASES}/{specification}>"}


@pytest.mark.parametrize("form", RDF_FORMATS)
def test_a_size_is_a_decimal_there_in_every_syntax(strange: FlaskClient, form: RdfFormat) -> None:
    answer = strange.get(f"/catalogue.{form.extension}?profile=dcat-ap-2.1.1")  # type: ignore[attr-defined]
    told = rdf(answer)
    assert values(told, odds("csv"), DCAT.byteSize) == [Literal("12", datatype=XSD.decimal)]
    told = rdf(strange.get(f"/catalogue.{form.extension}"))  # type: ignore[attr-defined]
    assert values(told, odds("csv"), DCAT.byteSize) == [Literal("12", datatype=XSD.nonNegativeInteger)]


def test_geodcat_ap_has_shapes_in_both_notations(strange: FlaskClient) -> None:
    told = rdf(strange.get("/catalogue.ttl?profile=geodcat-ap"))
    shapes = {quad.object: quad.subject for quad in told if quad.predicate == LOCN.geometry}
    assert len(shapes) == 3
    texts = {str(value) for shape in shapes for value in values(told, shape, GSP.asGML)}
    assert any("<gml:pos>6 49.75</gml:pos>" in text for text in texts)
    assert any("<gml:posList>5.5 49.25 6.5 49.25" in text for text in texts)
    assert sum(len(values(told, shape, GSP.asWKT)) for shape in shapes) == 3
    boxes = [quad.object for quad in told if quad.predicate == DCAT.bbox]
    assert [box.datatype for box in boxes if isinstance(box, Literal)] == [GSP.wktLiteral]


def test_geodcat_ap_has_roles_and_reference_systems(strange: FlaskClient) -> None:
    told = rdf(strange.get("/catalogue.ttl?profile=geodcat-ap"))
    (attribution,) = values(told, odds("air"), PROV.qualifiedAttribution)
    assert values(told, attribution, PROV.agent) == [odds("office")]
    assert values(told, attribution, DCAT.hadRole) == [NamedNode(f"{ROLES}/publisher")]
    assert values(told, odds("old"), GEODCATAP.custodian) == [odds("office")]
    assert values(told, odds("air"), GEODCATAP.referenceSystem) == [NamedNode(LUREF)]
    assert values(told, NamedNode(LUREF), SKOS.prefLabel) == [Literal("EPSG:2169")]
    assert values(told, NamedNode("mailto:air@odd.example"), RDF.type) == [VCARD.Email]


def test_schema_org_has_a_catalogue_of_datasets(strange: FlaskClient) -> None:
    told = rdf(strange.get("/catalogue.jsonld?profile=schema.org"))
    (catalogue,) = (quad.subject for quad in told if quad.object == SCHEMA.DataCatalog)
    assert set(values(told, catalogue, SCHEMA.dataset)) >= {odds("air"), odds("old"), odds("series")}
    assert values(told, odds("air"), SCHEMA.name) == [Literal("Air")]
    assert values(told, odds("air"), SCHEMA.creator) == [odds("office")]
    assert values(told, odds("air"), SCHEMA.temporalCoverage) == [Literal("2020-01-01/..")]
    assert values(told, odds("air"), SCHEMA.isPartOf) == [odds("series")]
    assert values(told, odds("csv"), SCHEMA.contentUrl) == [odds("air.csv")]
    assert values(told, odds("csv"), SCHEMA.encodingFormat) == [Literal("text/csv")]
    assert values(told, odds("json"), SCHEMA.encodingFormat) == [Literal("JSON")]
    assert str(values(told, odds("csv"), SCHEMA.sha256)[0])[1:9] == "e3b0c442"
    boxes = [quad.object for quad in told if quad.predicate == SCHEMA.box]
    assert boxes == [Literal("49.25 5.5 50.5 6.5")]
    assert {quad.predicate.value.rpartition("/")[0] for quad in told} == {
        "http://schema.org", "http://www.w3.org/ns/hydra", "http://www.w3.org/1999/02",
    }  # fmt: skip


def test_schema_org_says_nothing_of_what_nothing_names(client: FlaskClient) -> None:
    told = rdf(client.get("/catalogue.nt?profile=schema.org&limit=1000"))
    named = {quad.object for quad in told}
    codes = {quad.subject for quad in told if quad.object == SCHEMA.DefinedTerm}
    assert codes
    assert codes <= named


def path_of(client: FlaskClient, words: str, kind: str = "datasets") -> str:
    return str(re.findall(rf'href="(/{kind}/[a-z0-9-]+)"', page(client, f"/{kind}?q={words}").text)[0])


@pytest.mark.parametrize(
    "profile", ["dcat-ap", "dcat-ap-hvd", "dcat-ap-lu", "dcat-ap-2.1.1", "geodcat-ap", "schema.org"]
)
def test_a_record_is_told_in_each_profile_by_parameter_and_by_header(client: FlaskClient, profile: str) -> None:
    path = path_of(client, "hourly+measurements")
    plain = client.get(path, headers={"Accept": "text/turtle"})
    named = client.get(f"{path}.ttl?profile={profile}")
    specification = named.headers["Content-Profile"]
    asked = client.get(path, headers={"Accept": "text/turtle", "Accept-Profile": specification})
    assert asked.data == named.data
    assert asked.headers["Content-Profile"] == specification
    assert "Accept-Profile" in asked.headers["Vary"]
    assert asked.headers["ETag"] != plain.headers["ETag"]
    again = client.get(path, headers={"Accept": "text/turtle", "If-None-Match": asked.headers["ETag"]})
    assert again.status_code == 200
    assert again.data == plain.data
    assert len(Graph().parse(data=asked.data, format="turtle")) == len(rdf(asked))


def test_a_record_in_the_profile_of_luxembourg_says_what_its_page_of_the_catalogue_says(client: FlaskClient) -> None:
    listed = rdf(client.get("/catalogue.nt?profile=dcat-ap-lu&limit=1000"))
    told = rdf(client.get(f"{path_of(client, 'hourly+measurements')}.nt?profile=dcat-ap-lu"))
    (dataset,) = {quad.object for quad in told if quad.predicate == FOAF.primaryTopic}
    assert isinstance(dataset, NamedNode)
    for property_ in (DCT.identifier, DCT.issued, DCT.modified):
        assert values(told, dataset, property_) == values(listed, dataset, property_)
    assert all(str(one).startswith('"http') for one in values(told, dataset, DCT.identifier))
    assert all(str(one).endswith("dateTime>") for one in values(told, dataset, DCT.issued))


def test_a_record_leads_to_itself_in_every_profile(client: FlaskClient) -> None:
    path = path_of(client, "hourly+measurements")
    link = client.get(f"{path}.rdf").headers["Link"]
    found = re.findall(r'<([^>]*)>; rel="alternate"; type="application/rdf\+xml"; profile="([^"]*)"', link)
    assert len(found) == 6
    for address, specification in found:
        answer = client.get(address.removeprefix("http://127.0.0.1:8000"))
        assert (answer.status_code, answer.mimetype) == (200, "application/rdf+xml")
        assert answer.headers["Content-Profile"] == f"<{specification}>"


@shared
@pytest.mark.parametrize("profile", OFFICIAL)
def test_every_record_of_the_example_can_be_judged_by_itself(client: FlaskClient, profile: str) -> None:
    for kind in ("datasets", "series", "services"):
        for path in sorted(set(re.findall(rf'href="(/{kind}/[a-z0-9-]+)"', page(client, f"/{kind}").text))):
            assert faults(list(rdf(client.get(f"{path}.nt?profile={profile}"))), profile) <= IMPERFECT


def test_an_unknown_profile_of_a_record_is_refused_and_its_page_is_one_for_people(client: FlaskClient) -> None:
    path = path_of(client, "hourly+measurements")
    assert client.get(f"{path}.ttl?profile=dcat-ap-no").status_code == 406
    assert page(client, f"{path}?profile=schema.org").mimetype == "text/html"
