"""A harvester that keeps a copy by following the event stream, as DCAT-AP Feeds says it should."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from graph.generations import Generations
from queries.closures import with_parts
from queries.events import EMBEDDED, STANDALONE
from vocabularies.namespaces import AS, LDES, RDF, TREE

BASE = "http://127.0.0.1:8000"


@dataclass(slots=True)
class Follower:
    """`copy` is what it has: entity to its statements."""

    copy: dict[str, set[str]] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    """What it never asks for again, for it was told that this would not change."""
    asked: list[str] = field(default_factory=list)
    accept: str = "application/trig"

    def follow(self, client: FlaskClient) -> None:
        """Read all that is new from the root on, and do what the events say in the order of their time."""
        found: list[tuple[str, str, list[Quad]]] = []
        waiting = [f"{BASE}/feed"]
        while waiting:
            address = waiting.pop()
            if address in self.pages:
                continue
            quads = self._read(client, address)
            found += _members(quads)
            waiting += {q.object.value for q in quads if q.predicate == TREE.node and isinstance(q.object, NamedNode)}
        for _, activity, quads in sorted(found, key=lambda one: one[0]):
            self._apply(NamedNode(activity), quads)

    def _read(self, client: FlaskClient, address: str) -> list[Quad]:
        self.asked.append(address)
        answer = client.get(address.removeprefix(BASE), headers={"Accept": self.accept})
        assert answer.status_code == 200, address
        form = RdfFormat.from_media_type(answer.mimetype or "")
        assert form is not None
        quads = list(parse(answer.data, form))
        if any(quad.subject == NamedNode(address) and quad.predicate == LDES.immutable for quad in quads):
            self.pages.add(address)
        return quads

    def _apply(self, activity: NamedNode, quads: list[Quad]) -> None:
        said = {quad.predicate: quad.object for quad in quads if quad.subject == activity}
        entity = said[AS.object]
        assert isinstance(entity, NamedNode)
        self.copy.pop(entity.value, None)
        if said[RDF.type] != AS.Delete:
            self.copy[entity.value] = statements(quad for quad in quads if quad.graph_name == activity)


def _members(quads: list[Quad]) -> list[tuple[str, str, list[Quad]]]:
    """Time, name and statements of each event."""
    by_activity: dict[Any, list[Quad]] = {
        quad.object: [] for quad in quads if quad.predicate == TREE.member and isinstance(quad.object, NamedNode)
    }
    for quad in quads:
        for each in (quad.graph_name, quad.subject):
            if each in by_activity:
                by_activity[each].append(quad)
                break
    return [(_published(about), activity.value, about) for activity, about in by_activity.items()]


def _published(quads: list[Quad]) -> str:
    (moment,) = (quad.object for quad in quads if quad.predicate == AS.published)
    assert isinstance(moment, Literal)
    return moment.value


def statements(quads: Any) -> set[str]:
    """Without what differs from reading to reading: the names of blank nodes, and the integers that a store makes."""
    return {" ".join(map(_named, (quad.subject, quad.predicate, quad.object))) for quad in quads}


def _named(term: Any) -> str:
    return "_" if isinstance(term, BlankNode) else str(term).replace("#nonNegativeInteger>", "#integer>")


def entities(data: Path) -> dict[str, set[str]]:
    """What a copy should have: all entities of the published generation, with what belongs to them."""
    with Generations(data).current() as generation:
        listed = [entry.iri for kind in STANDALONE for entry in generation.ledger.of_kind(kind)]
        return {iri: statements(with_parts(generation.store, NamedNode(iri), EMBEDDED)[0]) for iri in listed}
