import io
import json
import re
import shutil
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, parse

from api.app import create_app
from api.harvest.oai import protocol
from api.harvest.oai.arguments import OaiError, Selection
from api.harvest.oai.formats import FORMATS
from api.settings import Settings
from graph.generations import Generations
from graph.iris import key
from queries import changes
from tests.support.followed import AIR, PIECES, WATER, Followed
from tests.support.harvester import Harvester, ask, code, crawl, headers, read, texts
from tests.support.portal import portal
from vocabularies.namespaces import DCAT, OAI_PMH, RDF

BASE = "http://127.0.0.1:8000"


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    return Followed(tmp_path, validated=False)


def test_it_says_what_it_is(client: FlaskClient) -> None:
    root = ask(client, verb="Identify")
    assert texts(root, "baseURL") == [f"{BASE}/oai"]
    assert texts(root, "protocolVersion") == ["2.0"]
    assert texts(root, "deletedRecord") == ["persistent"]
    assert texts(root, "granularity") == ["YYYY-MM-DDThh:mm:ssZ"]
    assert texts(root, "adminEmail") == ["opendata@portal.example"]
    (request,) = root.iter(f"{{{OAI_PMH}}}request")
    assert request.attrib == {"verb": "Identify"}
    assert request.text == f"{BASE}/oai"


def test_each_format_is_offered_for_what_it_can_tell(followed: Followed) -> None:
    followed.publish()
    with portal(followed.data) as client:
        assert texts(ask(client, verb="ListMetadataFormats"), "metadataPrefix") == ["oai_dc", "dcat_ap", "dcat_ap_hvd"]
        told = ask(client, verb="ListMetadataFormats", identifier=AIR)
        assert texts(told, "metadataPrefix") == ["oai_dc", "dcat_ap"]
        assert code(ask(client, verb="ListMetadataFormats", identifier="http://a.example/no")) == "idDoesNotExist"


def test_the_sets_are_what_datasets_have_in_common(followed: Followed) -> None:
    followed.publish()
    with portal(followed.data) as client:
        root = ask(client, verb="ListSets")
        named = dict(zip(texts(root, "setSpec"), texts(root, "setName"), strict=True))
        organisation = next(spec for spec in named if spec.startswith("organisation:"))
        assert named.keys() == {
            "hvd", "hvd:c_dd313021", "organisation", organisation, "source", "source:example",
            "theme", "theme:ENVI", "theme:GOVE",
        }  # fmt: skip
        assert named[organisation] == "Office of the Environment"
        (header,) = ask(client, verb="GetRecord", identifier=AIR, metadataPrefix="oai_dc").iter(f"{{{OAI_PMH}}}header")
        assert texts(header, "setSpec") == [organisation, "source:example", "theme:ENVI"]
        for spec, members in {
            "hvd": {WATER}, "hvd:c_dd313021": {WATER}, organisation: {AIR, WATER}, "organisation": {AIR, WATER},
            "theme:ENVI": {AIR, WATER}, "theme:GOVE": {WATER}, "theme": {AIR, WATER}, "source:example": {AIR, WATER},
            "source": {AIR, WATER},
        }.items():  # fmt: skip
            found = headers(ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set=spec))
            assert found == dict.fromkeys(members, False), spec
        for spec in ("theme:XXXX", "nothing", "source:other", "hvd:c_xx"):
            assert code(ask(client, verb="ListRecords", metadataPrefix="oai_dc", set=spec)) == "noRecordsMatch"


def test_a_category_has_what_those_below_it_have(followed: Followed) -> None:
    followed.publish(water=followed.pieces["water"].replace("c_dd313021", "c_06b1eec4"))
    followed.publish(water=None)
    with portal(followed.data) as client:
        root = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set="hvd:c_dd313021")
        assert headers(root) == {WATER: True}
    followed.publish(water=PIECES["water"].replace("c_dd313021", "c_06b1eec4"))
    with portal(followed.data) as client:
        assert {"hvd:c_dd313021", "hvd:c_06b1eec4"} <= set(texts(ask(client, verb="ListSets"), "setSpec"))
        for spec in ("hvd:c_dd313021", "hvd:c_06b1eec4"):
            root = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set=spec)
            assert headers(root) == {WATER: False}
            assert {"hvd:c_dd313021", "hvd:c_06b1eec4"} <= set(texts(root, "setSpec"))


def test_a_record_in_dcat_is_the_dataset_with_all_that_belongs_to_it(followed: Followed) -> None:
    followed.publish()
    with portal(followed.data) as client:
        root = ask(client, verb="GetRecord", identifier=AIR, metadataPrefix="dcat_ap")
        (told,) = root.iter(f"{{{RDF.prefix}}}RDF")
        document = ET.tostring(told)
        triples = {quad.triple for quad in parse(document, RdfFormat.RDF_XML)}
        page = {quad.triple for quad in parse(_page(client, AIR), RdfFormat.N_TRIPLES)}
    described = {triple for triple in page if "//a.example/" in str(triple.subject)}
    assert len({triple.subject for triple in described}) == 4
    assert described <= triples
    assert DCAT.byteSize in {triple.predicate for triple in triples}
    assert "nonNegativeInteger" in document.decode()


def _page(client: FlaskClient, iri: str) -> bytes:
    answer = client.get(f"/datasets/{key(iri)}.nt", follow_redirects=True)
    return bytes(answer.data)


def test_a_record_in_dublin_core_is_told_in_all_its_languages(followed: Followed) -> None:
    followed.publish()
    with portal(followed.data) as client:
        root = ask(client, verb="GetRecord", identifier=AIR, metadataPrefix="oai_dc")
        titles = [(one.get("{http://www.w3.org/XML/1998/namespace}lang"), one.text) for one in _dc(root, "title")]
        assert titles == [("en", "Air"), ("lb", "Loft")]
        assert [one.text for one in _dc(root, "publisher")] == ["Office of the Environment"]
        assert [one.text for one in _dc(root, "type")] == ["Dataset"]
        assert [one.text for one in _dc(root, "identifier")] == [AIR]
        assert [one.text for one in _dc(root, "relation")] == ["http://a.example/files/air.csv"]
        assert {"air", "Environnement", "Umwelt"} <= {one.text for one in _dc(root, "subject")}


def _dc(root: ET.Element, name: str) -> list[ET.Element]:
    return list(root.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}"))


def test_a_list_in_parts_has_everything_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "RECORDS", 10)
    monkeypatch.setattr(protocol, "HEADERS", 25)
    monkeypatch.setattr(protocol, "HEADERS", 25)
    records = [headers(part) for part in crawl(client, "ListRecords", metadataPrefix="dcat_ap")]
    assert [len(part) for part in records] == [10, 10, 10, 10, 10, 10, 2]
    monkeypatch.setattr(protocol, "LARGEST", 20_000)
    smaller = [headers(part) for part in crawl(client, "ListRecords", metadataPrefix="dcat_ap")]
    assert 7 < len(smaller) < 62
    assert [iri for part in smaller for iri in part] == [iri for part in records for iri in part]
    identifiers = [headers(part) for part in crawl(client, "ListIdentifiers", metadataPrefix="dcat_ap")]
    assert [len(part) for part in identifiers] == [25, 25, 12]
    everything = {iri for part in records for iri in part}
    assert len(everything) == 62
    assert everything == {iri for part in identifiers for iri in part}
    sets = [spec for part in crawl(client, "ListSets") for spec in texts(part, "setSpec")]
    assert len(sets) == len(set(sets)) > 25


def test_a_list_ends_on_the_generation_it_began_with(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "RECORDS", 1)
    followed.publish()
    with portal(followed.data) as client:
        first, second = _two_parts(client, followed)
        assert {**headers(first), **headers(second)} == {AIR: False, WATER: False}
        shutil.rmtree(Generations(followed.data).path(1))
    with portal(followed.data) as client:
        (token,) = texts(first, "resumptionToken")
        assert code(ask(client, verb="ListRecords", resumptionToken=token)) == "badResumptionToken"


def _two_parts(client: FlaskClient, followed: Followed) -> tuple[ET.Element, ET.Element]:
    first = ask(client, verb="ListRecords", metadataPrefix="dcat_ap")
    followed.publish(water=None, air=None)
    (token,) = texts(first, "resumptionToken")
    second = ask(client, verb="ListRecords", resumptionToken=token)
    assert texts(second, "resumptionToken") == [""]
    return first, second


def test_what_changed_and_what_went_is_told_to_who_asks_since(followed: Followed) -> None:
    followed.publish()
    followed.edit("file", "Readings", "All readings")
    followed.publish(water=None)
    with portal(followed.data) as client:
        told = _stamps(client)
        assert told[WATER] >= told[AIR]
        since = told[WATER]
        found = headers(ask(client, verb="ListRecords", metadataPrefix="oai_dc", from_=since))
        assert found[WATER] is True
        root = ask(client, verb="GetRecord", identifier=WATER, metadataPrefix="dcat_ap")
        assert headers(root) == {WATER: True}
        assert list(root.iter(f"{{{OAI_PMH}}}metadata")) == []
        day = {"from_": since[:10], "until": since[:10]}
        assert headers(ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", **day))[WATER] is True
        assert code(ask(client, verb="ListRecords", metadataPrefix="oai_dc", from_="2100-01-01")) == "noRecordsMatch"
        assert code(ask(client, verb="ListRecords", metadataPrefix="oai_dc", until="1999-01-01")) == "noRecordsMatch"
        for spec in ("theme:GOVE", "hvd", "source:example"):
            root = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set=spec)
            assert headers(root)[WATER] is True
            assert spec in texts(root, "setSpec")


def test_what_left_a_set_is_deleted_for_who_takes_that_set(followed: Followed) -> None:
    followed.publish()
    followed.edit("water", ", theme:GOVE", "")
    followed.publish(air=None)
    with portal(followed.data) as client:
        for spec, told in {
            "theme:GOVE": {WATER: True},
            "theme:ENVI": {WATER: False, AIR: True},
            "theme": {WATER: False, AIR: True},
            "source:example": {WATER: False, AIR: True},
            "hvd:c_dd313021": {WATER: False},
        }.items():
            root = ask(client, verb="ListRecords", metadataPrefix="dcat_ap", set=spec)
            assert headers(root) == told, spec
            assert set(texts(root, "setSpec")) >= {spec}
        assert code(ask(client, verb="ListRecords", metadataPrefix="dcat_ap", set="theme:TRAN")) == "noRecordsMatch"
        assert headers(ask(client, verb="GetRecord", metadataPrefix="dcat_ap", identifier=WATER)) == {WATER: False}


def _stamps(client: FlaskClient) -> dict[str, str]:
    root = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    return dict(zip(texts(root, "identifier"), texts(root, "datestamp"), strict=True))


def test_what_is_of_high_value_no_more_is_deleted_for_who_takes_nothing_else(followed: Followed) -> None:
    followed.publish()
    followed.publish(water=followed.pieces["water"].partition("dcatap:applicable")[0].rstrip(" ;\n") + " .\n")
    with portal(followed.data) as client:
        for asked in ({"metadataPrefix": "dcat_ap_hvd"}, {"metadataPrefix": "dcat_ap", "set": "hvd"}):
            assert headers(ask(client, verb="ListRecords", **asked)) == {WATER: True}
        assert headers(ask(client, verb="ListRecords", metadataPrefix="dcat_ap")) == {AIR: False, WATER: False}
        told = ask(client, verb="GetRecord", identifier=AIR, metadataPrefix="dcat_ap_hvd")
        assert code(told) == "cannotDisseminateFormat"


def test_who_follows_a_rollback_ends_with_what_was_rolled_back_to(followed: Followed) -> None:
    harvester = Harvester()
    followed.publish()
    _harvest(followed, harvester)
    first = dict(harvester.copy)
    followed.publish(water=None, fire="<http://a.example/fire> a dcat:Dataset ; dct:title 'Fire' .")
    _harvest(followed, harvester)
    assert harvester.copy.keys() == {AIR, "http://a.example/fire"}
    followed.rollback(1)
    _harvest(followed, harvester)
    assert harvester.copy.keys() == first.keys() == {AIR, WATER}


def _harvest(followed: Followed, harvester: Harvester) -> None:
    with portal(followed.data) as client:
        harvester.harvest(client)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "badVerb"),
        ("verb=", "badVerb"),
        ("verb=Steal", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&x=1", "badArgument"),
        ("verb=Identify&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=theme:", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a/b", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-13-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00:00", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-01&until=2026-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-01&until=2026-03-01T00:00:00Z", "badArgument"),
        ("verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&resumptionToken=", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=%00%ff", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=nonsense", "badResumptionToken"),
        ("verb=GetRecord&identifier=http://a.example/no&metadataPrefix=oai_dc", "idDoesNotExist"),
        ("verb=GetRecord&identifier=%00&metadataPrefix=oai_dc", "idDoesNotExist"),
        ("verb=GetRecord&identifier=http://a.example/no", "badArgument"),
        (f"verb=GetRecord&metadataPrefix=oai_dc&identifier={'x' * 3000}", "badArgument"),
    ],
)
def test_a_bad_request_is_told_what_is_wrong(client: FlaskClient, query: str, expected: str) -> None:
    answer = client.get(f"/oai?{query}")
    root = read(answer.data)
    assert answer.status_code == 200
    assert code(root) == expected
    (request,) = root.iter(f"{{{OAI_PMH}}}request")
    assert bool(request.attrib) == (expected not in {"badVerb", "badArgument"} and "%00&" not in query)


@pytest.mark.parametrize(
    "fields",
    [
        ["ListRecords", 1, "0", "oai_dc", None, None, None, 100],
        ["ListRecords", 99, "{content}", "oai_dc", None, None, None, 100],
        ["ListRecords", 1, "{content}", "oai_dc", None, None, None, 10**9],
        ["ListRecords", 1, "{content}", "oai_dc", None, None, None, -1],
        ["ListRecords", 1, "{content}", "marc", None, None, None, 1],
        ["ListRecords", True, "{content}", "oai_dc", None, None, None, 1],
        ["ListIdentifiers", 1, "{content}", "oai_dc", None, None, None, 1],
        ["ListRecords", 1, "{content}", "oai_dc"],
        ["ListRecords", 1, "{content}", "oai_dc", "a/b", None, None, 1],
        {"verb": "ListRecords"},
    ],
)
def test_a_token_that_was_made_up_is_a_bad_one(
    client: FlaskClient, fields: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "RECORDS", 10)
    (token,) = texts(ask(client, verb="ListRecords", metadataPrefix="oai_dc"), "resumptionToken")
    content = json.loads(urlsafe_b64decode(token + "=="))[2]
    told = json.dumps(fields).replace("{content}", content)
    forged = urlsafe_b64encode(told.encode()).decode().rstrip("=")
    assert code(ask(client, verb="ListRecords", resumptionToken=forged)) == "badResumptionToken"
    behind = ["ListSets", 1, content, "", None, None, None, 99_999]
    forged = urlsafe_b64encode(json.dumps(behind).encode()).decode().rstrip("=")
    assert code(ask(client, verb="ListSets", resumptionToken=forged)) == "badResumptionToken"


def test_a_request_may_be_posted(client: FlaskClient) -> None:
    answer = client.post(
        "/oai", data={"verb": "GetRecord", "identifier": "http://a.example/no", "metadataPrefix": "dcat_ap"}
    )
    assert code(read(answer.data)) == "idDoesNotExist"


def test_only_a_form_as_long_as_a_request_is_read(client: FlaskClient) -> None:
    assert client.post("/oai", data={"verb": "Identify", "x": "y" * (1 << 17)}).status_code == 413
    file = {"verb": (io.BytesIO(b"Identify"), "a.txt")}
    assert code(read(client.post("/oai", data=file).data)) == "badVerb"


def test_other_methods_are_refused_with_those_there_are(client: FlaskClient) -> None:
    answer = client.put("/oai")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_server_goes_on_from_what_it_knew_of_the_generation_before(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[Any] = []
    read_whole = changes.chronicle

    def noted(*arguments: Any) -> changes.Chronicle:
        known.append(arguments[3])
        return read_whole(*arguments)

    monkeypatch.setattr(changes, "chronicle", noted)
    followed.publish()
    with portal(followed.data) as client:
        before = _stamps(client)
        followed.edit("water", "Water", "Waters")
        after = _stamps(client)
    assert known[0] is None
    assert {item.iri for item in known[1].items} == {AIR, WATER}
    assert after[AIR] == before[AIR]
    assert after[WATER] > before[WATER]


def test_nothing_to_tell_is_told(tmp_path: Path) -> None:
    followed = Followed(tmp_path)
    followed.publish(air=None, water=None)
    with portal(followed.data) as client:
        assert code(ask(client, verb="ListRecords", metadataPrefix="oai_dc")) == "noRecordsMatch"
        assert code(ask(client, verb="Identify")) is None


def test_texts_that_xml_cannot_say_are_mended(followed: Followed) -> None:
    followed.edit("air", '"Air"@en', r'"A\u0008ir & <water>"@en')
    with portal(followed.data) as client:
        root = ask(client, verb="ListRecords", metadataPrefix="oai_dc")
        assert "A�ir & <water>" in {one.text for one in _dc(root, "title")}
        assert AIR in headers(ask(client, verb="ListRecords", metadataPrefix="dcat_ap"))


def test_identifiers_are_iris_of_datasets(client: FlaskClient) -> None:
    found = headers(ask(client, verb="ListIdentifiers", metadataPrefix="dcat_ap"))
    assert all(NamedNode(iri) for iri in found)


def test_each_record_says_on_which_terms_it_may_be_used(followed: Followed) -> None:
    followed.publish()
    settings = Settings(data=followed.data, licence="http://a.example/licence", attribution="The portal & its sources")
    with create_app(settings).test_client() as client:
        root = ask(client, verb="ListRecords", metadataPrefix="dcat_ap")
    rights = "{http://www.openarchives.org/OAI/2.0/rights/}"
    assert {one.get("ref") for one in root.iter(f"{rights}rightsReference")} == {"http://a.example/licence"}
    told = [one for around in root.iter(f"{rights}rightsDefinition") for one in _dc(around, "rights")]
    assert [one.text for one in told] == ["The portal & its sources"] * 2


def test_what_was_long_on_its_way_is_new_to_who_asked_meanwhile(followed: Followed) -> None:
    followed.publish()
    asked = _now(followed)
    followed.took = timedelta(hours=1)
    followed.publish(water=None)
    assert _new_since(followed, asked)[WATER] is True
    asked = _now(followed)
    followed.hidden = True
    followed.publish(fire="<http://a.example/fire> a dcat:Dataset .")
    assert "http://a.example/fire" not in _new_since(followed, "2000-01-01")
    followed.pipeline().publish()
    assert _new_since(followed, asked)["http://a.example/fire"] is False


def _now(followed: Followed) -> str:
    with portal(followed.data) as client:
        return texts(ask(client, verb="Identify"), "responseDate")[0]


def _new_since(followed: Followed, since: str) -> dict[str, bool]:
    return headers(_listed(followed, since))


def _listed(followed: Followed, since: str) -> ET.Element:
    with portal(followed.data) as client:
        return ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", from_=since)


SETS = re.compile(r"[a-z]{1,9}(?::[A-Za-z0-9_-]{1,9}){0,2}", re.ASCII)


@given(
    st.text(max_size=30), st.integers(1), st.text(max_size=8), st.sampled_from(sorted(FORMATS)),
    st.none() | st.from_regex(SETS, fullmatch=True), st.none() | st.integers(), st.none() | st.integers(),
    st.integers(1),
)  # fmt: skip
def test_a_token_says_all_that_a_list_is_of(
    verb: str,
    generation: int,
    content: str,
    prefix: str,
    of: str | None,
    since: int | None,
    until: int | None,
    end: int,
) -> None:
    selection = Selection(verb, generation, content, prefix, of, since, until)
    assert Selection.resumed(verb, selection.token(end)) == replace(selection, cursor=end)


@given(st.text() | st.binary().map(lambda told: urlsafe_b64encode(told).decode()))
def test_nothing_else_is_a_token(text: str) -> None:
    with pytest.raises(OaiError) as raised:
        Selection.resumed("ListRecords", text)
    assert raised.value.code == "badResumptionToken"
