"""A portal of nothing but texts that mean harm has the pages of any other: whatever was written can only be read."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

import api
from api.contexts.pages import Text
from api.presenting.rewriting import ATTRIBUTES, OUT, TAGS
from api.presenting.visible import is_blank
from api.settings import Settings
from graph.generations import Generations
from graph.record import PAGED
from tests.site.crawl import crawl, kinds, visit
from tests.site.parsed import SCHEMES, Parsed, elements, scheme
from tests.support.payloads import Payload, payloads
from tests.support.portal import portal
from tests.support.strangers import LANGUAGES, publish_strangers

OWN = ("/static/", "/pictures/", "http://127.0.0.1:8000/")
EVERY = 6
TEMPLATES = Path(api.__file__).parent / "templates"
_STATEMENT = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_ELEMENT = re.compile(r"<([a-z][a-z0-9]*)((?:[^<>\"]|\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(r"\s([a-z][a-zA-Z0-9-]*)(?==|\s|$)")
_DRAWN = ("svg", "g", "path", "rect", "circle", "polygon", "polyline", "text", "title", "defs", "pattern", "a")
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_strangers(tmp_path_factory.mktemp("strangers"))


@pytest.fixture(scope="session")
def records(strangers: Path) -> list[str]:
    with Generations(strangers).current() as generation:
        ledger = generation.ledger
        return [f"/{kind}/{entry.key}" for kind in PAGED for entry in ledger.of_kind(kind) if entry.key]


@pytest.fixture(scope="session")
def pages(strangers: Path, records: list[str]) -> dict[str, bytes]:
    """A page of each kind, and those of some records: the survey reads all."""
    with portal(strangers) as client:
        site = crawl(client, Settings().base, 1, kinds(client))
        found = {path: each.html for path, each in site.pages.items()}
        return found | {f"/en{path}": visit(client, f"/en{path}").get_data() for path in records[::EVERY]}


@pytest.fixture(scope="session")
def parsed(pages: dict[str, bytes]) -> dict[str, list[Parsed]]:
    return {path: elements(html) for path, html in pages.items()}


@pytest.fixture(scope="session")
def usual() -> set[tuple[str, str]]:
    """Every element, and each of its attributes, that a template of ours writes; and what filters add to them."""
    found = {("html", ""), ("head", ""), ("body", ""), ("tbody", ""), ("mark", ""), ("bdi", "")}
    found |= {(f"h{level}", name) for level in (2, 3) for name in ("", "dir")}  # macros are told the level
    for template in TEMPLATES.glob("*.html"):
        for name, attributes in _ELEMENT.findall(_STATEMENT.sub(" ", template.read_text("utf-8"))):
            found |= {(name, ""), *((name, each) for each in _ATTRIBUTE.findall(attributes))}
    return found | {(f"{_SVG}{name}", each) for name, each in found if name in _DRAWN}


def _parts(one: Parsed) -> Iterator[tuple[str, str]]:
    yield one.name, ""
    yield from ((one.name, name) for name in one.attributes)


def test_the_portal_has_pages_of_all_kinds(pages: dict[str, bytes], records: list[str]) -> None:
    assert len(records) > 300
    assert len(pages) > len(records) / EVERY + 100


def test_no_page_has_an_element_or_attribute_that_no_template_has(
    parsed: dict[str, list[Parsed]], usual: set[tuple[str, str]]
) -> None:
    odd = {
        (path, *part) for path, found in parsed.items() for one in found if not one.described for part in _parts(one)
    }
    assert {each for each in odd if each[1:] not in usual} == set()
    assert not {name for _, name in usual if name.startswith("on") or name in {"style", "srcdoc", "formaction"}}


def test_descriptions_have_nothing_but_what_is_allowed(parsed: dict[str, list[Parsed]]) -> None:
    inside = [one for found in parsed.values() for one in found if one.described]
    assert len(inside) > 100
    assert {one.name for one in inside} <= TAGS
    assert {part for one in inside for part in _parts(one) if part[1]} <= {
        (name, attribute) for name, given in ATTRIBUTES.items() for attribute in given
    }
    assert {one.attributes["rel"] for one in inside if one.name == "a"} == {OUT}


def test_no_address_of_a_page_runs_anything(parsed: dict[str, list[Parsed]]) -> None:
    found = {(one.name, address) for each in parsed.values() for one in each for address in one.addresses()}
    assert {each for each in found if scheme(each[1]) not in SCHEMES} == set()
    loaded = {address for name, address in found if name in {"script", "img", "source"}}
    assert loaded
    assert all(address.startswith(OWN) for address in loaded)
    assert all(address.startswith("/") for name, address in found if name == "form")


def test_scripts_are_those_of_the_portal_and_descriptions_that_are_whole(parsed: dict[str, list[Parsed]]) -> None:
    for path, found in parsed.items():
        scripts = [one for one in found if one.name == "script"]
        inline = [one for one in scripts if "src" not in one.attributes]
        assert [one.attributes for one in inline] == [{"type": "application/ld+json"}], path
        assert json.loads(inline[0].text)["@context"] == "https://schema.org/"
        assert not [one for one in found if one.name in {"base", "iframe", "object", "embed", "style", "template"}], (
            path
        )


def test_languages_are_such_as_browsers_know(parsed: dict[str, list[Parsed]]) -> None:
    said = {one.attributes["lang"] for found in parsed.values() for one in found if "lang" in one.attributes}
    assert set(LANGUAGES) <= said
    assert all(len(tag) <= 35 and tag.replace("-", "").isalnum() and not tag.startswith("x-") for tag in said)


def test_every_way_out_of_pages_says_so(parsed: dict[str, list[Parsed]]) -> None:
    outward = [
        one
        for found in parsed.values()
        for one in found
        if one.name == "a" and scheme(one.attributes.get("href", "")) in {"http", "https"}
        and not one.attributes["href"].startswith(Settings().base)
    ]  # fmt: skip
    assert outward
    assert all({"external", "noopener"} <= set(one.attributes.get("rel", "").split()) for one in outward)


@pytest.mark.parametrize("form", ["json", "csv", "atom", "ttl"])
def test_lists_of_it_are_answered_in_every_form(strangers: Path, form: str) -> None:
    with portal(strangers) as client:
        answer = client.get(f"/datasets.{form}?limit=100")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype not in {"text/html", "image/svg+xml"}


@pytest.fixture(scope="module")
def client(strangers: Path) -> Iterator[FlaskClient]:
    with portal(strangers) as client:
        yield client


@pytest.mark.parametrize("payload", payloads()[::8], ids=str)
def test_what_is_asked_for_is_shown_as_it_is_written(client: FlaskClient, payload: Payload) -> None:
    text = payload.text[:400]
    names = {"q": text, "iri": text, "theme": text, "query": text, "verb": text, "page": text, "by": text}
    for path in ("/search", "/datasets", "/resource", "/sparql", "/suggest", "/oai", "/catalogue", f"/{quote(text)}"):
        answer = client.get(path, query_string=names, headers={"Accept": "text/html"})
        assert answer.status_code < 500 or answer.status_code == 503
        assert "Set-Cookie" not in answer.headers
        found = elements(answer.data) if answer.mimetype == "text/html" else []
        inline = [one for one in found if one.name == "script" and "src" not in one.attributes]
        assert all(one.attributes == {"type": "application/ld+json"} for one in inline)
        assert not {name for one in found for name in one.attributes if name.startswith("on")}
        assert all(scheme(address) in SCHEMES for one in found for address in one.addresses())


@pytest.mark.survey
def test_every_title_is_read_as_it_was_written_and_no_record_does_more(
    strangers: Path, records: list[str], usual: set[tuple[str, str]]
) -> None:
    """But for what cannot be seen, and what is longer than a heading."""
    with portal(strangers) as client:
        parsed = {path: elements(visit(client, f"/en{path}").get_data()) for path in ("/", *records)}
    test_no_page_has_an_element_or_attribute_that_no_template_has(parsed, usual)
    test_descriptions_have_nothing_but_what_is_allowed(parsed)
    test_no_address_of_a_page_runs_anything(parsed)
    test_scripts_are_those_of_the_portal_and_descriptions_that_are_whole(parsed)
    test_languages_are_such_as_browsers_know(parsed)
    shown = {" ".join(one.text.split()) for found in parsed.values() for one in found if one.name in {"h1", "li"}}
    for payload in payloads():
        text = Text(payload.text).value
        if len(text) < 300 and not is_blank(text):
            assert " ".join(text.split()) in shown, payload
