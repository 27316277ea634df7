"""What reports look like: for a terminal, a browser, a program; and what they say of repairs."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from shapes.components.constraints import Result, Source, Term
from shapes.profiles import shapes_of
from shapes.reporting.forms.notation import first_sentence, harmless, shorten, shown
from shapes.reporting.rendering import FORMS, Style, pieces
from shapes.reporting.report import Parent, RecordReport, Repair, Report, summed
from shapes.reporting.suggestion import Suggestions
from shapes.reporting.unread import Unread, with_unread
from shapes.reporting.wording import LANGUAGES, Wording
from shapes.validation import validate
from tests.shapes.samples import quads
from vocabularies.namespaces import AUTHORITY, DCAT, DCT, RDF, SH, SKOS, XSD

AIR = NamedNode("http://data.example/air")
MONTHLY = AUTHORITY["frequency/MONTHLY"]


def source(name: str, path: NamedNode | None = DCT.accrualPeriodicity, severity: NamedNode = SH.Violation) -> Source:
    return Source(
        NamedNode(f"http://shape.example/{name}"),
        SH.NodeConstraintComponent,
        severity,
        path,
        path.value if path else None,
        messages=(("en", f"The {name} is wrong. Mend it."), ("fr", f"{name} : erreur.")),
        names=(("en", name), ("fr", f"{name} en français")),
        clause="https://specification.example/#x",
    )


def report(*entries: RecordReport, compared: bool = False) -> Report:
    return Report(("dcat-ap",), len(entries), entries, summed(entries), compared=compared)


def entry(*results: Result, record: Term = AIR, title: str = "Air") -> RecordReport:
    return RecordReport(record, {"en": title} if title else {}, results)


def rendered(told: Report, form: str, style: Style | None = None) -> str:
    return "".join(pieces(told, form, style or Style()))


FREQUENCY, TITLE = source("frequency"), source("title", DCT.title, SH.Warning)
REPAIRED = replace(
    entry(Result(AIR, Literal("monthly"), FREQUENCY), Result(AIR, None, TITLE)),
    published=(Result(AIR, None, TITLE),),
    repairs=(Repair(DCT.accrualPeriodicity.value, '"monthly"', str(MONTHLY), "frequency: monthly"),),
)


def test_what_publishing_repairs_is_marked_and_counted() -> None:
    told = report(REPAIRED, compared=True)
    text = rendered(told, "text")
    assert "as published: 0 violations, 1 warning, 0 remarks" in text
    assert f"✓ repaired when published: <{MONTHLY.value}> (rule frequency: monthly)" in " ".join(text.split())
    assert text.count("✓") == 1
    assert "as published" in rendered(told, "html")
    said = json.loads(rendered(told, "json"))
    assert said["published"] == {"violation": 0, "warning": 1, "info": 0}
    assert [one["remains"] for one in said["results"]] == [False, True]
    assert said["results"][0]["repair"] == {"published": str(MONTHLY), "rule": "frequency: monthly"}


def test_a_report_that_compared_nothing_promises_nothing() -> None:
    said = json.loads(rendered(report(entry(Result(AIR, None, TITLE))), "json"))
    assert (said["published"], said["results"][0]["remains"]) == (None, None)


def test_a_result_remains_where_its_value_is_replaced_by_another_that_is_wrong() -> None:
    both = replace(REPAIRED, published=(Result(AIR, MONTHLY, FREQUENCY),))
    assert both.remaining() == [True, False]


def test_a_blank_node_that_was_replaced_is_told_by_what_was_said_of_it() -> None:
    said = f'[ {RDF.type} {DCT.Frequency} ; {SKOS.note} "every month" ]'
    one = replace(
        entry(Result(AIR, BlankNode("b"), FREQUENCY)),
        published=(),
        repairs=(Repair(DCT.accrualPeriodicity.value, said, str(MONTHLY), "pointer"),),
    )
    assert 'value: [ a dct:Frequency ; skos:note "every month" ]' in rendered(report(one, compared=True), "text")


def test_blank_nodes_get_their_repairs_in_turn() -> None:
    repairs = [
        Repair(DCT.accrualPeriodicity.value, f"[ {SKOS.note} {n} ]", str(AUTHORITY[f"frequency/{n}"]), "pointer")
        for n in ("MONTHLY", "DAILY")
    ]
    results = [Result(AIR, BlankNode(label), FREQUENCY) for label in "ba"]
    one = replace(entry(*results), published=(), repairs=repairs)
    assert one.repaired() == repairs
    text = " ".join(rendered(report(one, compared=True), "text").split())
    assert text.count("✓ repaired when published: <http") == 2


def test_what_two_profiles_ask_alike_is_told_once_to_people() -> None:
    twice = replace(FREQUENCY, shape=NamedNode("http://shape.example/again"))
    told = report(*(
        entry(Result(AIR, None, FREQUENCY), Result(AIR, None, twice), record=NamedNode(f"http://d.example/{n}"))
        for n in range(2)
    ))  # fmt: skip
    assert rendered(told, "text").count("Mend it") == 2
    assert rendered(told, "text").count("2 records violation") <= 1
    assert len(json.loads(rendered(told, "json"))["results"]) == 4


def test_a_distribution_without_a_title_is_known_by_its_dataset() -> None:
    one = replace(
        entry(Result(AIR, None, TITLE), title=""), parent=Parent(NamedNode("http://d.example/p"), {"": "All"})
    )
    assert "distribution of All" in rendered(report(one), "text")
    assert json.loads(rendered(report(one), "json"))["results"][0]["parent"]["title"] == {"": "All"}


def test_a_part_of_a_record_is_named_by_the_way_to_it() -> None:
    part = BlankNode("p")
    one = replace(
        entry(Result(part, None, TITLE), Result(NamedNode("http://data.example/csv"), None, TITLE)),
        ways={part: (DCAT.distribution, DCT.temporal)},
    )
    text = rendered(report(one), "text")
    assert "where: in dcat:distribution / dct:temporal" in text
    assert "where: in <http://data.example/csv>" in text


def test_colours_are_only_for_terminals() -> None:
    told = report(REPAIRED)
    assert "\x1b[" in rendered(told, "text", Style(colour=True))
    assert "\x1b[" not in rendered(told, "text")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", rendered(told, "text", Style(colour=True)))
    assert plain == rendered(told, "text")


@pytest.mark.parametrize("width", [60, 72, 120])
def test_lines_wrap_to_the_width_unless_an_iri_is_longer(width: int) -> None:
    told = validate(
        quads('<a> a dcat:Dataset ; dct:title "A"@en ; dct:issued "soon" . <b> a dcat:Dataset .'), ["dcat-ap"]
    )
    for line in rendered(told, "text", Style(width=width)).splitlines():
        assert len(line) <= width or "://" in line


def test_people_are_shown_some_records_and_programs_all() -> None:
    told = report(*(entry(Result(AIR, None, TITLE), record=NamedNode(f"http://d.example/{n}")) for n in range(9)))
    for form in ("text", "html"):
        page = rendered(told, form, Style(limit=2))
        assert "7 more records to correct are not shown" in page
        assert page.count("Mend it") == 2
    assert len(json.loads(rendered(told, "json", Style(limit=2)))["results"]) == 9


def test_what_to_correct_first_is_by_severity_then_by_records() -> None:
    entries = [
        entry(Result(AIR, None, TITLE), Result(AIR, None, FREQUENCY) if n else Result(AIR, None, source("rare")),
              record=NamedNode(f"http://d.example/{n}"))
        for n in range(3)
    ]  # fmt: skip
    lines = [" ".join(line.split()) for line in rendered(report(*entries), "text").splitlines()[3:7]]
    assert lines == [
        "What to correct first", "2 records violation The frequency is wrong.", "1 record violation The rare is wrong.",
        "3 records warning The title is wrong.",
    ]  # fmt: skip


def test_warnings_alone_are_no_violation_and_no_conformance() -> None:
    told = report(entry(Result(AIR, None, TITLE)))
    assert rendered(told, "text").startswith("DCAT-AP 3.0.1: no violations\n")
    assert json.loads(rendered(told, "json"))["conforms"] is False


def test_a_page_can_be_filtered_without_scripts() -> None:
    page = rendered(report(REPAIRED), "html")
    assert 'href="#only-violation"' in page
    assert 'id="only-warning"' in page
    assert 'class="record has-violation has-warning"' in page
    assert "<caption>" in page
    assert '<html lang="en">' in page


def test_a_clause_that_is_no_web_address_becomes_no_link() -> None:
    bad = replace(TITLE, clause="javascript:alert(1)")
    assert "javascript:" not in rendered(report(entry(Result(AIR, None, bad))), "html")


def test_suggestions_are_in_every_form_for_readers() -> None:
    told = validate(quads('<a> a dcat:Dataset ; dct:issued "20.11.2026" .'), ["dcat-ap"])
    style = Style(suggestions=Suggestions.load(shapes_of(["dcat-ap"])))
    assert '→ right would be: "2026-11-20"^^xsd:date' in rendered(told, "text", style)
    assert "2026-11-20&#34;^^xsd:date" in rendered(told, "html", style)
    found = [one["suggestion"] for one in json.loads(rendered(told, "json", style))["results"] if one["suggestion"]]
    assert found == [{"value": "2026-11-20", "type": "literal", "datatype": XSD.date.value, "label": {}}]


LABELLED = """<a> a dcat:Distribution ; dcat:accessURL <x> ; dct:format [ rdfs:label "CSV" ] ; dct:language
    [ rdfs:label "nobody knows" ] ; dct:issued "2026-11-20"^^xsd:date , "2026-11-21"^^xsd:date ."""


def test_values_of_which_there_are_too_many_are_shown() -> None:
    told = validate(quads(LABELLED), ["dcat-ap"])
    text = " ".join(rendered(told, "text").split())
    assert 'value: "2026-11-20"^^xsd:date value: "2026-11-21"^^xsd:date' in text
    assert "2026-11-21&#34;^^xsd:date" in rendered(told, "html")
    assert 'value: "2026-11-20"^^xsd:date … 1 more' in " ".join(rendered(told, "text", Style(values=1)).split())
    found = [one["values"] for one in json.loads(rendered(told, "json"))["results"] if one["values"]]
    assert found == [
        [{"value": f"2026-11-{day}", "type": "literal", "datatype": XSD.date.value} for day in ("20", "21")]
    ]


def test_a_blank_node_gets_the_concept_that_it_is_called_by() -> None:
    told = validate(quads(LABELLED), ["dcat-ap"])
    style = Style(suggestions=Suggestions.load(shapes_of(["dcat-ap"])))
    text = " ".join(rendered(told, "text", style).split())
    csv_type = AUTHORITY["file-type/CSV"].value
    assert f"value: a node without an IRI “CSV” → right would be: <{csv_type}>" in text
    assert "value: a node without an IRI “nobody knows”" in text
    found = [one["suggestion"] for one in json.loads(rendered(told, "json", style))["results"] if one["suggestion"]]
    assert [one["value"] for one in found] == [csv_type]


def test_what_could_not_be_read_is_told_with_its_record() -> None:
    lost = NamedNode("http://data.example/lost")
    unread = [
        Unread("http://data.example/air", "a.ttl", 3, "bad syntax", ":air dct:title ."),
        Unread("<http://data.example/lost>", "a.ttl", None, "bad syntax", ""),
        Unread(None, "a.ttl", 9, "cut off", "x"),
        Unread("no iri", "a.ttl", 9, "cut off", "x"),
        Unread("_:b", "a.ttl", 9, "cut off", "x"),
    ]
    told = with_unread(report(REPAIRED, compared=True), unread)
    assert (told.records, told.summary.flawed) == (5, 5)
    assert told.counts == {"violation": 6, "warning": 1, "info": 0}
    assert told.summary.remaining == {"violation": 5, "warning": 1, "info": 0}
    order = [one.record for one in told]
    assert order == sorted(order, key=str)
    assert [len(one.results) for one in told if one.record in {AIR, lost}] == [3, 1]
    assert sum(len(one.results) for one in told) == sum(len(one.results) for one in told) == 7
    assert "a.ttl, line 3: :air dct:title ." in rendered(told, "text")
    assert with_unread(told, []) is told


@pytest.mark.parametrize("form", FORMS)
def test_a_report_is_written_piece_by_piece(form: str) -> None:
    gone_through = 0

    class Many:
        def __iter__(self) -> Iterator[RecordReport]:
            nonlocal gone_through
            for number in range(2000):
                gone_through = number
                yield entry(Result(AIR, None, TITLE), record=NamedNode(f"http://d.example/{number}"))

    told = Report(("dcat-ap",), 2000, Many(), summed([entry(Result(AIR, None, TITLE))]))
    stream = pieces(told, form, Style())
    for _ in range(6):
        next(stream)
    assert gone_through < 1000


@given(st.text(max_size=400))
def test_no_text_is_shown_with_controls_or_at_any_length(text: str) -> None:
    for term in (Literal(text), Literal(text, language="en")):
        seen = shown(term, "nobody")
        assert len(seen) < 2000
        assert harmless(seen) == seen
        assert "\x1b" not in seen
        assert "\n" not in seen


def test_terms_are_shown_as_turtle_has_them() -> None:
    assert shown(DCT.title, "") == f"<{DCT.title.value}>"
    assert shown(Literal("5", datatype=XSD.decimal), "") == '"5"^^xsd:decimal'
    assert shown(Literal("x", datatype=NamedNode("http://own.example/t")), "") == '"x"^^<http://own.example/t>'
    assert shown(Literal("x", language="lb"), "") == '"x"@lb'
    assert shown(BlankNode("b"), "a node") == "a node"
    assert shorten(RDF.type.value) == "rdf:type"
    assert shorten("http://purl.org/dc/terms/a/b") == "http://purl.org/dc/terms/a/b"


def test_a_first_sentence_does_not_end_at_an_abbreviation() -> None:
    assert first_sentence("Das fehlt. Ergänzen Sie es.") == "Das fehlt."
    assert first_sentence("Une date, p. ex. demain. Bien.") == "Une date, p. ex. demain."
    assert first_sentence("Pas de « titre ». Ajoutez.") == "Pas de « titre »."
    assert first_sentence("La valeur est fausse\u00a0: dct:title attend un texte.") == "La valeur est fausse."
    assert first_sentence("No end") == "No end"


def test_everything_reports_say_is_said_in_four_languages() -> None:
    with files("shapes.reporting").joinpath("templates", "wording.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all(row[language] for row in rows for language in LANGUAGES)
    places = [{row[language].count("{}") for language in LANGUAGES} for row in rows]
    assert all(len(place) == 1 for place in places)
    assert Wording.load("nl").language == "en"
    assert Wording.load("fr").counted("violation", 1234) == "1\u202f234 erreurs"
