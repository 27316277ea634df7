"""Counting what a generation holds, after its flip: in a large one that takes as long as some parts of a load.

Statements, things, classes, properties, and properties by class are counted in any case. What kinds of values there are
takes the texts of all values out of the store: in a large generation that is found out from some things of each class,
and told without numbers.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import groupby, islice
from operator import itemgetter
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    Store,
    Triple,
    Variable,
    parse_query_results,
)

from graph.errors import QueryParameterError
from graph.iris import Iris
from graph.shelf import Shelf
from queries.void.statistics import NAME, Link, Partition, Statistics, Target, targets
from vocabularies.namespaces import RDF

WHOLE: Final = 100_000
"""Statements up to which all values are looked at."""

SEEN: Final = 50
"""Things of each class whose values are looked at where there are more statements."""

VALUES: Final = 200
"""Values of one of these things for a property that are looked at."""

_MADE: Final = 1
"""Raised when the same store is counted otherwise."""

_OF_MANIFEST: Final = ("source/", "claims/", "vocabulary/")
_TOLD_ANEW: Final = ("provenance", "queries")

Rows = list[QuerySolution]
Kinds = dict[tuple[str, str], dict[str, int]]
"""Class and property to the kinds of values, and how often each occurs."""


def count(store: Store, iris: Iris, whole: int = WHOLE) -> Statistics:
    """The statistics of a store that nobody changes meanwhile; up to `whole` statements all values are looked at."""
    return _Count(_Asking(store), iris).statistics(whole)


def is_small(graph: NamedNode, iris: Iris) -> bool:
    """Whether it is counted when it is asked for; a load that changes nothing else may tell it anew."""
    return graph.value in {f"{iris.base}/graph/{name}" for name in _TOLD_ANEW}


def keep(shelf: Shelf, statistics: Statistics) -> None:
    """Put the numbers of a generation on its shelf."""
    shelf.put(NAME, _recipe(), json.dumps(asdict(statistics), ensure_ascii=False, indent=0).encode())


def kept(shelf: Shelf) -> Statistics | None:
    """The numbers as the shelf has them; None where it has none."""
    found = shelf.get(NAME, _recipe())
    return Statistics.read(json.loads(found.body)) if found else None


@cache
def _recipe() -> str:
    asked = sorted(files("queries").joinpath("void", "counting").iterdir(), key=lambda file: file.name)
    told = (file.read_text("utf-8") for file in (*asked, files("queries").joinpath("void", "targets.csv")))
    return "\n".join((str(_MADE), *told))


@dataclass(frozen=True, slots=True)
class _Asking:
    """The questions, asked of one store."""

    store: Store

    def rows(self, name: str, **bound: NamedNode | Literal) -> Rows:
        text = files("queries").joinpath("void", "counting", f"{name}.rq").read_text("utf-8")
        answer = self.store.query(text, substitutions={Variable(each): value for each, value in bound.items()})
        if not isinstance(answer, QuerySolutions):
            raise QueryParameterError(f"{name} is no SELECT query")
        told = answer.serialize(format=QueryResultsFormat.JSON) or b""  # while it does, the store lets go of the GIL
        again = parse_query_results(told, QueryResultsFormat.JSON)
        return list(again) if isinstance(again, QuerySolutions) else []

    def quads(self, subject: NamedNode | BlankNode | None, predicate: NamedNode | None) -> Iterator[Quad]:
        return self.store.quads_for_pattern(subject, predicate, None, DefaultGraph())

    def of_class(self, one: str) -> Iterator[Quad]:
        return self.store.quads_for_pattern(None, RDF.type, NamedNode(one), DefaultGraph())


@dataclass(frozen=True)
class _Count:
    asking: _Asking
    iris: Iris

    def statistics(self, whole: int) -> Statistics:
        (subjects,), (objects,) = self.asking.rows("subjects"), self.asking.rows("objects")
        partitions = _sizes(self.asking.rows("partitions"))
        classes = {_text(row, "class"): _number(row, "entities") for row in self.asking.rows("classes")}
        properties = {_text(row, "property"): _number(row, "triples") for row in self.asking.rows("properties")}
        triples = sum(properties.values())
        values = _Whole(self.asking) if triples <= whole else _Seen(self.asking, sorted(partitions))
        return Statistics(
            triples=triples,
            subjects=_number(subjects, "subjects"),
            objects=_number(objects, "objects"),
            entities=_number(subjects, "entities"),
            classes=dict(sorted(classes.items())),
            properties=dict(sorted(properties.items())),
            partitions=_partitions(partitions, values.datatypes, values.classes),
            links=tuple(self._links(values.hosts, classes)),
            examples=dict(self._examples(sorted(classes))),
            graphs=dict(sorted(self._graphs())),
        )

    def _links(self, hosts: set[tuple[str, str]], classes: Mapping[str, int]) -> Iterator[Link]:
        """Only where a property has values at a target's host is it asked how many are in the target's space."""
        for target in targets():
            for name in sorted(name for name, host in hosts if host == _host(target.space)):
                if name == RDF.type.value:  # whose values were counted already
                    inside = [number for one, number in classes.items() if one.startswith(target.space)]
                    yield from [Link(target.name, name, sum(inside), len(inside))] if inside else []
                else:
                    yield from self._link(target, name)

    def _link(self, target: Target, name: str) -> Iterator[Link]:
        for row in self.asking.rows("links-to-space", property=NamedNode(name), space=Literal(target.space)):
            yield Link(target.name, name, _number(row, "triples"), _number(row, "objects"))

    def _examples(self, classes: Iterable[str]) -> Iterator[tuple[str, str]]:
        for one in classes:
            subjects = (quad.subject for quad in self.asking.of_class(one))
            first = next((subject for subject in subjects if isinstance(subject, NamedNode)), None)
            if first is not None:
                yield one, first.value

    def _graphs(self) -> Iterator[tuple[str, int]]:
        """Without those of the manifest, and without those that a load which changes nothing tells anew."""
        left_out = tuple(f"{self.iris.base}/graph/{name}" for name in _OF_MANIFEST)
        for graph in self.asking.store.named_graphs():
            if isinstance(graph, NamedNode) and not graph.value.startswith(left_out) and not is_small(graph, self.iris):
                yield graph.value, sum(_number(row, "triples") for row in self.asking.rows("graph", graph=graph))


@dataclass(frozen=True)
class _Whole:
    """What values there are, by looking at all of them."""

    asking: _Asking

    @cached_property
    def datatypes(self) -> Kinds:
        return self._kinds("values-by-class")

    @cached_property
    def classes(self) -> Kinds:
        return self._kinds("links-by-class")

    @cached_property
    def hosts(self) -> set[tuple[str, str]]:
        return {(_text(row, "property"), _written(row, "host")) for row in self.asking.rows("hosts")}

    def _kinds(self, query: str) -> Kinds:
        found: Kinds = {}
        for row in self.asking.rows(query):
            kinds = found.setdefault((_text(row, "class"), _text(row, "property")), {})
            kinds[_text(row, "kind")] = _number(row, "triples")
        return found


class _Seen:
    """What values there are, by looking at some things of each class."""

    def __init__(self, asking: _Asking, places: Iterable[tuple[str, str]]) -> None:
        self.datatypes: Kinds = {}
        self.classes: Kinds = {}
        self.hosts: set[tuple[str, str]] = set()
        self._asking = asking
        self._types: dict[NamedNode | BlankNode, tuple[str, ...]] = {}
        for one, having in groupby(places, key=itemgetter(0)):
            names = [NamedNode(name) for _, name in having]
            for typed in islice(asking.of_class(one), SEEN):
                if not isinstance(typed.subject, Triple):
                    self._look_at(one, typed.subject, names)

    def _look_at(self, one: str, subject: NamedNode | BlankNode, names: Iterable[NamedNode]) -> None:
        """Property by property: a catalogue has its datasets as values of one."""
        for name in names:
            for quad in islice(self._asking.quads(subject, name), VALUES):
                self._see(one, quad)

    def _see(self, one: str, quad: Quad) -> None:
        value, place = quad.object, (one, quad.predicate.value)
        if isinstance(value, Literal):
            self.datatypes.setdefault(place, {})[value.datatype.value] = 0
        elif not isinstance(value, Triple):
            kinds = self._classes_of(value)
            if kinds:
                self.classes.setdefault(place, {}).update(dict.fromkeys(kinds, 0))
            if isinstance(value, NamedNode):
                self.hosts.add((quad.predicate.value, _host(value.value)))

    def _classes_of(self, node: NamedNode | BlankNode) -> tuple[str, ...]:
        if node not in self._types:
            found = (quad.object for quad in self._asking.quads(node, RDF.type))
            self._types[node] = tuple(kind.value for kind in found if isinstance(kind, NamedNode))
        return self._types[node]


def _sizes(rows: Rows) -> dict[tuple[str, str], int]:
    """Class and property to the number of statements."""
    return {(_text(row, "class"), _text(row, "property")): _number(row, "triples") for row in rows}


def _partitions(
    triples: Mapping[tuple[str, str], int], datatypes: Kinds, classes: Kinds
) -> dict[str, dict[str, Partition]]:
    """Class to property to what it says, in order."""
    found: dict[str, dict[str, Partition]] = {}
    for (one, name), number in sorted(triples.items()):
        kinds = (dict(sorted(side.get((one, name), {}).items())) for side in (datatypes, classes))
        found.setdefault(one, {})[name] = Partition(number, *kinds)
    return found


def _host(iri: str) -> str:
    try:
        return urlsplit(iri).netloc
    except ValueError:  # an IRI that is no URL, though it looks like one
        return ""


def _text(row: QuerySolution, name: str) -> str:
    value = row[name]
    return value.value if isinstance(value, NamedNode) else ""


def _written(row: QuerySolution, name: str) -> str:
    value = row[name]
    return value.value if isinstance(value, Literal) else ""


def _number(row: QuerySolution, name: str) -> int:
    value = row[name]
    return int(value.value) if isinstance(value, Literal) else 0
