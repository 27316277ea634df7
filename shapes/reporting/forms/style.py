"""How a report is to look, and what all its forms say of one result."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, NamedNode

from shapes.components.constraints import Result, Source, Term
from shapes.evaluation.terms import term_of
from shapes.profiles import PROFILES
from shapes.reporting.forms.notation import (
    abbreviated,
    field_of,
    first_sentence,
    harmless,
    message_of,
    shorten,
    shown,
    shown_text,
    typeset,
)
from shapes.reporting.report import RecordReport, Repair, Report, severity_of, text_of, title_in
from shapes.reporting.suggestion import Suggestion, Suggestions
from shapes.reporting.wording import Wording

_WORST: Final = 10
"""Rows of the table of what to correct first, for each severity."""


@dataclass(frozen=True, slots=True)
class Style:
    """`limit` bounds the records that people are shown, `values` the values of one message; None shows all.

    `width` and `colour` are a terminal's. Without `suggestions` none are made.
    """

    language: str = "en"
    width: int = 100
    colour: bool = False
    limit: int | None = None
    values: int | None = 5
    suggestions: Suggestions | None = None

    @property
    def words(self) -> Wording:
        return Wording.load(self.language)

    def suggested(self, result: Result, one: RecordReport) -> Suggestion | None:
        """What would be right; in the place of a blank node the concept that it is called by."""
        if self.suggestions is None:
            return None
        if result.value is None or not isinstance(result.value, BlankNode):
            return self.suggestions.of(result)
        found = (self.suggestions.of(result._replace(value=text)) for text in one.texts.get(result.value, ()))
        return next((each for each in found if each is not None and each.labels), None)

    def shown(self, term: Term) -> str:
        """A term, with its label behind it where it is a concept of an authority table."""
        labels = self.suggestions.labels(term) if self.suggestions else {}
        return self._labelled(shown(term, self.words["unnamed"], self.words["cut"]), labels)

    def _labelled(self, text: str, labels: Mapping[str, str]) -> str:
        label = title_in(labels, self.language)
        return f"{text} {self.words.said('quoted', label)}" if label else text

    def right(self, suggestion: Suggestion) -> str:
        return self._labelled(shown(suggestion.term, ""), suggestion.labels)


@dataclass(frozen=True, slots=True)
class Detail:
    """One value of a message: as found, what would be right, where it is, and what publishing makes of it."""

    found: str | None
    right: str | None
    place: str | None
    mended: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """All results of one constraint on one record, as people are told them."""

    severity: str
    count: int
    field: str | None
    text: str
    details: tuple[Detail, ...]
    more: int
    clause: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as people know it: `name` is its title, or that of the dataset it is a distribution of."""

    iri: str
    linked: bool
    name: str | None
    messages: tuple[Message, ...]

    @property
    def severities(self) -> list[str]:
        return list(dict.fromkeys(message.severity for message in self.messages))


def profile_titles(report: Report) -> str:
    return ", ".join(PROFILES[name].title if name in PROFILES else harmless(name) for name in report.profiles)


def verdict_of(report: Report) -> str:
    """The key of the verdict; warnings alone are no reason to call the data wrong."""
    if report.conforms:
        return "conforms"
    return "violates" if report.counts["violation"] else "flawed"


def counted(words: Wording, counts: Mapping[str, int]) -> str:
    """Counts by severity in words."""
    return ", ".join(words.counted(severity, count) for severity, count in counts.items())


def unknown_of(report: Report, style: Style) -> list[tuple[str, str]]:
    """The terms that no vocabulary has, each with what there is to say of it."""
    words, told = style.words, list[tuple[str, str]]()
    for one in report.unknown:
        parts = [words.said("unknown.term", one.vocabulary.title)]
        parts += [words.said("unknown.nearest", shorten(one.nearest))] if one.nearest else []
        said = f"({words.counted('times', one.count)}){words['colon']}{words['semicolon'].join(parts)}"
        told.append((shown_text(shorten(one.term)), said))
    return told


class Row(NamedTuple):
    """A row of what to correct first."""

    severity: str
    records: int
    text: str


def worst_of(report: Report, style: Style) -> list[Row]:
    """What to correct first, the worst of each severity; what several profiles ask for is told once."""
    shown_ones = Counter[str]()
    rows: dict[tuple[str, str], Row] = {}
    for source, tally in report.summary.worst():
        severity = severity_of(source)
        text = first_sentence(typeset(message_of(source, style.language), style.language))
        if (severity, text) not in rows and shown_ones[severity] < _WORST:
            shown_ones[severity] += 1
            rows[severity, text] = Row(severity, tally.records, text)
    return list(rows.values())


def entries_of(report: Report, style: Style, first: int = 0) -> Iterator[Entry]:
    """The records with results, as many as are to be shown."""
    last = None if style.limit is None else first + style.limit
    for one in islice((one for one in report if one.results), first, last):
        yield _entry(one, style)


def hidden(report: Report, style: Style) -> int:
    """How many records with results are not shown."""
    return 0 if style.limit is None else max(0, report.summary.flawed - style.limit)


def _entry(one: RecordReport, style: Style) -> Entry:
    iri = text_of(one.record)
    linked = isinstance(one.record, NamedNode) and iri.startswith(("http://", "https://"))
    fates = iter(zip(one.remaining(), one.repaired(), strict=True))
    messages = [
        _message(one, source, [(result, *next(fates)) for result in results], style)
        for source, results in one.grouped()
    ]
    once: dict[object, Message] = {}
    for message in messages:
        once.setdefault((message.field, message.text, message.details), message)
    shown_iri = shown(one.record, style.words["unnamed"]).strip("<>")
    return Entry(shown_iri if not linked else iri, linked, _name(one, style), tuple(once.values()))


def _name(one: RecordReport, style: Style) -> str | None:
    title = title_in(one.titles, style.language)
    if title:
        return shown_text(title)
    if one.parent is None:
        return None
    of = title_in(one.parent.titles, style.language) or text_of(one.parent.record)
    return f"{style.words['distribution']} {shown_text(of)}"


_Told = tuple[Result, bool, Repair | None]
"""A result, whether it remains in what is published, and the repair that concerns it."""


def _message(one: RecordReport, source: Source, told: list[_Told], style: Style) -> Message:
    shown_ones = told[: style.values]
    found = [detail for each in shown_ones for detail in _details(one, each, style)]
    details = found[: style.values]
    return Message(
        severity_of(source),
        len(told),
        field_of(source, style.language),
        typeset(message_of(source, style.language), style.language),
        tuple(detail for detail in dict.fromkeys(details) if detail != Detail(None, None, None, None)),
        len(told) - len(shown_ones) + len(found) - len(details),
        source.clause,
    )


def _details(one: RecordReport, told: _Told, style: Style) -> Iterator[Detail]:
    """One for each value of which there are too many; else one."""
    first, result = _detail(one, told, style), told[0]
    path = result.source.path
    values = one.values.get((result.focus, path), ()) if isinstance(path, NamedNode) else ()
    if result.value is not None or not values:
        yield first
        return
    yield replace(first, found=style.shown(values[0]))
    for value in values[1:]:
        yield Detail(style.shown(value), None, first.place, None)


def _detail(one: RecordReport, told: _Told, style: Style) -> Detail:
    result, remains, repair = told
    suggestion = style.suggested(result, one) if remains else None
    value = None if result.source.path is None and result.value == result.focus else result.value
    return Detail(
        found=None if value is None else _found(value, repair, one, style),
        right=None if suggestion is None else style.right(suggestion),
        place=_place(one, result, style),
        mended=None if remains else _mended(repair, style),
    )


def _found(value: Term, repair: Repair | None, one: RecordReport, style: Style) -> str:
    """A blank node by what was said of it, where a repair knows that, else by what it is called."""
    if repair is not None and repair.received.startswith("["):
        return shown_text(abbreviated(repair.received), style.words["cut"])
    called = title_in({text.language or "": text.value for text in one.texts.get(value, ())}, style.language)
    return f"{style.shown(value)} {style.words.said('quoted', shown_text(called))}" if called else style.shown(value)


def _mended(repair: Repair | None, style: Style) -> str:
    words = style.words
    if repair is None:
        return words["mended"]
    now = style.shown(term_of(repair.published))
    if repair.published_predicate not in {None, repair.predicate}:
        now = f"{shorten(str(repair.published_predicate))} {now}"
    return f"{words['mended']}{words['colon']}{now} ({words['rule']} {repair.rule})"


def _place(one: RecordReport, result: Result, style: Style) -> str | None:
    """Which part of the record a result is on."""
    if result.focus == one.record:
        return None
    way = one.ways.get(result.focus, ())
    if way:
        return f"{style.words['part']} {' / '.join(shorten(step.value) for step in way)}"
    return f"{style.words['part']} {style.shown(result.focus)}"
