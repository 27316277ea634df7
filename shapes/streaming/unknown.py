"""What a stream uses that no vocabulary has: classes, whose instances nobody judged, and predicates, which nobody read.

Such a class is a violation of the record that has it. A predicate breaks no rule, and may stand in every record: it is
told once, with how often it is used.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from pyoxigraph import NamedNode

from shapes.components.constraints import Result, Source, Term
from shapes.evaluation.background import own
from shapes.evaluation.terms import term_of
from shapes.profiles import SHAPES_BASE
from shapes.reporting.forms.notation import shorten, shown_text
from shapes.reporting.lexicon import CLASS, PROPERTY, Lexicon, Unknown
from shapes.reporting.merging import with_entries
from shapes.reporting.outline import titles_in, ways_in
from shapes.reporting.report import RecordReport, Report, order_of
from shapes.reporting.wording import LANGUAGES, Wording
from shapes.streaming.spool import Spool
from shapes.streaming.survey import Survey
from vocabularies.namespaces import RDF, SH

_TERMS: Final = f"{SHAPES_BASE}terms#"


def with_unknown(report: Report, survey: Survey, spool: Spool, *, own_only: bool) -> Report:
    """The report with a violation for each class that its vocabulary does not have, and with other unknown terms."""
    lexicon = Lexicon.load()
    classes = lexicon.unknown(CLASS, _used(survey))
    predicates = lexicon.unknown(PROPERTY, survey.watch.used())
    others = [one for one in classes if not one.vocabulary.closed]
    closed = {f"<{one.term}>".encode(): _source(one) for one in classes if one.vocabulary.closed}
    told = replace(report, unknown=(*predicates, *others))
    entries = list(_entries(survey, spool, closed, own_only=own_only)) if closed else []
    if not entries:
        return told
    whole = with_entries(told, entries)
    return replace(whole, records=max(whole.records, whole.summary.flawed))


def _used(survey: Survey) -> Mapping[str, int]:
    """The classes that are IRIs, and how many nodes have them."""
    sizes = Counter(survey.kinds)
    used = Counter[str]()
    for types, number in survey.classes.items():
        for one in types:
            if one.startswith(b"<"):
                used[one[1:-1].decode()] += sizes[number]
    return used


def _entries(survey: Survey, spool: Spool, closed: Mapping[bytes, Source], *, own_only: bool) -> Iterator[RecordReport]:
    """The records with nodes of such classes, in order."""
    bad = {number: types for types, number in survey.classes.items() if not closed.keys().isdisjoint(types)}
    is_own = own() if own_only else None
    by_place: dict[tuple[int, int], list[Result]] = {}
    where = zip(survey.places, survey.lengths, strict=True)
    for token, number, place in zip(survey.numbers, survey.kinds, where, strict=True):
        if number in bad:
            node = term_of(token.decode())
            if is_own is None or not isinstance(node, NamedNode) or is_own(node):
                values = [one for one in bad[number] if one in closed]
                by_place.setdefault(place, []).extend(_results(node, values, closed))
    blocks = ((os.pread(spool.file.fileno(), length, place), ones) for (place, length), ones in by_place.items())
    yield from sorted((_entry(block, ones) for block, ones in blocks), key=lambda one: str(one.record))


def _results(node: Term, values: list[bytes], closed: Mapping[bytes, Source]) -> Iterator[Result]:
    return (Result(node, term_of(one.decode()), closed[one]) for one in values)


def _entry(block: bytes, results: list[Result]) -> RecordReport:
    token = block[: block.index(b" ")]
    ordered = sorted(results, key=order_of)
    return RecordReport(term_of(token.decode()), titles_in(block, token), ordered, ways=ways_in(block, ordered))


def _source(one: Unknown) -> Source:
    return Source(
        shape=NamedNode(f"{_TERMS}class"),
        component=NamedNode(f"{_TERMS}KnownClassConstraintComponent"),
        severity=SH.Violation,
        path=RDF.type,
        path_text=RDF.type.value,
        messages=tuple((language, _message(one, Wording.load(language))) for language in LANGUAGES),
        names=tuple((language, Wording.load(language)["type"]) for language in LANGUAGES),
        clause=one.vocabulary.source,
    )


def _message(one: Unknown, words: Wording) -> str:
    named = words.said("class.unknown", shown_text(shorten(one.term)))
    meant = words.said("class.nearest", shorten(one.nearest)) if one.nearest else words["class.none"]
    return f"{named} {meant}"
