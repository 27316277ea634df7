"""Lists that readers search, filter and sort, in all their forms."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from graph.generations import Generations
from tests.support.portal import page, portal, publish, rdf
from vocabularies.namespaces import ATOM, AUTHORITY, DCAT, DCT, HYDRA, OPENSEARCH

ENVIRONMENT = AUTHORITY["data-theme/ENVI"].value
TRANSPORT = AUTHORITY["data-theme/TRAN"].value


@pytest.fixture(scope="module")
def client(example: Path) -> Iterator[FlaskClient]:
    """One for all: each learns the words of its generation anew."""
    with portal(example) as client:
        yield client


def asked(client: FlaskClient, path: str, **given: Any) -> Any:
    answer = client.get(path, query_string=given) if given else client.get(path)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)


def counts(answer: Any, facet: str) -> dict[str, int]:
    return {one["value"]: one["count"] for one in answer["facets"].get(facet, ())}


def themes(answer: Any) -> Counter[str]:
    return Counter(one["value"] for result in answer["results"] for one in result["themes"])


def address(href: str) -> str:
    parts = urlsplit(href)
    return f"{parts.path}?{parts.query}"


def test_the_counts_of_filters_are_those_of_what_is_listed(client: FlaskClient) -> None:
    every = asked(client, "/datasets.json", limit=1000)
    assert every["total"] == len(every["results"]) == 45
    assert counts(every, "theme") == dict(themes(every))
    publishers = Counter(one["publisher"]["value"] for one in every["results"] if one["publisher"])
    assert counts(every, "organisation") == dict(publishers)
    assert counts(every, "hvd")["true"] == sum(one["high_value"] for one in every["results"])


def test_a_filter_does_not_count_itself_and_any_of_its_values_will_do(client: FlaskClient) -> None:
    every = asked(client, "/datasets.json")
    one = asked(client, "/datasets.json", theme=ENVIRONMENT, limit=1000)
    both = asked(client, "/datasets.json", theme=[ENVIRONMENT, TRANSPORT], limit=1000)
    assert one["total"] == counts(every, "theme")[ENVIRONMENT] < both["total"]
    assert counts(one, "theme") == counts(every, "theme")
    assert counts(one, "organisation") != counts(every, "organisation")
    assert sum(counts(one, "organisation").values()) == one["total"]
    assert all({ENVIRONMENT, TRANSPORT} & {each["value"] for each in result["themes"]} for result in both["results"])


def test_a_number_beside_a_value_is_what_choosing_it_finds(client: FlaskClient) -> None:
    text = page(client, f"/en/datasets?theme={ENVIRONMENT}&q=data").text
    aside = text[text.index("<aside") :]
    found = re.findall(r'<li><a href="([^"]+)" rel="nofollow">.*?</a> <span class="count">(\d+)</span>', aside)
    assert len(found) > 10
    for href, count in found[::5]:
        if "theme=" in href.replace(
            "theme=http%3A%2F%2Fpublications.europa.eu%2Fresource%2Fauthority%2Fdata-theme%2FENVI", "", 1
        ):
            continue  # one more theme brings those of both
        assert re.search(rf">{count} results?<", page(client, href.replace("&amp;", "&")).text), href


def test_filters_in_force_are_shown_and_can_be_taken_away(client: FlaskClient) -> None:
    text = page(client, "/en/datasets?theme=ENVI&format=CSV&q=air").text
    chosen = re.search(r'<ul class="chosen".*?</ul>', text, re.DOTALL)
    assert chosen is not None
    hrefs = [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]+)"', chosen[0])]
    assert [[name for name, _ in parse_qsl(urlsplit(href).query)] for href in hrefs] == [
        ["q", "format"], ["q", "theme"], ["q"],
    ]  # fmt: skip
    assert "Environment" in chosen[0]
    assert text.count('class="in"') == 2


def test_the_same_list_has_one_address(client: FlaskClient) -> None:
    text = page(client, "/en/datasets?utm_source=x&sort=relevance&format=CSV&theme=ENVI&theme=ENVI&q=air&page=1").text
    canonical = re.search(r'<link rel="canonical" href="([^"]+)"', text)
    assert canonical is not None
    found = parse_qsl(urlsplit(canonical[1].replace("&amp;", "&")).query)
    assert found == [("q", "air"), ("theme", ENVIRONMENT), ("format", AUTHORITY["file-type/CSV"].value)]


def test_a_list_is_had_in_every_form(client: FlaskClient) -> None:
    wanted = [one["iri"] for one in asked(client, "/search.json", q="water")["results"]]
    assert len(wanted) > 3

    table = client.get("/search.csv?q=water")
    assert table.headers["Content-Disposition"] == 'attachment; filename="search.csv"'
    rows = list(csv.DictReader(StringIO(table.text)))
    assert [row["iri"] for row in rows] == wanted
    assert all(row["title"] and row["page"].startswith("http://127.0.0.1:8000/") for row in rows)

    feed = fromstring(client.get("/search.atom?q=water").data)  # noqa: S314  our own
    assert [one.findtext(f"{{{ATOM}}}id") for one in feed.findall(f"{{{ATOM}}}entry")] == wanted
    assert int(feed.findtext(f"{{{OPENSEARCH}}}totalResults") or 0) >= len(wanted)

    graph = rdf(client.get("/search.ttl?q=water"))
    assert {quad.object.value for quad in graph.quads_for_predicate(HYDRA.member)} == set(wanted)  # type: ignore[union-attr]
    told = {quad.subject for quad in graph}
    assert all(NamedNode(iri) in told for iri in wanted)


def test_the_form_is_chosen_by_what_a_program_takes(client: FlaskClient) -> None:
    for accept in ("application/json", "text/csv", "application/atom+xml", "text/turtle", "application/ld+json"):
        answer = client.get("/datasets?q=air", headers={"Accept": accept})
        assert answer.mimetype == accept
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert 'rel="alternate"; type="text/html"' in answer.headers["Link"]


def test_a_page_names_its_other_forms_and_the_parts_beside_it(client: FlaskClient) -> None:
    answer = page(client, "/en/datasets?page=2")
    for extension in ("json", "csv", "atom", "ttl", "jsonld", "rdf"):
        assert f"/datasets.{extension}?page=2" in answer.headers["Link"]
        assert f'href="/datasets.{extension}?page=2"' in answer.text
    assert 'datasets>; rel="prev"' in answer.headers["Link"]
    assert 'datasets?page=3>; rel="next"' in answer.headers["Link"]


def test_a_list_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("/datasets?q=air", "/datasets.json?q=air", "/datasets.csv?q=air", "/suggest?q=air", "/opensearch.xml"):
        first = client.get(path, headers={"Accept": "text/html, */*;q=0.5"})
        again = client.get(path, headers={"Accept": "text/html, */*;q=0.5", "If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code) == (200, 304), path


def test_parts_of_a_list_make_up_the_whole(client: FlaskClient) -> None:
    at, seen = "/datasets.json?limit=10&sort=title", list[str]()
    while at:
        answer = asked(client, address(at))
        seen += [one["iri"] for one in answer["results"]]
        at = answer["links"].get("next", "")
    assert len(seen) == len(set(seen)) == 45


def test_as_many_on_a_page_as_are_asked_for(client: FlaskClient) -> None:
    answer = asked(client, "/datasets.json", limit=30, page=2)
    assert len(answer["results"]) == 15
    for count, path in [(15, address(answer["html"])), (45, "/datasets?limit=1000"), (20, "/datasets?limit=many")]:
        assert page(client, path).text.count('<article class="card"') == count


def test_words_are_marked_in_what_is_found_and_the_language_of_each_text_is_said(client: FlaskClient) -> None:
    text = page(client, "/en/search?q=Luftqualität").text
    assert set(re.findall(r"<mark>([^<]+)</mark>", text)) == {"Luftqualität"}
    assert re.search(r'<span lang="(de|fr)" dir="auto">[^<]*<mark>', text)


def test_where_nothing_is_found_it_is_told_which_filter_to_drop(client: FlaskClient) -> None:
    text = page(client, "/en/datasets?q=ozone&theme=TRAN").text
    assert ">0 results<" in text
    ways = re.search(r"Without one of the filters.*?</ul>", text, re.DOTALL)
    assert ways is not None
    href, count = re.findall(r'href="([^"]+)".*?>(\d+) results?<', ways[0])[0]
    assert f">{count} result" in page(client, href).text
    assert int(count) > 0


def test_where_nothing_of_a_kind_has_the_words_others_are_named(client: FlaskClient) -> None:
    text = page(client, "/en/services?q=ozone").text
    assert "The same words elsewhere" in text
    assert 'href="/en/datasets?q=ozone"' in text


def test_there_is_always_a_way_on(client: FlaskClient) -> None:
    text = page(client, "/en/services?q=ozone schools").text
    assert "Some of the words elsewhere" in text
    assert 'href="/en/datasets?q=ozone+schools"' in text
    assert "Without words and filters" in page(client, "/en/search?q=nothinghasthisword").text
    assert 'href="/en/datasets?q=ozone"' in page(client, "/en/datasets?q=ozzone&theme=TRAN").text


def test_who_mistypes_is_asked_what_was_meant(client: FlaskClient) -> None:
    text = page(client, "/en/datasets?q=ozzone").text
    assert "Did you mean:" in text
    assert 'href="/en/datasets?q=ozone"' in text
    assert asked(client, "/datasets.json", q="ozzone")["did_you_mean"] == "ozone"


def test_a_search_over_everything_is_filtered_by_kind(client: FlaskClient) -> None:
    every = asked(client, "/search.json", q="air")
    kinds = counts(every, "kind")
    assert len(kinds) > 1
    some = asked(client, "/search.json", q="air", kind=["reuses", "organisations"], limit=1000)
    assert {one["kind"] for one in some["results"]} <= {"reuses", "organisations"}
    assert some["total"] == kinds.get("reuses", 0) + kinds.get("organisations", 0)
    assert counts(some, "kind") == kinds


def test_all_of_high_value_or_those_of_a_category(client: FlaskClient) -> None:
    every = asked(client, "/datasets.json", hvd="true", limit=1000)
    assert every["total"] == len(every["results"]) > 0
    assert all(one["high_value"] for one in every["results"])
    category = min(counts(every, "hvd"))
    of_one = page(client, f"/en/datasets?hvd={category}").text
    assert re.search(rf'All high-value datasets</a> <span class="count">{every["total"]}<', of_one)


@pytest.mark.parametrize("parameter", ["organisation", "theme", "hvd", "place"])
def test_all_values_of_a_filter_are_on_a_page_of_their_own(client: FlaskClient, parameter: str) -> None:
    answer = page(client, f"/en/datasets/values/{parameter}?q=data&{parameter}=x")
    assert answer.status_code == 200
    assert re.search(rf'<input type="checkbox" name="{parameter}" value="x" checked>', answer.text)
    assert '<input type="hidden" name="q" value="data">' in answer.text
    assert answer.text.count('type="checkbox"') > 1


@pytest.mark.parametrize("path", ["/datasets/values/kind", "/datasets/values/none", "/search/values/theme?page=9"])
def test_values_of_what_is_no_filter_are_not_found(client: FlaskClient, path: str) -> None:
    assert page(client, path).status_code == 404


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        (f"q={'x' * 10_000}", 400),
        ("sort=size", 400),
        ("page=0", 404),
        ("page=1000000000", 404),
        (f"theme={'x' * 3000}", 400),
        ("&".join(f"theme={'x' * 900}{number}" for number in range(10)), 400),
        (f"theme={'%D0%B6' * 1500}", 400),
        ("&".join(f"theme={number}" for number in range(100)), 400),
    ],
)
def test_what_cannot_be_meant_is_told_with_a_way_on(client: FlaskClient, bad: str, status: int) -> None:
    for path in ("/datasets", "/en/search", "/search.json", "/datasets.ttl"):
        answer = client.get(f"{path}?{bad}", headers={"Accept": "application/problem+json, */*;q=0.1"})
        assert answer.status_code == status
        instead = json.loads(answer.data)["instead"]
        assert client.get(address(instead)).status_code == 200


@pytest.mark.parametrize("text", ["ж" * 500, "air"])
def test_a_long_address_makes_neither_headers_that_proxies_refuse_nor_an_endless_page(
    client: FlaskClient, text: str
) -> None:
    filters = "&".join(f"theme=https://data.example/{'y' * 200}/{number}" for number in range(14))
    for path in ("/datasets", "/de/search", "/search.json", "/datasets.ttl"):
        for query in (f"?q={text}", f"?q=air&{filters}"):
            answer = client.get(path + query, headers={"Accept": "text/html, */*;q=0.1"})
            assert answer.status_code == 200
            assert len(answer.headers.get("Link", "")) <= 6_000
            assert len(answer.data) < 500_000


def test_programs_that_mistype_a_filter_are_told_and_people_are_not_stopped(client: FlaskClient) -> None:
    answer = client.get("/datasets.json?them=ENVI")
    assert answer.status_code == 400
    assert "there is no parameter 'them' here; there are q, theme, organisation" in json.loads(answer.data)["detail"]
    assert client.get("/datasets.csv?limit=0").status_code == 400
    assert ">45 results<" in page(client, "/en/datasets?them=ENVI&utm_campaign=x").text


def test_a_value_that_nothing_has_is_shown_and_can_be_taken_away(client: FlaskClient) -> None:
    text = page(client, "/en/datasets?theme=nonsense&organisation=nobody").text
    assert ">0 results<" in text
    assert text.count("take this filter away") == 4
    assert 'href="/en/datasets?organisation=nobody"' in text


def test_an_organisation_is_named_by_the_end_of_its_address(client: FlaskClient) -> None:
    found = re.search(r'href="/organisations/([a-z0-9-]+)"', page(client, "/organisations").text)
    assert found is not None
    named = asked(client, "/datasets.json", organisation=found[1])
    assert named["total"] > 0
    assert named["total"] == asked(client, "/datasets.json", organisation=named["filters"]["organisation"])["total"]


def test_suggestions_are_as_browsers_read_them(client: FlaskClient) -> None:
    answer = client.get("/suggest?q=air&lang=de")
    assert answer.mimetype == "application/x-suggestions+json"
    typed, texts, about, addresses = json.loads(answer.data)
    assert typed == "air"
    assert len(texts) == len(about) == len(addresses) > 0
    assert any("luft" in text.lower() for text in texts)
    assert len(set(addresses)) == len(addresses)
    for at in addresses:
        assert address(at).startswith("/de/")
        assert page(client, address(at)).status_code == 200


@pytest.mark.parametrize(("query", "status"), [("", 200), ("q=a", 200), ("q=x&kind=no", 400), ("q=x&lang=xx", 400)])
def test_whatever_is_typed_there_is_a_list_or_a_word_about_it(client: FlaskClient, query: str, status: int) -> None:
    answer = client.get(f"/suggest?{query}")
    assert answer.status_code == status
    if status == 200:
        assert json.loads(answer.data)[1:] == [[], [], []]


def test_browsers_learn_of_the_search_on_every_page(client: FlaskClient) -> None:
    for path in ("/", "/datasets", "/organisations", "/sparql", "/nothing-here"):
        assert '<link rel="search" type="application/opensearchdescription+xml"' in page(client, path).text
    answer = client.get("/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    root = fromstring(answer.data)  # noqa: S314  our own
    assert len(root.findtext(f"{{{OPENSEARCH}}}ShortName") or "") <= 16
    for one in root.findall(f"{{{OPENSEARCH}}}Url"):
        filled = re.sub(r"{\w+\?}", "", one.attrib["template"].replace("{searchTerms}", "air"))
        found = client.get(address(filled), headers={"Accept": f"{one.attrib['type']}, */*;q=0.1"})
        assert (found.status_code, found.mimetype) == (200, one.attrib["type"])


def test_a_list_leads_to_the_query_that_finds_the_same(client: FlaskClient, example: Path) -> None:
    for path in (
        "/en/datasets?theme=ENVI&theme=TRAN&format=CSV&source=example",
        "/en/datasets?limit=100",
        "/en/inventory",
        "/en/reuses?theme=ENVI",
    ):
        assert _queried(client, example, path) == {
            one["iri"] for one in asked(client, re.sub(r"/en/(\w+)", r"/\1.json", path))["results"]
        }


def test_what_is_not_stated_is_counted_listed_and_asked_alike(client: FlaskClient, example: Path) -> None:
    counts = {one["value"]: one["count"] for one in asked(client, "/datasets.json")["facets"]["missing"]}
    assert {DCT.license.value, DCAT.theme.value} <= set(counts)
    for iri, count in counts.items():
        parameters = urlencode({"missing": iri, "limit": 100})
        listed = {one["iri"] for one in asked(client, f"/datasets.json?{parameters}")["results"]}
        assert len(listed) == count
        assert _queried(client, example, f"/en/datasets?{parameters}") == listed
    assert (
        '<span class="which">Not stated</span> Licence'
        in page(client, f"/en/datasets?missing={DCT.license.value}").text
    )


def _queried(client: FlaskClient, example: Path, path: str) -> set[str]:
    href = re.search(r'href="(/en/sparql[?][^"]+)"', page(client, path).text)
    assert href is not None
    query = dict(parse_qsl(urlsplit(href[1].replace("&amp;", "&")).query))["query"]
    with Generations(example).current() as generation:
        found = [row["record"].value for row in generation.store.query(query)]  # type: ignore[union-attr]
    assert len(found) == len(set(found)), "each once, however many languages it has a title in"
    return set(found)


def test_words_are_asked_of_the_index_inside_the_query(client: FlaskClient) -> None:
    text = page(client, '/en/search?q="air"\\&hvd=true&place=x').text
    href = re.search(r'href="(/en/sparql[?][^"]+)"', text)
    assert href is not None
    query = dict(parse_qsl(urlsplit(href[1].replace("&amp;", "&")).query))["query"]
    assert 'search:query "\\"air\\"\\\\" ;' in query
    assert "VALUES ?category { UNDEF }" in query
    assert 'VALUES ?place { "x" }' in query
    assert "urn:" not in query
    assert "#" not in re.sub(r"<[^>]*>", "", query)


@pytest.fixture
def formulas(tmp_path: Path) -> Iterator[FlaskClient]:
    document = tmp_path / "formulas.ttl"
    document.write_text("""
        PREFIX dcat: <http://www.w3.org/ns/dcat#>
        PREFIX dct: <http://purl.org/dc/terms/>
        <http://foreign.example/=1> a dcat:Dataset ; dct:title "=1+1"@en ; dct:description "@SUM(1;2)\\n=2" .
    """)
    publish(tmp_path / "data", document, source="formulas")
    with portal(tmp_path / "data") as client:
        yield client


def test_no_cell_of_a_table_is_a_formula(formulas: FlaskClient) -> None:
    (row,) = csv.DictReader(StringIO(formulas.get("/datasets.csv").text))
    assert row["title"] == "'=1+1"
    assert row["summary"] == "'@SUM(1;2) =2"
