"""What a stream uses that no vocabulary has."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, serialize

from shapes.coherence import coherence
from shapes.profiles import shapes_of
from shapes.reporting.rendering import Style, pieces
from shapes.reporting.report import Report
from shapes.streaming.stream import Setting, report_on_records
from tests.shapes.samples import quads

DATA = """
<a> a dcat:Dataset , dcat:Thing ; dct:title "A"@en ; dct:description "A"@en ; dct:mediaType "text/csv" , "text/xml" .
<b> a dcat:DataSet ; dct:title "B"@en ; dcat:acessURL <x> ; <http://own.example/mediaType> "x" .
<c> a dcat:Distribution ; dcat:accessURL <x> ; dct:licence <l> ; dct:publisher _:p .
_:p a dcat:Agent , foaf:Agents ; foaf:name "C" .
<http://publications.europa.eu/resource/authority/language/FRA> a dcat:Tongue .
"""


@dataclass(frozen=True)
class Frame:
    block: bytes
    received: bytes | None = None
    told: bytes = b""


def frames(turtle: str) -> Iterator[Frame]:
    """Records, the blank nodes with what points to them."""
    lines = (serialize([quad.triple for quad in quads(turtle)], format=RdfFormat.N_TRIPLES) or b"").splitlines(
        keepends=True
    )
    groups: dict[bytes, list[bytes]] = {}
    for line in lines:
        groups.setdefault(line.split(b" ", 1)[0], []).append(line)
    blank = [line for subject, ones in groups.items() if subject.startswith(b"_:") for line in ones]
    for subject, ones in sorted(groups.items()):
        if not subject.startswith(b"_:"):
            below = blank if any(b" _:" in line for line in ones) else []
            yield Frame(b"".join([*sorted(ones), *below]))


def told(folder: Path, turtle: str, setting: Setting) -> Report:
    return report_on_records(frames(turtle), shapes_of(["dcat-ap"]) + coherence(), ["dcat-ap"], folder, setting)


@pytest.mark.parametrize("small", [-1, 1 << 20])
def test_classes_that_do_not_exist_are_violations_of_their_records(tmp_path: Path, small: int) -> None:
    report = told(tmp_path, DATA, Setting(terms=True, processes=2, small=small))
    shape = "urn:catalograph:shapes/terms#class"
    found = [
        (str(one.record)[-2:-1], str(result.value), dict(result.source.messages)["en"].rpartition(". ")[2])
        for one in report
        for result in one.results
        if result.source.shape.value == shape
    ]
    assert found == [
        ("a", "<http://www.w3.org/ns/dcat#Thing>", "Use a class that the vocabulary has."),
        ("b", "<http://www.w3.org/ns/dcat#DataSet>", "Use dcat:Dataset."),
        ("c", "<http://www.w3.org/ns/dcat#Agent>", "Use foaf:Agent."),
    ]
    order = [str(one.record) for one in report]
    assert order == sorted(set(order))
    assert report.summary.flawed == len(order)
    assert report.counts["violation"] == sum(
        1 for one in report for result in one.results if result.source.severity.value.endswith("#Violation")
    )


def test_predicates_that_do_not_exist_are_told_once_in_every_form(tmp_path: Path) -> None:
    report = told(tmp_path, DATA, Setting(terms=True))
    text = " ".join("".join(pieces(report, "text", Style())).split())
    assert "not known: dct:mediaType (2 times): DCMI Terms has no such term; dcat:mediaType exists" in text
    assert "not known: dct:licence (1 time): DCMI Terms has no such term; dct:license exists" in text
    assert "not known: foaf:Agents (1 time): FOAF has no such term; foaf:Agent exists" in text
    assert "own.example" not in text
    found = json.loads("".join(pieces(report, "json", Style())))["unknown"]
    assert [(one["kind"], one["count"], one["nearest"].rpartition("/")[2]) for one in found] == [
        ("property", 1, "license"),
        ("property", 2, "dcat#mediaType"),
        ("property", 1, "dcat#accessURL"),
        ("class", 1, "Agent"),
    ]
    assert "<code><bdi>dct:mediaType</bdi></code> (2 Mol)" in "".join(pieces(report, "html", Style("lb")))


@pytest.mark.parametrize("small", [-1, 1 << 20])
def test_what_a_reader_needs_to_see_comes_through_the_stream(tmp_path: Path, small: int) -> None:
    data = """<c> a dcat:Distribution ; dcat:accessURL <x> ; dct:language [ rdfs:label "Klingon" ] ;
        dct:issued "2026-11-20"^^xsd:date , "2026-11-21"^^xsd:date ."""
    [one] = list(told(tmp_path, data, Setting(processes=2, small=small)))
    assert [(str(path)[-7:-1], [str(value)[1:11] for value in ones]) for (_, path), ones in one.values.items()] == [
        ("issued", ["2026-11-20", "2026-11-21"])
    ]
    assert [[text.value for text in texts] for texts in one.texts.values()] == [["Klingon"]]


def test_nothing_is_told_of_terms_to_those_who_bring_their_own_shapes(tmp_path: Path) -> None:
    report = told(tmp_path, DATA, Setting())
    assert report.unknown == ()
    assert not any("terms#class" in str(source.shape) for source in report.summary.received)


def test_what_all_vocabularies_have_is_not_told(tmp_path: Path) -> None:
    report = told(tmp_path, '<a> a dcat:Dataset ; dct:title "A"@en ; dct:description "A"@en .', Setting(terms=True))
    assert report.unknown == ()
    assert report.records == 1
