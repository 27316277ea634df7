"""A report as people and programs read it: text, JSON, SHACL in Turtle, HTML."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.formats import TURTLE
from graph.serialise import serialise
from shapes.constraints import Result, Source, Term
from shapes.profiles import PROFILES
from shapes.report import RecordReport, Report, severity_of, text_of, title_in
from shapes.wording import LANGUAGES, WORDINGS, Wording
from vocabularies.namespaces import PREFIXES, RDF, SH, XSD

_SHOWN: Final = 5
"""How many values a message lists before it only counts."""

_LONGEST: Final = 200
"""How much of a value is shown; JSON and RDF give all of it."""

_JSON_LANGUAGES: Final = ("fr", "de", "en", "lb")


def message_of(source: Source, language: str) -> str:
    """The shape's message; in English, or whatever there is, where it has none in the language."""
    messages = dict(source.messages)
    return messages.get(language) or messages.get("en") or next(iter(messages.values()), _unworded(source))


def _unworded(source: Source) -> str:
    component = SH.local(source.component).removesuffix("ConstraintComponent")
    return f"{shorten(source.path_text)}: {component}" if source.path_text else component


def shorten(iri: str) -> str:
    """The prefixed name where we know the prefix."""
    for name, prefix in PREFIXES.items():
        rest = iri.removeprefix(prefix)
        if rest != iri and rest and not set(rest) & set("/#?"):
            return f"{name}:{rest}"
    return iri


def as_json(report: Report, _: str = "en") -> str:
    """The shape that the command line promises."""
    whole = {
        "conforms": report.conforms,
        "profiles": list(report.profiles),
        "records": report.records,
        "counts": report.counts,
        "results": [_json_result(one.record, result) for one in report for result in one.results],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _json_result(record: Term, result: Result) -> dict[str, Any]:
    source = result.source
    return {
        "record": text_of(record),
        "focus": text_of(result.focus),
        "path": source.path_text,
        "value": None if result.value is None else text_of(result.value),
        "severity": severity_of(source),
        "constraint": source.component.value,
        "message": {language: message_of(source, language) for language in _JSON_LANGUAGES},
        "clause": source.clause,
    }


def as_text(report: Report, language: str = "en") -> str:
    """Counts first, then by record and message."""
    words = WORDINGS[language]
    verdict = words.conforms if report.conforms else words.violates
    lines = [f"{', '.join(_titles(report))}: {verdict}", _counts(report, words)]
    for one in report:
        title = title_in(one.titles, language)
        lines += ["", text_of(one.record) + (f"  {_cut(title)}" if title else "")]
        for source, results in one.grouped():
            lines += _text_message(one.record, source, results, language)
    return "\n".join(lines) + "\n"


def _titles(report: Report) -> list[str]:
    return [PROFILES[name].title if name in PROFILES else name for name in report.profiles]


def _counts(report: Report, words: Wording) -> str:
    counted = (words.counted(severity, count) for severity, count in report.counts.items())
    return f"{words.counted('checked', report.records)}: {', '.join(counted)}"


def _text_message(record: Term, source: Source, results: list[Result], language: str) -> Iterator[str]:
    words = WORDINGS[language]
    yield f"  {words.counted(severity_of(source), len(results))}: {message_of(source, language)}"
    for what in _details(record, results, words):
        yield f"      {what}"
    if source.clause:
        yield f"      {words.clause}: {source.clause}"


def _details(record: Term, results: list[Result], words: Wording) -> Iterator[str]:
    values = [result.value for result in results if result.value is not None]
    for value in values[:_SHOWN]:
        yield f"{words.value}: {words.unnamed if isinstance(value, BlankNode) else _cut(str(value))}"
    if len(values) > _SHOWN:
        yield f"… {len(values) - _SHOWN}"
    if any(result.focus != record for result in results):
        yield words.node


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def as_html(report: Report, language: str = "en") -> str:
    """A page on its own."""
    environment = Environment(loader=PackageLoader("shapes"), autoescape=True, undefined=StrictUndefined)
    words = WORDINGS[language]
    records = (_html_record(one, language) for one in report)
    return environment.get_template("report.html").render(
        language=language, words=words, report=report, titles=_titles(report), records=records
    )


def _html_record(one: RecordReport, language: str) -> dict[str, Any]:
    record = one.record
    return {
        "iri": text_of(record),
        "linked": isinstance(record, NamedNode) and record.value.startswith(("http://", "https://")),
        "title": title_in(one.titles, language),
        "messages": [_html_message(record, source, results, language) for source, results in one.grouped()],
    }


def _html_message(record: Term, source: Source, results: list[Result], language: str) -> dict[str, Any]:
    words = WORDINGS[language]
    return {
        "severity": severity_of(source),
        "label": words.counted(severity_of(source), len(results)),
        "text": message_of(source, language),
        "details": list(_details(record, results, words)),
        "clause": source.clause,
    }


def triples_of(report: Report) -> Iterator[Triple]:
    """The report as SHACL has it (https://www.w3.org/TR/shacl/#validation-report)."""
    head = BlankNode("report")
    yield Triple(head, RDF.type, SH.ValidationReport)
    yield Triple(head, SH.conforms, Literal(str(report.conforms).lower(), datatype=XSD.boolean))
    for number, result in enumerate(result for one in report for result in one.results):
        node = BlankNode(f"result{number}")
        yield Triple(head, SH.result, node)
        yield from _result_triples(node, result)
    yield from dict.fromkeys(triple for source in report.summary.received for triple in source.path_triples)


def _result_triples(node: BlankNode, result: Result) -> Iterator[Triple]:
    source = result.source
    yield Triple(node, RDF.type, SH.ValidationResult)
    yield Triple(node, SH.focusNode, result.focus)
    if source.path is not None:
        yield Triple(node, SH.resultPath, source.path)
    if result.value is not None:
        yield Triple(node, SH.value, result.value)
    yield Triple(node, SH.resultSeverity, source.severity)
    yield Triple(node, SH.sourceConstraintComponent, source.component)
    yield Triple(node, SH.sourceShape, source.shape)
    for language, text in source.messages:
        yield Triple(node, SH.resultMessage, Literal(text, language=language) if language else Literal(text))


def as_turtle(report: Report, _: str = "en") -> str:
    return serialise(triples_of(report), TURTLE).decode()


FORMS: Final[dict[str, Callable[[Report, str], str]]] = {
    "text": as_text,
    "json": as_json,
    "ttl": as_turtle,
    "html": as_html,
}


def render(report: Report, form: str, language: str = "en") -> str:
    """The report in one of FORMS; text and HTML in one of LANGUAGES, the others carry all of them."""
    return FORMS[form](report, language if language in LANGUAGES else LANGUAGES[0])
