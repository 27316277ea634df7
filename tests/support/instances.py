"""Data made from the model: instances that have nothing wrong, and instances with one thing wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.model.declarations import Class, Model, Use
from graph.model.tables import expanded
from shapes.expansion.vocabularies import Vocabulary
from vocabularies.namespaces import DCAT, RDF, XSD

BASE: Final = "http://data.example/id/"
NOWHERE: Final = NamedNode(f"{BASE}nowhere")
THING: Final = NamedNode(f"{BASE}Thing")
POINTS_BACK: Final = NamedNode(f"{BASE}points-back")

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal | Triple

SAMPLES: Final[Mapping[NamedNode, str]] = {
    XSD.date: "2026-11-20",
    XSD.dateTime: "2026-11-20T08:00:00Z",
    XSD.decimal: "30.5",
    XSD.duration: "PT15M",
    XSD.hexBinary: "0a1b2c",
    XSD.nonNegativeInteger: "5120",
    XSD.boolean: "true",
    XSD.integer: "12",
    XSD.gYear: "2026",
    XSD.string: "text",
    XSD.anyURI: "https://data.example/roads",
}
LANGUAGE: Final = "en"


@dataclass(slots=True)
class Instances:
    """Makes instances as one profile wants them; `nodes` counts, so that no two have the same IRI."""

    model: Model
    profile: str
    vocabularies: Mapping[str, Vocabulary]
    count: int = field(default=0)

    def complete(self, one: Class) -> tuple[NamedNode, set[Triple]]:
        """An instance of which the profile has nothing to say."""
        node = self._node(one)
        triples = {Triple(node, RDF.type, one.iri)}
        said: dict[str, set[Triple]] = {}
        for use in self._uses(one):  # where a property has several rows, the last says most
            if use.obligation != "deprecated" and use.constraint_type != "tooGeneral":
                said[use.path] = self._said(node, use)
        return node, triples.union(*said.values())

    def faulty(self, one: Class, use: Use, suffix: str) -> tuple[NamedNode, set[Triple]]:
        """An instance with a value that the constraint of this suffix should find wrong, or without one it asks for."""
        node, triples = self.complete(one)
        if suffix in {"missing", "recommended", "either"}:
            return node, without(triples, {path[-1] for path in self._paths(use)})
        if suffix in {"repeated", "deprecated"}:
            return node, triples | {Triple(node, predicate_of(use), value) for value in (NOWHERE, THING)}
        values = self._wrong(use, suffix)
        kept = {triple for triple in triples if (triple.subject, triple.predicate) != (node, predicate_of(use))}
        made = kept | {Triple(node, predicate_of(use), value) for value in values}
        if suffix == "class":
            made.add(Triple(NOWHERE, RDF.type, THING))
        if suffix == "notMutual":
            made.add(Triple(POINTS_BACK, predicate_of(use), node))
        return node, made

    def _node(self, one: Class) -> NamedNode:
        self.count += 1
        return NamedNode(f"{BASE}{one.labels['en'].replace(' ', '-')}-{self.count}")

    def _uses(self, one: Class) -> list[Use]:
        return [use for use in self.model.uses if (use.profile, use.on) == (self.profile, one.iri)]

    def _paths(self, use: Use) -> Iterator[list[NamedNode]]:
        for path in "|".join([use.path, *self._others(use)]).split("|"):
            yield [expanded(step.removeprefix("^")) for step in path.split("/")]

    def _others(self, use: Use) -> list[str]:
        return use.constraint.split() if use.constraint_type == "either" else []

    def _said(self, node: NamedNode, use: Use) -> set[Triple]:
        """A value for a use; for a path, a way to it by nodes that are complete themselves."""
        if use.predicate is None:
            return self._on_the_way(node, use)
        if use.constraint_type in {"each", "described"}:
            assert use.range is not None
            below, triples = self.complete(self.model.classes[use.range])
            return triples | {Triple(node, use.predicate, below)}
        return {Triple(node, use.predicate, self.value(use))}

    def _on_the_way(self, node: NamedNode, use: Use) -> set[Triple]:
        """Beside what the last step of the first path that leads forwards says, wherever it is said."""
        paths = [path for path in use.path.split("|") if "^" not in path]
        if not paths:
            return {Triple(POINTS_BACK, expanded(use.path.removeprefix("^")), node)}
        *_, last = paths[0].split("/")
        if "/" not in paths[0]:
            return {Triple(node, expanded(last), NOWHERE)}
        first = expanded(paths[0].split("/")[0])
        below, triples = self.complete(self.model.classes[_CLASSES[first]])
        return triples | {Triple(node, first, below), Triple(below, expanded(last), NOWHERE)}

    def value(self, use: Use) -> Term:
        """A value that nothing is wrong with."""
        if use.constraint_type == "includes":
            return expanded(use.constraint)
        if use.constraint_type == "pattern":
            return Literal("https://data.example.org/dataset/roads")
        if use.vocabularies:
            return NamedNode(self.vocabularies[use.vocabularies[0]].example)
        if use.datatypes:
            return Literal(SAMPLES[use.datatypes[0]], datatype=use.datatypes[0])
        if "literal" in use.node_kinds:
            return Literal("Roads", language=LANGUAGE)
        return NamedNode(f"{BASE}something")

    def _wrong(self, use: Use, suffix: str) -> list[Term]:
        if suffix == "kind":
            return [NOWHERE if use.node_kinds == ("literal",) else Literal("wrong")]
        if suffix == "tooGeneral":
            return [expanded(use.constraint.split()[0])]
        if suffix == "notMutual":
            return [POINTS_BACK]
        return [Literal("wrong")] if suffix in {"datatype", "pattern"} else [NOWHERE]


_CLASSES: Final = {DCAT.distribution: DCAT.Distribution}


def predicate_of(use: Use) -> NamedNode:
    assert use.predicate is not None, use.path
    return use.predicate


def without(triples: set[Triple], predicates: set[NamedNode]) -> set[Triple]:
    return {triple for triple in triples if triple.predicate not in predicates}
