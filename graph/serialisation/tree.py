"""Rows as subjects with their properties; a blank node that is named in one place only is written in that place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph.serialisation.properties import TYPE, Properties, by_subject, merged
from graph.serialisation.statements import DEFAULT, Document

DEEPEST: Final = 8
"""Levels of blank nodes written in place. Parsers recurse: 3,250 levels of JSON-LD kill one."""


@dataclass(frozen=True, slots=True)
class Tree:
    """One graph: the subjects on their own in order, and all subjects' properties."""

    roots: tuple[str, ...]
    properties: dict[str, Properties]
    inside: frozenset[str]
    """The blank nodes that are written where they are named."""

    def of(self, subject: str) -> Properties:
        return self.properties.get(subject, [])


def trees(document: Document) -> Iterator[tuple[str, Tree]]:
    """Each graph's name and its tree."""
    single = _named_once(document)
    for graph, rows in document.graphs.items():
        properties = by_subject(rows)
        if graph == DEFAULT:
            both = properties.keys() & document.described.keys()
            again = {subject: merged(properties[subject], document.described[subject]) for subject in both}
            properties |= {**document.described, **again}
        inside = _inside(single, properties) if single else frozenset()
        roots = sorted(properties.keys() - inside, key=_without_bracket)
        yield graph, Tree(tuple(roots), properties, inside)


def _without_bracket(subject: str) -> str:
    """So that `<…/dataset>` goes before `<…/dataset/file>`; blank nodes go last."""
    return subject.removesuffix(">")


def _named_once(document: Document) -> dict[str, str]:
    """From each blank node that is the object of one statement, and in one graph only, to that statement's subject."""
    named: dict[str, list[str]] = {}
    graphs: dict[str, set[str]] = {}
    for graph, rows in document.graphs.items():
        for subject, predicate, value in rows:
            if value[0] == "_":
                named.setdefault(value, []).append(subject)
                graphs.setdefault(value, set()).add(graph)
                if predicate == TYPE:
                    named[value].append(subject)  # a class is named, not written in place
            if subject[0] == "_":
                graphs.setdefault(subject, set()).add(graph)
    return {
        node: subjects[0]
        for node, subjects in named.items()
        if len(subjects) == 1 and len(graphs[node]) == 1 and node not in document.graphs
    }


def _inside(single: dict[str, str], properties: dict[str, Properties]) -> frozenset[str]:
    """The candidates of this graph, less one of every cycle and every one that would be too deep."""
    parents = {node: subject for node, subject in single.items() if subject in properties}
    depths: dict[str, int] = {}
    for node in sorted(parents):
        _measure(node, parents, depths)
    return frozenset(node for node, depth in depths.items() if depth)


def _measure(node: str, parents: dict[str, str], depths: dict[str, int]) -> None:
    """How deep the node and those above it are written; 0 for one that stands on its own."""
    path: list[str] = []
    while node in parents and node not in depths:
        depths[node] = 0
        path.append(node)
        node = parents[node]
    depth = depths.get(node, 0)
    for below in reversed(path):
        closes_cycle = below == node
        depth = 0 if closes_cycle else (depth + 1) % (DEEPEST + 1)
        depths[below] = depth
