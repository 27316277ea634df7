"""Charts of pages: what is drawn is what the table has, and what the query behind it finds."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, QuerySolutions

from api.pages import courses, figures
from api.settings import Settings
from api.wiring import pipeline
from graph.generations import Generations
from loaders import surveys
from loaders.pipeline import Order
from queries.library import run_named
from tests.support.portal import EXAMPLE, page, portal, publish

_HARVESTED = ("received", "published", "quarantined", "added", "changed", "unchanged", "removed")
VALUES = ("/themes/TRAN", "/formats/CSV", "/licences/CC0", "/places/LUX", "/languages/FRA", "/hvd/c_ac64a52d")
STATISTICS = "https://data.portal.example/id/organisation/stat"
GOVERNMENT = "https://data.portal.example/id/organisation/gov"
MILLS = f"""
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
<http://x.example/mills> a dcat:Dataset ; dct:title "Mills"@en ; dct:description "All of them."@en ;
  dct:publisher <{STATISTICS}> .
<http://x.example/dams> a dcat:Dataset ; dct:title "Dams"@en ; dct:description "All of them."@en ;
  dct:publisher <{STATISTICS}> , <{GOVERNMENT}> .
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, and a source whose datasets came, changed, went to another publisher and went, month by month."""
    folder = tmp_path_factory.mktemp("charts")
    publish(folder / "data", EXAMPLE)
    alone = MILLS[: MILLS.index("<http://x.example/dams>")]
    states = (MILLS, MILLS.replace("All", "Most"), alone, alone.replace(STATISTICS, GOVERNMENT))
    for number, text in enumerate(states):
        (folder / "mills.ttl").write_text(text, "utf-8")
        _load(folder / "data", folder / "mills.ttl", datetime.now(UTC) + timedelta(days=31 * number))
    return folder / "data"


def _load(data: Path, file: Path, moment: datetime) -> None:
    loading = replace(pipeline(Settings(data=data, isolation_required=False)), clock=lambda: moment)
    assert loading.load(Order([str(file)], "mills")).outcome


@pytest.fixture(scope="module")
def client(data: Path) -> Iterator[FlaskClient]:
    with portal(data) as client:
        yield client


def charts(client: FlaskClient, path: str) -> list[str]:
    answer = page(client, path)
    assert answer.status_code == 200
    return re.findall(r'<figure class="chart.*?</figure>', answer.text, re.DOTALL)


def chart(client: FlaskClient, path: str, word: str) -> str:
    """The first with a word."""
    return next(one for one in charts(client, path) if word in one)


def rows(chart: str) -> list[list[int]]:
    """The numbers of its table."""
    body = chart[chart.index("<tbody>") : chart.index("</tbody>")]
    cells = (re.findall(r"<td>([\d,]+)</td>", row) for row in body.split("</tr>")[:-1])
    return [[int(cell.replace(",", "")) for cell in each] for each in cells]


def leading(chart: str) -> str:
    """Where the first link below it leads."""
    href = re.search(r'<p class="asked">\s*<a href="([^"]+)"', chart)
    assert href is not None
    return unescape(href[1])


def monthly(chart: str) -> dict[str, list[int]]:
    """The numbers by month, the newest first, leaving out where nothing was."""
    moments = re.findall(r'<tr><th scope="row"><time datetime="([^"]+)">', chart)
    return {moment: row for moment, row in zip(moments, rows(chart), strict=True) if any(row)}


def drawn(chart: str) -> list[list[float]]:
    """The heights of the columns, panel by panel."""
    paths = re.findall(r'<path class="mark [^"]*" d="([^"]*)"', chart)
    return [[float(height) for height in re.findall(r"v([\d.]+)", path)] for path in paths]


def asked(chart: str, data: Path) -> list[list[str]]:
    """What the query behind it finds."""
    address = urlsplit(leading(chart))
    given = dict(parse_qsl(address.query))
    with Generations(data).current() as generation:
        if "/queries/" in address.path:
            answer = run_named(generation.store, address.path.partition("/queries/")[2], given)
        else:
            answer = generation.store.query(given["query"])
        assert isinstance(answer, QuerySolutions)
        return [[_text(value) for value in row] for row in answer]


def found(chart: str, data: Path) -> list[tuple[str, int]]:
    """The same: the first value of each row, and the last, which is a number."""
    return [(row[0], int(row[-1])) for row in asked(chart, data)]


def pages_of_organisations(client: FlaskClient, data: Path) -> list[str]:
    with Generations(data).current() as generation:
        keys = [entry.key for entry in generation.ledger.of_kind("organisations")]
    paths = (f"/en/organisations/{key}" for key in keys)
    return [client.get(path, headers={"Accept": "text/html"}).location or path for path in paths]


def _text(term: object) -> str:
    assert isinstance(term, NamedNode | Literal)
    return term.value


def bars(chart: str) -> list[tuple[float, int]]:
    """Length and number of each bar; a row that has none tells it in words."""
    told = re.findall(r'<rect class="mark" width="([\d.]+)%".*?</th><td>([^<]*)</td>', chart, re.DOTALL)
    return [(float(length), int(number.replace(",", "")) if number[0].isdigit() else 0) for length, number in told]


def test_the_activity_of_the_catalogue_is_what_its_question_finds(client: FlaskClient, data: Path) -> None:
    activity = chart(client, "/en/", "Last changed")
    assert monthly(activity) == {month: [*map(int, counts)] for month, *counts in asked(activity, data)}
    first, *later = reversed(monthly(activity).values())
    assert first[0] > 50
    assert later == [[0, 0, 1], [0, 1, 0]]
    assert [len(heights) for heights in drawn(activity)] == [1, 1, 1]
    assert f"/en/queries/{courses.ACTIVITY}" in activity
    assert re.search(r"<figcaption>Most additions were in \w+ \d{4}: \d+ datasets.</figcaption>", activity)


def test_the_activity_of_each_organisation_is_what_its_question_finds(client: FlaskClient, data: Path) -> None:
    totals = [0, 0, 0]
    for path in pages_of_organisations(client, data):
        for activity in filter(lambda one: "Last changed" in one, charts(client, path)):
            told = monthly(activity)
            assert told == {month: [*map(int, counts)] for _, month, *counts in asked(activity, data)}
            assert f"/en/queries/{courses.ACTIVITY_OF_ONE}?organisation=" in activity
            totals = [sum(column) for column in zip(totals, *told.values(), strict=True)]
    with Generations(data).current() as generation:
        kinds = generation.ledger.counts()
    assert totals[0] >= kinds["datasets"]
    assert totals[1:] == [1, 2]  # who has the mills today, and both whose the dams were


def test_the_formats_of_the_catalogue_and_of_an_organisation_are_what_their_queries_find(
    client: FlaskClient, data: Path
) -> None:
    with Generations(data).current() as generation:
        entry = generation.ledger.get(STATISTICS)
        assert entry is not None
        own = f"/en/organisations/{entry.key}"
    for path in ("/en/", client.get(own, headers={"Accept": "text/html"}).location or own):
        formats = chart(client, path, "format=")
        asked = found(formats, data)
        told = bars(formats)
        assert [number for _, number in told] == [number for _, number in asked][: len(told)]
        hrefs = re.findall(r'<th scope="row"><a href="([^"]+)"', formats)
        iris = [dict(parse_qsl(urlsplit(unescape(href)).query))["format"] for href in hrefs]
        assert {*iris} <= {iri for iri, _ in asked}
        assert all(length == pytest.approx(number / told[0][1] * 100, abs=1.5) for length, number in told)


@pytest.mark.parametrize("path", ["/", "/hvd", *VALUES, "/keywords/API"])
def test_nothing_is_told_to_come_first_that_shares_its_place(path: str, client: FlaskClient) -> None:
    for one in charts(client, path):
        caption, counts = one[: one.index("</figcaption>")], [numbers[0] for numbers in rows(one) if len(numbers) == 1]
        if 'class="chart bars"' in one and len(counts) > 1:
            alone = counts[0] > counts[1]
            assert alone == ("comes first" in caption or "has most" in caption), caption


@pytest.mark.parametrize("path", VALUES)
def test_what_datasets_with_a_value_have_besides_is_what_the_query_finds(
    path: str, client: FlaskClient, data: Path
) -> None:
    compared = 0
    for each in charts(client, f"/en{path}"):
        if "bars" in each[:40]:
            told, asked = [number for _, number in bars(each)], [number for _, number in found(each, data)]
            assert told == asked[: len(told)]
            assert len(told) == min(len(asked), 8)
            compared += 1
    assert compared >= 2


def test_how_many_are_of_high_value_is_what_the_query_finds(client: FlaskClient, data: Path) -> None:
    compared = 0
    for path in VALUES:
        for each in (one for one in charts(client, f"/en{path}") if "value-title" in one):
            told = dict(found(each, data))
            assert [row[0] for row in rows(each)] == [told["true"], told["false"]]
            compared += 1
    assert compared >= 3


def test_whose_a_keyword_is_is_what_the_query_finds_of_all_kinds_and_in_all_languages(tmp_path: Path) -> None:
    served = MILLS.replace("dcat:Dataset ;", 'dcat:DataService ; dcat:keyword "Mill"@en , "Mill"@de ;', 1)
    unusual = """<http://x.example/rest> a dcat:Dataset ; dct:title "Rest"@en ; dcat:keyword "Mill"@cy , "Mill" ,
      "Odd"@cy ; dct:publisher <http://x.example/office> ."""
    (tmp_path / "mills.ttl").write_text(served + unusual, "utf-8")
    publish(tmp_path / "data", tmp_path / "mills.ttl")
    with portal(tmp_path / "data") as client:
        for word, told in (("Mill", [1, 1]), ("Odd", [1])):
            whose = chart(client, f"/en/keywords/{word}", ">Organisation<")
            assert [number for _, number in bars(whose)] == [number for _, number in found(whose, tmp_path / "data")]
            assert [number for _, number in bars(whose)] == told
            assert ("share the first place" in whose, "comes first" in whose) == (len(told) > 1, False)


@pytest.mark.parametrize("word", ["water", "mobility", "statistics"])
def test_whose_a_keyword_is_is_what_the_query_finds(word: str, client: FlaskClient, data: Path) -> None:
    whose = chart(client, f"/en/keywords/{word}", ">Organisation<")
    told = [number for _, number in bars(whose)]
    assert told == [number for _, number in found(whose, data)][: len(told)]


def test_high_value_categories_are_what_their_question_finds(client: FlaskClient, data: Path) -> None:
    coverage, downloads, services, formats, licences = charts(client, "/en/hvd")
    assert [number for _, number in bars(coverage)] == [number for _, number in found(coverage, data)]
    assert len(bars(coverage)) == 6
    with Generations(data).current() as generation:
        report = run_named(generation.store, "hvd/report-by-category", {})
        assert isinstance(report, QuerySolutions)
        known = {_text(row["category"]): row for row in report}
    codes = re.findall(r'href="/en/hvd/(c_\w+)"', coverage)
    for each, column in ((downloads, "downloads"), (services, "services")):
        told = [int(_text(row[column]) if row[column] else 0) for iri, row in known.items() if iri[-10:] in codes]
        assert sorted(number for _, number in bars(each) if number) == sorted(filter(None, told))
    for each in (formats, licences):
        told = [number for _, number in bars(each)]
        assert told == [number for _, number in found(each, data)][: len(told)]


def test_the_parts_of_the_whole_are_all_datasets(client: FlaskClient, data: Path) -> None:
    quality = chart(client, "/en/", "quality-title")
    numbers = [row[0] for row in rows(quality)]
    with Generations(data).current() as generation:
        told = surveys.survey(surveys.ORGANISATIONS, generation.store, generation.path)[surveys.WHOLE]
        assert sum(numbers) == generation.ledger.counts()["datasets"]
    assert numbers == [told["grades"][grade] for grade in figures.GRADES]
    assert told["sound"] + told["flawed"] == sum(numbers)
    widths = [float(width) for width in re.findall(r'<rect class="mark \w+" x="[\d.]+%" width="([\d.]+)%"', quality)]
    assert sum(widths) == pytest.approx(100, abs=0.1)
    assert len(widths) == sum(bool(number) for number in numbers)


def test_how_many_conform_is_what_the_question_finds_for_each_organisation(client: FlaskClient, data: Path) -> None:
    differing = 0
    for path in ("/en/", *pages_of_organisations(client, data)):
        for quality in (one for one in charts(client, path) if "quality-title" in one):
            note = re.search(r'<p class="remark">[^<]* (\d+) of (\d+) datasets? conforms? to DCAT-AP.</p>', quality)
            assert note is not None, quality
            conforming, datasets = int(note[1]), int(note[2])
            assert [(row[-2], row[-1]) for row in asked(quality, data)] == [(str(datasets), str(conforming))]
            parts = [row[0] for row in rows(quality)]
            assert sum(parts) == datasets
            differing += datasets - parts[-1] != conforming
    assert differing > 2  # by what was received, and by all rules, other datasets have violations


def test_what_is_wrong_with_a_file_is_wrong_with_its_dataset_on_the_page_and_in_the_graph(tmp_path: Path) -> None:
    owned = MILLS.replace(f" , <{GOVERNMENT}>", "")
    flawed = owned.replace('"Mills"@en ;', '"Mills"@en ; dcat:distribution <http://x.example/mills.csv> ;', 1)
    office = f'<{STATISTICS}> a <http://xmlns.com/foaf/0.1/Agent> ; <http://xmlns.com/foaf/0.1/name> "Statistics"@en .'
    file = "<http://x.example/mills.csv> a dcat:Distribution ; dct:license 7 ."
    (tmp_path / "mills.ttl").write_text(flawed + office + file, "utf-8")
    publish(tmp_path / "data", tmp_path / "mills.ttl")
    with portal(tmp_path / "data") as client:
        (path,) = pages_of_organisations(client, tmp_path / "data")
        for quality in (chart(client, each, "quality-title") for each in ("/en/", path)):
            assert rows(quality)[-1] == [2]  # by all rules
            assert "1 of 2 datasets conform to DCAT-AP" in quality
            assert asked(quality, tmp_path / "data")[0][-2:] == ["2", "1"]


def test_a_source_draws_the_harvests_that_its_table_tells(client: FlaskClient) -> None:
    text = page(client, "/en/sources/mills").text
    harvests = chart(client, "/en/sources/mills", "Set aside")
    table = text[text.index("Taken in") :]
    told = [[*map(int, re.findall(r"<td[^>]*>(\d+)</td>", row))] for row in table.split("</tr>")[1:5]]
    received, added, changed, removed = drawn(harvests)
    assert (len(received), len(added), len(changed), len(removed)) == tuple(
        sum(bool(row[column]) for row in told) for column in (0, 3, 4, 6)
    )
    assert "All that the last harvest received was taken in" in harvests
    found = json.loads(client.get(leading(harvests)).data)
    assert [[each[name] for name in _HARVESTED] for each in found["harvests"]] == [[*row[:7]] for row in told]
    quality = chart(client, "/en/sources/mills", "Severity")
    counts = json.loads(client.get(leading(quality)).data)["problems"]
    assert [counts[severity] for severity in figures.SEVERITIES] == [row[0] for row in rows(quality)]


def test_a_source_that_was_harvested_once_has_no_course_to_draw(client: FlaskClient) -> None:
    assert not any("harvests-1" in each for each in charts(client, "/en/sources/example"))


@pytest.mark.parametrize("path", ["/", "/hvd", "/themes/ENVI", "/keywords/water", "/sources/mills"])
@pytest.mark.parametrize("language", ["en", "fr", "de", "lb"])
def test_a_chart_says_what_is_to_be_seen_and_names_its_pictures(path: str, language: str, client: FlaskClient) -> None:
    found = charts(client, f"/{language}{path}")
    assert found
    for each in found:
        caption = re.search(r"<figcaption>(.+?)</figcaption>", each)
        assert caption is not None
        assert re.search(r"\d", caption[1])
        assert "%(" not in each
        titles = dict(re.findall(r'<title id="([^"]+)">([^<]+)</title>', each))
        assert set(re.findall(r'aria-labelledby="([^"]+)"', each)) == titles.keys()
        for pictured in re.findall(r"<svg (?!y=)[^>]*>", each):
            assert 'aria-hidden="true"' in pictured or 'role="img"' in pictured
        assert "<table" in each or "harvests" in each


@pytest.mark.parametrize("language", ["en", "fr", "de", "lb"])
def test_each_link_below_a_chart_has_a_name_of_its_own_that_begins_as_it_reads(
    language: str, client: FlaskClient, data: Path
) -> None:
    organisations = [path.removeprefix("/en") for path in pages_of_organisations(client, data)]
    several = 0
    for path in ("/", "/hvd", "/keywords/water", "/sources/mills", *VALUES, *organisations):
        named: dict[str, str] = {}
        for each in charts(client, f"/{language}{path}"):
            for below in re.findall(r'<p class="asked">.*?</p>', each):
                for href, name, words in re.findall(r'<a href="([^"]+)" aria-label="([^"]+)">([^<]+)</a>', below):
                    assert name.startswith(words)
                    assert len(name) > len(words) + 2
                    assert named.setdefault(name, href) == href, path
                assert len(re.findall("<a ", below)) == len(re.findall("aria-label", below)) > 0
        several += len(named) > 1
    assert several > 5
