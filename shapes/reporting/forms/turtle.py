"""A report as SHACL has it (https://www.w3.org/TR/shacl/#validation-report), in Turtle, result by result."""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from shapes.components.constraints import Result, Source, Term
from shapes.reporting.forms.notation import harmless_turtle, has_controls
from shapes.reporting.forms.style import Style
from shapes.reporting.report import Report
from vocabularies.namespaces import DCT, RDF, SH, XSD

_HEAD: Final = BlankNode("report")
_PREFIXES: Final = (("dct", DCT), ("sh", SH), ("xsd", XSD))
_BATCH: Final = 200


def as_turtle(report: Report, _: Style) -> Iterator[str]:
    """Blank nodes of data and shapes get names of their own, so that they cannot meet those of the report."""
    for prefix, namespace in _PREFIXES:
        yield f"@prefix {prefix}: <{namespace.prefix}> .\n"
    yield "\n"
    batch = [*_head(report)]
    for number, result in enumerate(result for one in report for result in one.results):
        batch.extend(_result(BlankNode(f"result{number}"), result))
        if number % _BATCH == 0:
            yield _written(batch)
            batch = []
    batch.extend(dict.fromkeys(_path_triples(report)))
    yield _written(batch)


def statements(report: Report, head: NamedNode) -> Iterator[Triple]:
    """The report, all of whose blank nodes have names of their own, for other syntaxes than Turtle."""
    yield from _head(report, head)
    for number, result in enumerate(result for one in report for result in one.results):
        yield from _result(BlankNode(f"result{number}"), result, head)
    yield from dict.fromkeys(_path_triples(report))


def _written(triples: list[Triple]) -> str:
    prefixes = {name: namespace.prefix for name, namespace in _PREFIXES}
    text = (serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()
    if has_controls(text):  # all IRIs in brackets, for only there and in literals they can be spelled
        return harmless_turtle((serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode())
    return text.split("\n", len(prefixes))[-1]  # they were declared at the beginning


def _head(report: Report, head: NamedNode | BlankNode = _HEAD) -> Iterator[Triple]:
    yield Triple(head, RDF.type, SH.ValidationReport)
    yield Triple(head, SH.conforms, Literal(str(report.conforms).lower(), datatype=XSD.boolean))


def _result(node: BlankNode, result: Result, head: NamedNode | BlankNode = _HEAD) -> Iterator[Triple]:
    source = result.source
    yield Triple(head, SH.result, node)
    yield Triple(node, RDF.type, SH.ValidationResult)
    yield Triple(node, SH.focusNode, _named(result.focus, "data"))
    if source.path is not None:
        yield Triple(node, SH.resultPath, _named(source.path, "shape"))
    if result.value is not None:
        yield Triple(node, SH.value, _named(result.value, "data"))
    yield Triple(node, SH.resultSeverity, source.severity)
    yield Triple(node, SH.sourceConstraintComponent, source.component)
    yield Triple(node, SH.sourceShape, _named(source.shape, "shape"))
    for language, text in source.messages:
        yield Triple(node, SH.resultMessage, Literal(text, language=language) if language else Literal(text))


def _path_triples(report: Report) -> Iterator[Triple]:
    sources: list[Source] = list(report.summary.received)
    for source in sources:
        for triple in source.path_triples:
            subject, value = _named(triple.subject, "shape"), _named(triple.object, "shape")
            yield Triple(subject, triple.predicate, value)  # type: ignore[arg-type]  # a blank node stays one


def _named(term: Term, of: str) -> NamedNode | BlankNode | Literal | Triple:
    if not isinstance(term, BlankNode):
        return term
    label = term.value if term.value.isascii() else term.value.encode().hex()
    return BlankNode(f"{of}-{label}")
