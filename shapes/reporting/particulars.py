"""What a reader needs to see of a record besides its results: the values of which there are too many, and what the
blank nodes are called that are wrong values.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from shapes.components.constraints import Result, Term
from vocabularies.namespaces import DCT, RDF, RDFS, SH, SKOS

Statements = Callable[[Term], Iterable[Quad | Triple]]
"""What is said of a node."""

Where = tuple[Term, NamedNode]
"""A focus node and the predicate of a path."""

_MOST: Final = 100
"""Values of one predicate that are kept: a hostile record has as many as it likes."""

_NAMING: Final = (RDFS.label, SKOS.prefLabel, DCT.title, RDF.value)


def values_in(said: Statements, results: Iterable[Result]) -> Mapping[Where, Sequence[Term]]:
    """The values of the predicates that have too many."""
    wanted = {
        (result.focus, result.source.path)
        for result in results
        if result.source.component == SH.MaxCountConstraintComponent and isinstance(result.source.path, NamedNode)
    }
    return {(focus, path): _values(said(focus), path) for focus, path in sorted(wanted, key=str)}


def _values(statements: Iterable[Quad | Triple], path: NamedNode) -> list[Term]:
    found = (one.object for one in statements if one.predicate == path)
    return sorted(islice(found, _MOST), key=str)


def texts_in(said: Statements, results: Iterable[Result]) -> Mapping[Term, Sequence[Literal]]:
    """The texts by which blank nodes that are values of results are called, where they have any."""
    wanted = {result.value for result in results if isinstance(result.value, BlankNode)}
    found = {node: _texts(said(node)) for node in sorted(wanted, key=str)}
    return {node: texts for node, texts in found.items() if texts}


def _texts(statements: Iterable[Quad | Triple]) -> list[Literal]:
    found = (one.object for one in statements if one.predicate in _NAMING)
    return sorted(islice((one for one in found if isinstance(one, Literal)), _MOST), key=str)
