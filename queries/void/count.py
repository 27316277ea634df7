"""Counting what a generation holds, at a price that a load hardly notices.

Statements, things, classes, properties, and properties by class are counted in any case. What kinds of values there are
takes the texts of all values out of the store: in a large generation that is found out from some things of each class,
and told without numbers.
"""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolution,
    QuerySolutions,
    Store,
    Triple,
    Variable,
)

from graph.errors import QueryParameterError
from graph.iris import Iris
from queries.void.statistics import NAME, Link, Partition, Statistics, Target, targets
from vocabularies.namespaces import RDF

WHOLE: Final = 100_000
"""Statements up to which all values are looked at."""

SEEN: Final = 50
"""Things of each class whose values are looked at where there are more statements."""

_WORKERS: Final = 2
_OF_MANIFEST: Final = ("source/", "claims/", "vocabulary/")
_TOLD_ANEW: Final = ("provenance", "queries")
"""Small graphs, which are counted when they are asked for."""

Rows = list[QuerySolution]
Kinds = dict[tuple[str, str], dict[str, int]]
"""Class and property to the kinds of values, and how often each occurs."""


def prepare(store: Store, folder: Path, iris: Iris) -> None:
    """Count, and keep the numbers in a generation's folder of prepared answers."""
    text = json.dumps(asdict(count(store, iris)), ensure_ascii=False, indent=0)
    (folder / f"{NAME}.json").write_text(text, "utf-8")


def count(store: Store, iris: Iris, whole: int = WHOLE) -> Statistics:
    """The statistics of a store that nobody changes meanwhile; up to `whole` statements all values are looked at."""
    with ThreadPoolExecutor(_WORKERS) as pool:  # the store lets go of the GIL while it counts
        return _Count(_Asking(store), pool, iris).statistics(whole)


@dataclass(frozen=True, slots=True)
class _Asking:
    """The questions, asked of one store."""

    store: Store

    def rows(self, name: str, **bound: NamedNode | Literal) -> Rows:
        text = files("queries").joinpath("void", "counting", f"{name}.rq").read_text("utf-8")
        answer = self.store.query(text, substitutions={Variable(each): value for each, value in bound.items()})
        if not isinstance(answer, QuerySolutions):
            raise QueryParameterError(f"{name} is no SELECT query")
        return list(answer)

    def quads(self, subject: NamedNode | BlankNode | None, predicate: NamedNode | None) -> Iterator[Quad]:
        return self.store.quads_for_pattern(subject, predicate, None, DefaultGraph())

    def of_class(self, one: str) -> Iterator[Quad]:
        return self.store.quads_for_pattern(None, RDF.type, NamedNode(one), DefaultGraph())


@dataclass(frozen=True)
class _Count:
    asking: _Asking
    pool: ThreadPoolExecutor
    iris: Iris

    def statistics(self, whole: int) -> Statistics:
        asked = {name: self.pool.submit(self.asking.rows, name) for name in ("partitions", "subjects", "objects")}
        classes = {_text(row, "class"): _number(row, "entities") for row in self.asking.rows("classes")}
        properties = {_text(row, "property"): _number(row, "triples") for row in self.asking.rows("properties")}
        triples = sum(properties.values())
        values = _Whole(self.asking) if triples <= whole else _Seen(self.asking, tuple(sorted(classes)))
        told = values.datatypes, values.classes
        (subjects,), (objects,) = asked["subjects"].result(), asked["objects"].result()
        return Statistics(
            triples=triples,
            subjects=_number(subjects, "subjects"),
            objects=_number(objects, "objects"),
            entities=_number(subjects, "entities"),
            classes=dict(sorted(classes.items())),
            properties=dict(sorted(properties.items())),
            partitions=_partitions(asked["partitions"].result(), *told),
            links=tuple(self._links(values.hosts)),
            examples=dict(self._examples(sorted(classes))),
            graphs=dict(sorted(self._graphs())),
        )

    def _links(self, hosts: set[tuple[str, str]]) -> Iterator[Link]:
        """Only where a property has values at a target's host is it asked how many are in the target's space."""
        wanted = [(target, name) for target in targets() for name, host in sorted(hosts) if host == _host(target.space)]
        for found in self.pool.map(self._link, wanted):
            yield from found

    def _link(self, wanted: tuple[Target, str]) -> list[Link]:
        target, name = wanted
        rows = self.asking.rows("links-to-space", property=NamedNode(name), space=Literal(target.space))
        return [Link(target.name, name, _number(row, "triples"), _number(row, "objects")) for row in rows]

    def _examples(self, classes: Iterable[str]) -> Iterator[tuple[str, str]]:
        for one in classes:
            subjects = (quad.subject for quad in self.asking.of_class(one))
            first = next((subject for subject in subjects if isinstance(subject, NamedNode)), None)
            if first is not None:
                yield one, first.value

    def _graphs(self) -> Iterator[tuple[str, int]]:
        """Without those of the manifest, and without those that a load which changes nothing tells anew."""
        left_out = tuple(f"{self.iris.base}/graph/{name}" for name in (*_OF_MANIFEST, *_TOLD_ANEW))
        for graph in self.asking.store.named_graphs():
            if isinstance(graph, NamedNode) and not graph.value.startswith(left_out):
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

    def __init__(self, asking: _Asking, classes: Iterable[str]) -> None:
        self.datatypes: Kinds = {}
        self.classes: Kinds = {}
        self.hosts: set[tuple[str, str]] = set()
        self._asking = asking
        self._types: dict[NamedNode | BlankNode, tuple[str, ...]] = {}
        for one in classes:
            for typed in islice(asking.of_class(one), SEEN):
                if not isinstance(typed.subject, Triple):
                    for quad in asking.quads(typed.subject, None):
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


def _partitions(rows: Rows, datatypes: Kinds, classes: Kinds) -> dict[str, dict[str, Partition]]:
    """Class to property to what it says, in order."""
    triples = {(_text(row, "class"), _text(row, "property")): _number(row, "triples") for row in rows}
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
