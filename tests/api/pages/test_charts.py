"""Charts of pages: what is drawn is what the table has, and what the query behind it finds."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, QuerySolutions

from api.pages import courses, figures
from graph.generations import Generations
from loaders import surveys
from queries.library import run_named
from tests.support.portal import EXAMPLE, page, portal, publish

VALUES = ("/themes/TRAN", "/formats/CSV", "/licences/CC0", "/places/LUX", "/languages/FRA", "/hvd/c_ac64a52d")
STATISTICS = "https://data.portal.example/id/organisation/stat"
MILLS = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
<http://x.example/mills> a dcat:Dataset ; dct:title "Mills"@en ; dct:description "All of them."@en .
<http://x.example/dams> a dcat:Dataset ; dct:title "Dams"@en ; dct:description "All of them."@en .
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, and a source whose datasets came, changed and went."""
    folder = tmp_path_factory.mktemp("charts")
    publish(folder / "data", EXAMPLE)
    for text in (MILLS, MILLS.replace("All", "Most"), MILLS[: MILLS.index("<http://x.example/dams>")]):
        (folder / "mills.ttl").write_text(text, "utf-8")
        publish(folder / "data", folder / "mills.ttl", source="mills")
    return folder / "data"


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


def drawn(chart: str) -> list[list[float]]:
    """The heights of the columns, panel by panel."""
    paths = re.findall(r'<path class="mark [^"]*" d="([^"]*)"', chart)
    return [[float(height) for height in re.findall(r"v([\d.]+)", path)] for path in paths]


def found(chart: str, data: Path) -> list[tuple[str, int]]:
    """What the query behind it finds: the first value of each row, and the last, which is a number."""
    href = re.search(r'<p class="asked"><a href="([^"]+)"', chart)
    assert href is not None
    address = urlsplit(unescape(href[1]))
    with Generations(data).current() as generation:
        if "/queries/" in address.path:
            answer = run_named(generation.store, address.path.partition("/queries/")[2], {})
        else:
            answer = generation.store.query(dict(parse_qsl(address.query))["query"])
        assert isinstance(answer, QuerySolutions)
        told = [[*row] for row in answer]
    return [(_text(row[0]), int(_text(row[-1]))) for row in told]


def _text(term: object) -> str:
    assert isinstance(term, NamedNode | Literal)
    return term.value


def bars(chart: str) -> list[tuple[float, int]]:
    """Length and number of each bar; a row that has none tells it in words."""
    told = re.findall(r'<rect class="mark" width="([\d.]+)%".*?</th><td>([^<]*)</td>', chart, re.DOTALL)
    return [(float(length), int(number.replace(",", "")) if number[0].isdigit() else 0) for length, number in told]


def test_the_activity_of_the_catalogue_is_what_its_question_finds(client: FlaskClient, data: Path) -> None:
    activity = chart(client, "/en/", "Last changed")
    with Generations(data).current() as generation:
        answer = run_named(generation.store, courses.ACTIVITY, {})
        assert isinstance(answer, QuerySolutions)
        told = [[int(_text(value)) for value in [*row][1:]] for row in answer]
    assert rows(activity) == told
    assert told[0][0] > told[0][1] > 0
    assert told[0][2] == 1
    assert [len(heights) for heights in drawn(activity)] == [1, 1, 1]
    assert f"/en/queries/{courses.ACTIVITY}" in activity
    assert re.search(r"<figcaption>Most additions were in \w+ \d{4}: \d+ datasets.</figcaption>", activity)


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


def test_a_source_draws_the_harvests_that_its_table_tells(client: FlaskClient) -> None:
    text = page(client, "/en/sources/mills").text
    harvests = chart(client, "/en/sources/mills", "Set aside")
    table = text[text.index("Taken in") :]
    told = [[*map(int, re.findall(r"<td[^>]*>(\d+)</td>", row))] for row in table.split("</tr>")[1:4]]
    received, added, changed, removed = drawn(harvests)
    assert (len(received), len(added), len(changed), len(removed)) == tuple(
        sum(bool(row[column]) for row in told) for column in (0, 3, 4, 6)
    )
    assert "All that the last harvest received was taken in" in harvests
    assert chart(client, "/en/sources/mills", "Severity")


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
