"""One query on one store: parsed, evaluated and serialised whole, inside the cage."""

from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Variable,
    parse,
)

from graph.errors import QueryError, QueryParameterError, QueryTooLarge, Unwritable
from graph.formats import RDF_FORMATS, RESULT_FORMATS
from graph.serialise import serialise
from graph.serving.messages import Need, Question
from graph.serving.refusals import refuse_service, syntax_error
from graph.serving.rows import taken
from graph.serving.services import Engine, Services
from graph.serving.spool import Spool

_RESULTS: Final = {form.name: form for form in RESULT_FORMATS}
_RDF: Final = {form.name: form for form in RDF_FORMATS}


@dataclass(frozen=True, slots=True)
class NotOffered:
    """The query gives statements (`rdf`) or rows, and the client accepts no form of that kind."""

    rdf: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """What the asker must fetch before the query can be answered."""

    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Answers on one store; `empty` is a store with nothing in it, on which a query can be parsed for free.

    Relative IRIs in a query are relative to `base`, the endpoint's own address where the query says no BASE
    (https://www.w3.org/TR/sparql11-protocol/#query-operation).
    """

    store: Store
    empty: Store
    memory: int
    base: str | None = None

    def answer(self, question: Question, spool: Spool) -> bool | NotOffered | Needs:
        """Write the whole answer; True when it is RDF. Raises what was wrong with the query."""
        text = _decoded(question.text)
        services = Services.of(text, question, Engine(self.empty, self.base))
        if services is None:
            refuse_service(text, self.empty, self.base)
        elif services.foreign.lengths is None:
            return Needs(services.needs())
        else:
            text = services.filled(taken(services.foreign))
        try:
            return self._write(self._query(text, question), question, spool)
        except Unwritable as error:
            raise QueryError(str(error)) from error
        except MemoryError as error:
            raise QueryTooLarge(self.memory, "bytes of memory") from error
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"the query could not be evaluated: {error}") from error

    def _query(self, text: str, question: Question) -> QuerySolutions | QueryBoolean | QueryTriples:
        default, named = question.default_graphs, question.named_graphs
        bound: dict[Variable, Any] = dict(map(_bound, question.bindings))
        try:
            if not default and not named:
                return self.store.query(text, base_iri=self.base, substitutions=bound)
            graphs = {"default_graph": [*_graphs(default)], "named_graphs": [*_graphs(named)]}
            return self.store.query(text, base_iri=self.base, substitutions=bound, **graphs)  # type: ignore[arg-type]  # lists, both
        except SyntaxError as error:
            raise syntax_error(text, error) from error

    @staticmethod
    def _write(
        result: QuerySolutions | QueryBoolean | QueryTriples, question: Question, spool: Spool
    ) -> bool | NotOffered:
        if isinstance(result, QueryTriples):
            if question.rdf not in _RDF:
                return NotOffered(rdf=True)
            spool.write(serialise(result, _RDF[question.rdf]))
            return True
        if question.results not in _RESULTS:
            return NotOffered(rdf=False)
        result.serialize(spool, _RESULTS[question.results].engine)  # type: ignore[arg-type]  # write and flush suffice
        return False


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise QueryParameterError(f"the query is not UTF-8: byte {error.start} is wrong") from error


def _bound(binding: tuple[str, str]) -> tuple[Variable, NamedNode | Literal]:
    name, text = binding
    try:
        (statement,) = parse(f"<urn:s> <urn:p> {text} .".encode(), RdfFormat.N_TRIPLES)
        term = statement.object
        if isinstance(term, NamedNode | Literal):
            return Variable(name), term
    except (SyntaxError, ValueError) as error:
        raise QueryParameterError(f"the value of {name} is no term: {error}") from error
    raise QueryParameterError(f"the value of {name} must be an IRI or a literal")


def _graphs(iris: tuple[str, ...]) -> list[NamedNode]:
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryParameterError(f"a graph parameter is no IRI: {error}") from error
