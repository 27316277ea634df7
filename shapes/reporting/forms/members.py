"""A report as JSON: the shape that the command line promises, and more members beside it; a line per result."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from shapes.components.constraints import Result, Term
from shapes.reporting.forms.notation import harmless_json, message_of
from shapes.reporting.forms.style import Style
from shapes.reporting.lexicon import Unknown
from shapes.reporting.report import Parent, RecordReport, Repair, Report, severity_of, text_of
from shapes.reporting.suggestion import Suggestion
from vocabularies.concepts import LANGUAGES
from vocabularies.namespaces import XSD

_LONGEST_TITLE: Final = 1000


class _Fate(NamedTuple):
    """What publishing makes of a result; None where that was not looked at."""

    remains: bool | None
    repair: Repair | None


def as_json(report: Report, style: Style) -> Iterator[str]:
    """The counts first, then the results, one by one."""
    head = {
        "conforms": report.conforms,
        "profiles": list(report.profiles),
        "records": report.records,
        "counts": report.counts,
        "published": report.summary.remaining if report.compared else None,
        "statements": report.statements,
        "elsewhere": [{"shape": text_of(one.shape), "reason": one.reason} for one in report.elsewhere],
        "unknown": [_unknown(one) for one in report.unknown],
    }
    yield _line(head)[:-1] + ', "results": ['
    separator = "\n"
    for one in report:
        for result, remains, repair in zip(one.results, one.remaining(), one.repaired(), strict=True):
            fate = _Fate(remains if report.compared else None, None if remains else repair)
            yield separator + _line(_members(one, result, fate, style))
            separator = ",\n"
    yield "\n]}\n"


def _unknown(one: Unknown) -> dict[str, Any]:
    vocabulary = {"title": one.vocabulary.title, "source": one.vocabulary.source}
    return {
        "term": one.term, "kind": one.kind, "count": one.count, "vocabulary": vocabulary, "nearest": one.nearest
    }  # fmt: skip


def _line(members: Mapping[str, Any]) -> str:
    return harmless_json(json.dumps(members, ensure_ascii=False))


def _members(one: RecordReport, result: Result, fate: _Fate, style: Style) -> dict[str, Any]:
    source, repair = result.source, fate.repair
    return {
        "record": text_of(one.record),
        "focus": text_of(result.focus),
        "path": source.path_text,
        "value": None if result.value is None else text_of(result.value),
        "severity": severity_of(source),
        "constraint": source.component.value,
        "message": {language: message_of(source, language) for language in LANGUAGES},
        "clause": source.clause,
        "title": _few(one.titles),
        "field": dict(source.names),
        "shape": text_of(source.shape),
        "term": None if result.value is None else _term(result.value),
        "values": None if result.value is not None else _values(one, result),
        "suggestion": _suggestion(style.suggested(result, one)),
        "remains": fate.remains,
        "repair": None if repair is None else {"published": repair.published, "rule": repair.rule},
        "within": [step.value for step in one.ways.get(result.focus, ())],
        "parent": None if one.parent is None else _parent(one.parent),
    }


def _parent(parent: Parent) -> dict[str, Any]:
    return {"record": text_of(parent.record), "title": _few(parent.titles)}


def _few(titles: Mapping[str, str]) -> dict[str, str]:
    """What people know a record by, beside each result: in the languages of the interface, and in one other."""
    others = [language for language in titles if language not in LANGUAGES]
    return {one: _short(titles[one]) for one in (*LANGUAGES, *others[:1]) if one in titles}


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE]}…"


def _values(one: RecordReport, result: Result) -> list[dict[str, str]] | None:
    """Those of which there are too many."""
    path = result.source.path
    values = one.values.get((result.focus, path)) if isinstance(path, NamedNode) else None
    return None if values is None else [{"value": text_of(value), **_term(value)} for value in values]


def _term(term: Term) -> dict[str, str]:
    """What kind of term it is, as SPARQL's JSON results have it."""
    if isinstance(term, NamedNode):
        return {"type": "uri"}
    if isinstance(term, BlankNode):
        return {"type": "bnode"}
    if isinstance(term, Literal):
        return {"type": "literal", **_kind(term)}
    return {"type": "triple"}


def _kind(literal: Literal) -> dict[str, str]:
    if literal.language:
        return {"xml:lang": literal.language}
    return {} if literal.datatype == XSD.string else {"datatype": literal.datatype.value}


def _suggestion(found: Suggestion | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"value": found.term.value, **_term(found.term), "label": dict(found.labels)}
