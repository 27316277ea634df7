"""What a report says of a record besides its results, read from the record's lines: titles, kind, the ways inside."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from graph.record import TITLES, kind_of
from shapes.components.constraints import Result, Term
from shapes.evaluation.terms import term_of
from vocabularies.namespaces import RDF

_TYPE: Final = b" %b <" % str(RDF.type).encode()
_TITLES: Final = tuple(b" %b " % str(title).encode() for title in TITLES)


def _values(block: bytes, start: bytes) -> Iterable[bytes]:
    """The rest of the lines that begin so; a record's own lines are sorted and in a row."""
    place = 0 if block.startswith(start) else block.find(b"\n" + start) + 1
    while block.startswith(start, place):
        end = block.index(b"\n", place)
        yield block[place + len(start) : end]
        place = end + 1


def kind_in(block: bytes) -> str:
    """The kind of record, as graph.record names it."""
    start = block[: block.index(b" ")] + _TYPE
    return kind_of([rest[: rest.index(b">")].decode() for rest in _values(block, start)])


def titles_in(block: bytes, subject: bytes) -> dict[str, str]:
    """Language to title, by the best of the title predicates that the record has; "" for no language."""
    for title in _TITLES:
        terms = [term_of(rest[:-2].decode()) for rest in _values(block, subject + title)]
        found = [term for term in terms if isinstance(term, Literal)]
        if found:
            return {one.language or "": one.value for one in sorted(found, key=str, reverse=True)}
    return {}


def ways_in(block: bytes, results: Iterable[Result]) -> dict[Term, Sequence[NamedNode]]:
    """How the record leads to its blank nodes that have results: by which predicates."""
    wanted = {result.focus for result in results if isinstance(result.focus, BlankNode)}
    if not wanted:
        return {}
    above = _above(block)
    return {node: _way(str(node).encode(), above) for node in sorted(wanted, key=str)}


def _above(block: bytes) -> Mapping[bytes, tuple[bytes, bytes]]:
    """Blank node to the first statement that leads to it: its subject and predicate."""
    above: dict[bytes, tuple[bytes, bytes]] = {}
    for line in block.split(b"\n"):
        if b" _:" in line:
            subject, predicate, rest = line.split(b" ", 2)
            if rest.startswith(b"_:"):
                above.setdefault(rest[:-2], (subject, predicate))
    return above


def _way(node: bytes, above: Mapping[bytes, tuple[bytes, bytes]]) -> tuple[NamedNode, ...]:
    way: list[NamedNode] = []
    seen: set[bytes] = set()
    while node in above and node not in seen:
        seen.add(node)
        node, predicate = above[node]
        way.append(NamedNode(predicate[1:-1].decode()))
    return tuple(reversed(way))
