"""The query page as people use it: without script, with it, by keyboard alone, on a phone, and with hostile data."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tests.browser.conftest import EDITOR, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

PREFIX = "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> "
PUBLISHERS = PREFIX + "SELECT ?name (COUNT(?d) AS ?n) { ?d a dcat:Dataset ; dct:publisher ?name } GROUP BY ?name"
TITLES = PREFIX + "SELECT ?d ?t { ?d dct:title ?t } ORDER BY ?t ?d"
WRONG = "SELECT *\n{ ?s ?p ?o }\nLIMIT many"
LONG = """REPLACE(REPLACE(REPLACE(REPLACE('aaaaaaaaaa', 'a', 'bbbbbbbbbb'), 'b', 'cccccccccc'), 'c', 'dddddddddd'),
  'd', '<b>and so on, a hundred characters in all, without an end; the page shows where it begins, and says so</b>')"""
"""A million characters."""
HOSTILE = f"""SELECT ?text ?link ?long ?right ?shape ?n {{
  VALUES (?text ?link ?right ?shape ?n) {{
    ("<script>hacked = 1</script><img src=x onerror='hacked = 1'>" <javascript:hacked=1> "مرحبا \\u202E abc"@ar
     "POINT(6.1 49.6)<script>hacked = 1</script>" 5)
    ("</textarea><svg onload='hacked = 1'>" <data:text/html,hacked> "\\u0000 is not" "POINT(6 49)" 1e400)
    ("{{{{ 7*7 }}}} ${{7*7}}" <http://a.example/%22%3E%3Cscript%3E> "שלום"@he "POLYGON((6 49,7 49,7 50,6 49))" -3)
  }}
  BIND({LONG} AS ?long)
}}""".replace('"\\u0000 is not"', '"nothing"')


def at(query: str, language: str = "en") -> str:
    return f"/{language}/sparql?{urlencode({'query': query})}"


def edited(page: "Page") -> str:
    page.wait_for_selector(".CodeMirror")
    text: str = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    return text


def editing(page: "Page", text: str) -> None:
    """Wait until the editor has this text in it. (Playwright's own wait would need `eval`, which the page forbids.)"""
    for _ in range(100):
        if text in edited(page):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{text} is not in {edited(page)}")


def fill(page: "Page", text: str) -> None:
    page.wait_for_selector(".CodeMirror")
    page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", text)


def ask(page: "Page", text: str) -> None:
    fill(page, text)
    page.click("form.query button[type=submit]")
    page.wait_for_selector("#answered[aria-busy=false] section")


def focused(page: "Page") -> str:
    name: str = page.evaluate("""() => {
        const one = document.activeElement;
        return one.closest('.editor') ? 'editor' : one.id || one.textContent.trim();
    }""")
    return name


def tab_to(page: "Page", name: str, most: int = 40) -> None:
    for _ in range(most):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {name}: {focused(page)}")


# without script


def test_without_script_a_reader_asks_turns_pages_and_downloads(plain: Visit) -> None:
    page = plain.go("/en/sparql")
    page.fill("#query", TITLES)
    page.click("text=Run the query")
    first = page.inner_text("caption")
    assert re.fullmatch(r"\d+ results – rows 1 to 100", first)  # noqa: RUF001  a dash
    page.click("text=Next page")
    assert "rows 101 to" in page.inner_text("caption")
    assert page.input_value("#query").strip() == TITLES.strip()
    with page.expect_download() as started:
        page.click("a[type='text/csv']")
    rows = started.value.path().read_bytes().splitlines()
    assert len(rows) - 1 == int(first.split()[0])


def test_without_script_an_example_is_chosen_and_a_mistake_is_shown(plain: Visit) -> None:
    page = plain.go("/fr/sparql")
    page.select_option("#example", "organisations/list")
    page.click("form.examples button")
    assert "SELECT" in page.input_value("#query")
    page.fill("#query", WRONG)
    page.click("form.query button")
    assert "ligne 3" in page.inner_text("[role=alert]")
    assert page.inner_text("mark") == "many"
    plain.errors.clear()  # the status 400 of the page


# with script


def test_by_keyboard_alone_a_reader_writes_runs_and_reads_a_query(scripted: Visit) -> None:
    page = scripted.go("/en/sparql")
    page.wait_for_selector(".CodeMirror")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    tab_to(page, "editor")
    page.keyboard.type(PUBLISHERS, delay=0)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert focused(page) == "Run the query"
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "editor"
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".answer table")
    assert page.locator("tbody tr").count() > 5
    said = page.inner_text("#status")
    assert re.match(r"\d+ results\. Answered in", page.text_content("#status") or said)
    tab_to(page, "tab-table")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "tab-chart"
    page.keyboard.press("Enter")
    page.wait_for_selector(".bars li")


def test_tab_indents_only_where_the_reader_asked_for_it(scripted: Visit) -> None:
    page = scripted.go("/en/sparql")
    page.wait_for_selector(".CodeMirror")
    page.click(".CodeMirror")
    page.keyboard.type("ASK {}")
    page.keyboard.press("Control+m")
    page.keyboard.press("Tab")
    assert focused(page) == "editor"
    assert edited(page).startswith(" ")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert focused(page) == "Run the query"


def test_classes_and_properties_of_the_data_are_completed_with_their_prefixes(scripted: Visit) -> None:
    page = scripted.go("/fr/sparql")
    page.wait_for_selector(".CodeMirror")
    page.click(".CodeMirror")
    page.keyboard.type("SELECT * { ?d a dcat:")
    page.keyboard.press("Control+Space")
    offered = page.locator(".CodeMirror-hint")
    offered.first.wait_for()
    assert "dcat:Dataset" in " ".join(offered.all_inner_texts())
    page.keyboard.type("Distr")
    page.locator(".CodeMirror-hint", has_text="dcat:Distribution").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type(" ; titre")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hint", has_text="dct:title").wait_for()
    page.keyboard.press("Enter")
    editing(page, "PREFIX dct:")
    text = edited(page)
    assert "PREFIX dcat: <http://www.w3.org/ns/dcat#>" in text
    assert "?d a dcat:Distribution ; dct:title" in text
    assert page.evaluate("localStorage.length") == 0


def test_the_address_holds_the_query_with_script_and_without(scripted: Visit, plain: Visit) -> None:
    page = scripted.go("/en/sparql")
    ask(page, PUBLISHERS)
    rows = page.locator("tbody tr").all_inner_texts()
    address = page.url.removeprefix(scripted.address)
    page.reload()
    assert edited(page) == PUBLISHERS
    assert page.locator("tbody tr").all_inner_texts() == rows
    assert plain.go(address).locator("tbody tr").all_inner_texts() == rows
    ask(page, "ASK {}")
    assert page.inner_text("#answered strong") == "Yes"
    page.go_back()
    page.wait_for_selector("#answered table")
    assert edited(page) == PUBLISHERS
    language = page.get_attribute(".languages a[hreflang=de]", "href") or ""
    assert urlencode({"query": PUBLISHERS}) in language


def test_an_example_is_put_into_the_editor_and_its_shapes_are_drawn(scripted: Visit) -> None:
    page = scripted.go("/de/sparql")
    page.wait_for_selector(".CodeMirror")
    page.select_option("#example", "geo/boxes")
    page.click("form.examples button")
    editing(page, "bbox")
    page.click("form.query button[type=submit]")
    page.click("#tab-map")
    page.wait_for_selector("svg.map .shape")
    assert page.locator(".legend li").count() == page.locator("svg.map .shape").count()
    assert "° E" in (page.text_content("svg.map .grid") or "")
    before = page.inner_html("svg.map")
    page.click("text=Größer")
    larger = page.inner_html("svg.map")
    page.click("[aria-label='Nach Westen']")
    assert len({before, larger, page.inner_html("svg.map")}) == 3
    page.click("text=Das Ganze")
    assert page.inner_html("svg.map") == before


def test_a_chart_has_a_bar_for_each_row_and_says_its_number(scripted: Visit) -> None:
    page = scripted.go(at(PUBLISHERS))
    page.wait_for_selector(".CodeMirror")
    rows = page.locator("tbody tr").count()
    page.click("#tab-chart")
    page.wait_for_selector(".bars")
    assert page.locator(".bars li").count() == rows
    assert page.locator(".bars svg rect").count() == rows
    page.select_option("#chart-labels", "")
    assert page.locator(".bars .name").first.inner_text() == "1"
    page.click("#tab-text")
    page.wait_for_selector("#view-text pre")
    assert '"bindings"' in page.inner_text("#view-text pre")


def test_pages_of_rows_are_turned_in_place_and_the_answer_gets_the_focus(scripted: Visit) -> None:
    page = scripted.go("/en/sparql")
    ask(page, TITLES)
    page.click("text=Next page")
    page.locator("caption", has_text="rows 101").wait_for()
    assert focused(page) == "answer"
    assert "page=2" in page.url


def test_a_mistake_is_marked_where_it_is_typed_and_where_it_is_answered(scripted: Visit) -> None:
    page = scripted.go("/en/sparql")
    fill(page, WRONG)
    assert "cannot be read" in (page.get_attribute(".sign", "aria-label") or "")
    page.click("form.query button[type=submit]")
    page.wait_for_selector(".refusal")
    assert page.inner_text(".CodeMirror .mistake") == "many"
    assert "line 3, column 7" in page.inner_text("[role=alert]")
    assert scripted.errors.pop().startswith("Failed to load resource: the server responded with a status of 400")


def test_a_query_that_runs_is_stopped_when_the_reader_says_so(scripted: Visit) -> None:
    page = scripted.go("/en/sparql")
    fill(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.click("form.query button[type=submit]")
    page.click("text=Stop")
    page.locator("#status", has_text="The query was stopped.").wait_for()
    ask(page, "ASK {}")


def test_a_query_too_long_for_an_address_is_refused_before_it_is_sent(scripted: Visit) -> None:
    page = scripted.go("/en/sparql")
    fill(page, f"ASK {{}} #{'é' * 20_000}")
    page.click("form.query button[type=submit]")
    page.locator("#status", has_text="longer than the 60 kB").wait_for()
    assert page.url.endswith("/en/sparql")


@pytest.mark.parametrize("view", ["table", "text", "map", "chart"])
def test_hostile_values_do_nothing_in_any_view(scripted: Visit, view: str) -> None:
    page = scripted.go(at(HOSTILE))
    page.wait_for_selector(".CodeMirror")
    page.wait_for_selector(f"#tab-{view}")
    page.click(f"#tab-{view}")
    page.wait_for_selector({"table": "tbody", "text": "#view-text pre", "map": "svg.map", "chart": ".bars"}[view])
    assert page.evaluate("typeof hacked") == "undefined"
    assert (
        page.locator("#answered script, #answered img, #answered [onload], #answered a[href^='javascript']").count()
        == 0
    )
    assert page.locator("#answered a[href^='data']").count() == 0
    for link in page.locator("tbody a").all():
        assert (link.get_attribute("href") or "").startswith(("/", "http://", "https://"))


def test_a_hostile_query_in_the_address_is_text(scripted: Visit) -> None:
    page = scripted.go(at("</textarea><script>hacked = 1</script><img src=x onerror='hacked = 1'>"))
    assert edited(page).startswith("</textarea><script>")
    assert page.evaluate("typeof hacked") == "undefined"
    scripted.errors.clear()  # the status 400 of the page


def test_the_form_serves_where_the_editor_does_not_arrive(visit: Callable[..., Visit]) -> None:
    one = visit()
    one.page.route("**/static/yasqe/**", lambda route: route.abort())
    page = one.go("/en/sparql")
    page.fill("#query", PUBLISHERS)
    page.click("text=Run the query")
    page.wait_for_selector(".answer table")
    assert page.locator(".CodeMirror").count() == 0
    if EDITOR.is_file():
        assert all("Failed to load resource: net::ERR_FAILED" in error for error in one.errors)
    one.errors.clear()


SHAPES: list[tuple[str, Any]] = [
    ("POINT(6.1 49.6)", [1, 0, 0]),
    ("point z (6.1 49.6 300)", [1, 0, 0]),
    ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT (6.1 49.6)", [1, 0, 0]),
    ("MULTIPOINT((6 49), (7 50))", [2, 0, 0]),
    ("MULTIPOINT(6 49, 7 50)", [2, 0, 0]),
    ("LINESTRING(6 49, 7 50)", [0, 1, 0]),
    ("POLYGON((6 49,7 49,7 50,6 49),(6.4 49.1,6.5 49.1,6.5 49.2,6.4 49.1))", [0, 0, 2]),
    ("MULTIPOLYGON(((6 49,7 49,7 50,6 49)),((8 49,9 49,9 50,8 49)))", [0, 0, 2]),
    ("GEOMETRYCOLLECTION(POINT(6 49), LINESTRING(6 49, 7 50))", [1, 1, 0]),
    ("ENVELOPE(5.7, 6.6, 50.2, 49.4)", [0, 0, 1]),
    ('{"type": "Polygon", "coordinates": [[[6, 49], [7, 49], [7, 50], [6, 49]]]}', [0, 0, 1]),
    ("<http://www.opengis.net/def/crs/EPSG/0/2169> POINT(77000 75000)", None),
    ("POINT EMPTY", None),
    ("POINT(6.1)(", None),
    ("POINT(north west)", None),
    ("POINT(6.1 149.6)", None),
    ("POLYGON((((((((((", None),
    ('{"type": "Polygon"}', None),
    ("GEOMETRYCOLLECTION(" * 20_000, None),
]


def test_shapes_are_read_or_left_out_whatever_is_written(scripted: Visit) -> None:
    page = scripted.go("/en/sparql")
    read = """async (texts) => {
        const { shape } = await import('/static/query/shapes.js');
        const told = texts.map((value) => shape({ type: 'literal', value }));
        return told.map((one) => one && [one.points.length, one.lines.length, one.areas.length]);
    }"""
    assert page.evaluate(read, [text for text, _ in SHAPES]) == [found for _, found in SHAPES]
    swapped = "async () => (await import('/static/query/shapes.js')).shape({type: 'literal', value: \
        '<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(49.6 6.1)'}).points"
    assert page.evaluate(swapped) == [[6.1, 49.6]]


CONTRAST = """() => {
    const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const light = ([r, g, b]) => {
        const linear = (one) => one <= .03928 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4;
        const [x, y, z] = [r, g, b].map((one) => linear(one / 255));
        return .2126 * x + .7152 * y + .0722 * z;
    };
    const ground = (one) => {
        for (let at = one; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (colour.startsWith('rgb(') ) return numbers(colour);
        }
        return numbers(getComputedStyle(document.body).backgroundColor);
    };
    const poor = [];
    for (const one of document.querySelectorAll('main *')) {
        const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (!own || !one.checkVisibility() || one.closest('svg')) continue;
        const [a, b] = [light(numbers(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
        if ((a + .05) / (b + .05) < 4.5) poor.push(`${one.tagName}.${one.className}: ${one.textContent.slice(0, 30)}`);
    }
    return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(visit: Callable[..., Visit], scheme: str) -> None:
    one = visit(color_scheme=scheme, reduced_motion="reduce")
    page = one.go(at(HOSTILE))
    page.wait_for_selector(".CodeMirror" if EDITOR.is_file() else "table")
    assert page.evaluate(CONTRAST) == []
    page.goto(one.address + at(WRONG))
    page.wait_for_selector(".mistake" if EDITOR.is_file() else "mark")
    assert page.evaluate(CONTRAST) == []
    one.errors.clear()  # the status 400 of the page


@pytest.mark.parametrize("script", [True, False])
def test_a_narrow_screen_needs_no_scrolling_sideways(visit: Callable[..., Visit], script: bool) -> None:
    one = visit(viewport={"width": 320, "height": 640}, java_script_enabled=script)
    page = one.go(at(HOSTILE, "de"))
    if script and EDITOR.is_file():
        page.wait_for_selector(".CodeMirror")
    assert page.locator("html").evaluate("root => root.scrollWidth") <= 320


def test_on_paper_there_is_the_query_and_its_answer(scripted: Visit) -> None:
    page = scripted.go(at(PUBLISHERS))
    page.wait_for_selector(".CodeMirror")
    page.emulate_media(media="print")
    assert page.is_visible("table")
    assert page.is_visible(".CodeMirror")
    for gone in ("form.examples", ".tabs", ".downloads", "#limits", "header nav"):
        assert not page.locator(gone).first.is_visible(), gone


@pytest.mark.parametrize("language", ["fr", "de", "en", "lb"])
def test_the_script_speaks_the_language_of_the_page(scripted: Visit, language: str) -> None:
    page = scripted.go(at(PUBLISHERS, language))
    page.wait_for_selector(".CodeMirror")
    named = {"fr": "Graphique", "de": "Diagramm", "en": "Chart", "lb": "Diagramm"}
    assert page.inner_text("#tab-chart") == named[language]
    assert page.is_visible("#keys")
