"""What could not be read, as results of the report: data that nobody checked must not pass as conforming."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from shapes.components.constraints import Result, Source, Term
from shapes.profiles import SHAPES_BASE
from shapes.reporting.forms.notation import shown_text
from shapes.reporting.merging import with_entries
from shapes.reporting.report import RecordReport, Report, order_of
from shapes.reporting.wording import in_all
from vocabularies.namespaces import SH

_READING: Final = f"{SHAPES_BASE}reading#"


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece of a document: of which record, if that is known (an IRI or `_:label`), where, why, and what it said."""

    record: str | None
    location: str
    line: int | None
    reason: str
    original: str


def with_unread(report: Report, unread: Iterable[Unread]) -> Report:
    """The report with a violation for each piece that could not be read; the rest of it stays where it is."""
    entries = _entries(unread)
    if not entries:
        return report
    whole = with_entries(report, entries)
    return replace(whole, records=report.records + whole.summary.flawed - report.summary.flawed)


def _entries(unread: Iterable[Unread]) -> list[RecordReport]:
    sources: dict[str, Source] = {}
    by_record: dict[Term, list[Result]] = {}
    for one in unread:
        record = _record(one)
        source = sources.setdefault(one.reason, _source(one.reason))
        where = one.location + (f", line {one.line}" if one.line else "")
        value = Literal(f"{where}: {one.original}" if one.original else where)
        by_record.setdefault(record, []).append(Result(record, value, source))
    return [
        RecordReport(record, {}, sorted(results, key=order_of))
        for record, results in sorted(by_record.items(), key=lambda item: str(item[0]))
    ]


def _record(one: Unread) -> Term:
    """The record; the document where it is not known which."""
    if one.record is None:
        return Literal(one.location)
    try:
        return BlankNode(one.record[2:]) if one.record.startswith("_:") else NamedNode(one.record.strip("<>"))
    except ValueError:
        return Literal(one.record)


def _source(reason: str) -> Source:
    return Source(
        shape=NamedNode(f"{_READING}unreadable"),
        component=NamedNode(f"{_READING}ReadableConstraintComponent"),
        severity=SH.Violation,
        messages=in_all("unreadable", shown_text(reason)),
    )
