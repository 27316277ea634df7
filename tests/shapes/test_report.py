"""Reports: the value, and its four forms in four languages."""

import json
from html import unescape
from html.parser import HTMLParser

import pytest
from pyoxigraph import RdfFormat, parse

from shapes.plan import compile_plan
from shapes.reporting.rendering import FORMS, render
from shapes.reporting.report import Report
from shapes.reporting.wording import LANGUAGES
from shapes.validation import report_on, validate
from tests.shapes.samples import quads
from vocabularies.namespaces import SH

DATA = """
<a> a dcat:Dataset ; dct:title "Routes"@fr , "Straßen"@de ; dct:description "x"@fr ;
    dct:issued "<script>alert(1)</script>" .
<b> a dcat:Dataset ; dct:description "y"@en ; dcat:distribution <c> ;
    dct:temporal [ a dct:PeriodOfTime ; dcat:endDate "soon" ] .
"""


MEMBERS = ["conforms", "profiles", "records", "counts", "results"]
KEYS = ["record", "focus", "path", "value", "severity", "constraint", "message", "clause"]


@pytest.fixture(scope="module")
def report() -> Report:
    return validate(quads(DATA), ["dcat-ap"])


def test_counts_are_by_severity_and_any_result_breaks_conformance(report: Report) -> None:
    assert (report.conforms, report.records) == (False, 2)
    assert (report.counts["violation"], report.counts["warning"] > 0) == (3, True)
    assert validate([], ["dcat-ap"]).conforms


def test_json_has_the_shape_that_the_command_line_promises(report: Report) -> None:
    said = json.loads(render(report, "json"))
    assert [one for one in said if one in MEMBERS] == MEMBERS
    assert (said["conforms"], said["profiles"], said["records"]) == (False, ["dcat-ap"], 2)
    assert all(list(result)[:8] == KEYS and set(result["message"]) == set(LANGUAGES) for result in said["results"])
    first = said["results"][0]
    assert (first["record"], first["focus"]) == ("http://data.example/id/a", "http://data.example/id/a")
    assert first["path"] == "http://purl.org/dc/terms/issued"
    assert (first["value"], first["severity"]) == ("<script>alert(1)</script>", "violation")
    assert first["constraint"] == "http://www.w3.org/ns/shacl#OrConstraintComponent"
    assert first["clause"] == "https://semiceu.github.io/DCAT-AP/releases/3.0.1#Dataset.releasedate"
    assert len(set(first["message"].values())) == 4


def test_a_result_on_the_node_itself_has_no_path() -> None:
    plan = compile_plan(quads(":S sh:targetClass dcat:Dataset ; sh:nodeKind sh:IRI ; sh:severity sh:Info ."))
    said = json.loads(render(report_on(quads("[] a dcat:Dataset ."), plan, ["own"]), "json"))
    assert [(result["path"], result["severity"]) for result in said["results"]] == [(None, "info")]
    assert said["results"][0]["record"].startswith("_:")
    assert said["results"][0]["message"]["fr"] == "NodeKind"


def test_a_blank_node_is_counted_to_the_record_that_leads_to_it(report: Report) -> None:
    parts = [result for result in json.loads(render(report, "json"))["results"] if result["focus"].startswith("_:")]
    assert {result["record"] for result in parts} == {"http://data.example/id/b"}
    assert {tuple(result["within"]) for result in parts} == {("http://purl.org/dc/terms/temporal",)}


def test_turtle_is_a_shacl_report_with_all_messages(report: Report) -> None:
    found = list(parse(render(report, "ttl"), RdfFormat.TURTLE))
    results = [quad.object for quad in found if quad.predicate == SH.result]
    messages = [quad for quad in found if quad.predicate == SH.resultMessage]
    count = sum(report.counts.values())
    assert (len(results), len(messages)) == (count, 4 * count)
    assert [quad.object.value for quad in found if quad.predicate == SH.conforms] == ["false"]
    for predicate in (SH.focusNode, SH.resultPath, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape):
        assert sum(quad.predicate == predicate for quad in found) == count


def test_turtle_tells_a_path_that_is_no_iri() -> None:
    path_shape = "[ sh:path [ sh:inversePath dcat:inSeries ] ; sh:minCount 1 ]"
    shapes = f":S sh:targetClass dcat:DatasetSeries ; sh:property {path_shape} ."
    report = report_on(quads("<s> a dcat:DatasetSeries ."), compile_plan(quads(shapes)), ["own"])
    found = list(parse(render(report, "ttl"), RdfFormat.TURTLE))
    path = next(quad.object for quad in found if quad.predicate == SH.resultPath)
    assert [quad.subject for quad in found if quad.predicate == SH.inversePath] == [path]
    assert "^<http://www.w3.org/ns/dcat#inSeries>: MinCount" in render(report, "text")


def test_the_same_data_gives_the_same_bytes_in_whatever_order_it_comes(report: Report) -> None:
    again = validate(reversed(quads(DATA)), ["dcat-ap"])
    for form in ("text", "html"):
        assert render(again, form) == render(report, form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_and_messages_are_in_the_language_asked_for(report: Report, language: str) -> None:
    text = " ".join(render(report, "text", language).split())
    assert ("Straßen" if language == "de" else "Routes") in text
    messages = {result["message"][language] for result in json.loads(render(report, "json"))["results"]}
    assert all(" ".join(message.split()) in text for message in messages)
    page = " ".join(unescape(render(report, "html", language)).split())
    assert all(" ".join(message.split()) in page for message in messages)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  the signature of the base class
        self.seen.add(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_whole_and_runs_nothing_from_the_data(report: Report) -> None:
    tags = Tags()
    tags.feed(render(report, "html", "fr"))
    assert tags.open == []
    assert "script" not in tags.seen


def test_only_web_addresses_become_links() -> None:
    report = validate(quads('<javascript:alert(1)> a dcat:Dataset ; dct:title "x"@en .'), ["dcat-ap"])
    assert 'href="javascript' not in render(report, "html")


@pytest.mark.parametrize("form", FORMS)
def test_a_language_we_do_not_have_falls_back_to_english(report: Report, form: str) -> None:
    assert render(report, form, "nl") == render(report, form, "en")


def test_many_values_are_shown_in_part_and_long_ones_cut() -> None:
    values = " , ".join(f'"{"x" * 300}{n}"' for n in range(8))
    text = render(
        validate(
            quads(f'<a> a dcat:Dataset ; dct:title "x" ; dct:description "y" ; dcat:theme {values} .'), ["dcat-ap"]
        ),
        "text",
    )
    assert "8 violations" in text
    assert "… 3" in text
    assert "x" * 201 not in text
