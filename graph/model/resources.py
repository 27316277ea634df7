"""Resources of any declared class, read from triples and written as triples; nothing that was said gets lost."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.model.declarations import Model
from graph.serialisation.labels import canonical_labels
from vocabularies.namespaces import RDF

Node: TypeAlias = NamedNode | BlankNode
Value: TypeAlias = "NamedNode | BlankNode | Literal | Triple | Resource"


@dataclass(frozen=True, slots=True)
class Resource:
    """A node, its classes, and the values of its properties, in the order in which the model declares them.

    A blank node that it refers to is a value in the place where it is met first, with a canonical name; where it is met
    again there is its name only. So two resources are equal exactly when their triples say the same.
    """

    node: Node
    classes: tuple[NamedNode, ...]
    values: Mapping[NamedNode, tuple[Value, ...]]


def read(triples: Iterable[Triple], node: Node, model: Model) -> Resource:
    """The resource at the node. Statements about nodes that are not reached from it over blank nodes are left out."""
    given = list(triples)
    labels = _labels(given)
    named: dict[Node, list[Triple]] = {}
    for one in given:
        subject = labels.get(one.subject, one.subject)
        if not isinstance(subject, Triple):
            named.setdefault(subject, []).append(Triple(subject, one.predicate, labels.get(one.object, one.object)))
    return _Reader(named, _order(model)).resource(labels.get(node, node))


def write(resource: Resource) -> Iterator[Triple]:
    """What the resource says. Blank nodes keep their names, which are unique within one resource only."""
    for one in resource.classes:
        yield Triple(resource.node, RDF.type, one)
    for predicate, values in resource.values.items():
        for value in values:
            if isinstance(value, Resource):
                yield Triple(resource.node, predicate, value.node)
                yield from write(value)
            else:
                yield Triple(resource.node, predicate, value)


def _labels(triples: Iterable[Triple]) -> dict[object, BlankNode]:
    """From each blank node to the one with its canonical name."""
    nodes = {str(term): term for one in triples for term in (one.subject, one.object) if isinstance(term, BlankNode)}
    rows = ((str(one.subject), str(one.predicate), str(one.object), "") for one in triples)
    labels = canonical_labels(row for row in rows if row[0] in nodes or row[2] in nodes)
    return {nodes[name]: BlankNode(label.removeprefix("_:")) for name, label in labels.items()}


def _order(model: Model) -> dict[NamedNode, int]:
    return {use.predicate: place for place, use in reversed(list(enumerate(model.uses))) if use.predicate is not None}


@dataclass(slots=True)
class _Reader:
    """`met` are the blank nodes that a value describes already."""

    triples: Mapping[Node, list[Triple]]
    order: Mapping[NamedNode, int]
    met: set[Node] = field(default_factory=set)

    def resource(self, node: Node) -> Resource:
        self.met.add(node)
        said: dict[NamedNode, dict[str, Triple]] = {}
        for one in self.triples.get(node, ()):
            said.setdefault(one.predicate, {})[str(one.object)] = one
        classes = [one.object for one in said.pop(RDF.type, {}).values() if isinstance(one.object, NamedNode)]
        predicates = sorted(said, key=lambda one: (self.order.get(one, len(self.order)), one.value))
        return Resource(
            node,
            tuple(sorted(classes, key=lambda one: one.value)),
            {
                predicate: tuple(self._value(said[predicate][text]) for text in sorted(said[predicate]))
                for predicate in predicates
            },
        )

    def _value(self, statement: Triple) -> Value:
        value = statement.object
        described = isinstance(value, BlankNode) and value not in self.met and value in self.triples
        return self.resource(value) if described and isinstance(value, BlankNode) else value
