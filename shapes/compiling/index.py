"""A shapes graph to look things up in while compiling it."""

from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from shapes.components.constraints import Term
from vocabularies.namespaces import RDF, SH

Subject = NamedNode | BlankNode


class MalformedShape(ValueError):
    """The shapes graph says something SHACL does not allow; raised while compiling, so by whoever ships the shapes."""


class Undefined(MalformedShape):
    """It refers to a shape that is not there."""

    def __init__(self, node: Term, told: str) -> None:
        super().__init__(told)
        self.node = node


class NotEvaluated(MalformedShape):
    """What it says is allowed, but nobody here evaluates it, nor does pySHACL."""


class Index:
    """The statements of a shapes graph by subject and predicate; values in the order they were read, each once."""

    def __init__(self, statements: Iterable[Quad]) -> None:
        self.statements = tuple(statements)
        self._objects: dict[Term, dict[NamedNode, dict[Term, None]]] = {}
        self._mentions: dict[Term, list[tuple[Term, NamedNode]]] = {}
        for quad in self.statements:
            self._objects.setdefault(quad.subject, {}).setdefault(quad.predicate, {})[quad.object] = None
            self._mentions.setdefault(quad.object, []).append((quad.subject, quad.predicate))

    def subjects(self) -> Iterable[Term]:
        return self._objects

    def predicates(self, node: Term) -> Iterable[NamedNode]:
        return self._objects.get(node, {})

    def objects(self, node: Term, predicate: NamedNode) -> tuple[Term, ...]:
        return tuple(self._objects.get(node, {}).get(predicate, ()))

    def subjects_of(self, predicate: NamedNode, value: Term) -> tuple[Subject, ...]:
        """The nodes that have this value."""
        found = (node for node, one in self._mentions.get(value, ()) if one == predicate)
        return tuple(dict.fromkeys(node for node in found if isinstance(node, (NamedNode, BlankNode))))

    def one(self, node: Term, predicate: NamedNode) -> Term | None:
        """The only value, or None where there is none."""
        found = self.objects(node, predicate)
        if len(found) > 1:
            raise MalformedShape(f"{self.where(node)} has more than one value of {short(predicate)}; it may have one")
        return found[0] if found else None

    def nodes(self, node: Term, predicate: NamedNode) -> tuple[NamedNode, ...]:
        """The values, all of which must be IRIs."""
        found = self.objects(node, predicate)
        for value in found:
            if not isinstance(value, NamedNode):
                raise MalformedShape(f"{self.where(node)} has {value} as {short(predicate)}, where an IRI belongs")
        return tuple(value for value in found if isinstance(value, NamedNode))

    def members(self, head: Term) -> tuple[Term, ...]:
        """The members of an RDF list, each once: SHACL's lists are read as sets."""
        return tuple(dict.fromkeys(self.sequence(head)))

    def sequence(self, head: Term) -> list[Term]:
        """The members of an RDF list, in order."""
        found: list[Term] = []
        visited: set[Term] = set()
        while head != RDF.nil:
            if head in visited:
                raise MalformedShape(f"the list in {self.where(head)} has no end; its last rdf:rest must be rdf:nil")
            visited.add(head)
            first, rest = self.one(head, RDF.first), self.one(head, RDF.rest)
            if first is None or rest is None:
                raise MalformedShape(f"{self.where(head)} is no list: rdf:first or rdf:rest is missing")
            found.append(first)
            head = rest
        return found

    def closure(self, node: Term) -> list[Triple]:
        """What is said of a blank node and of the blank nodes it leads to; nothing of an IRI."""
        found: dict[Triple, None] = {}
        open_, seen = [node], {node}
        while open_:
            current = open_.pop()
            if not isinstance(current, BlankNode):
                continue
            for predicate in self.predicates(current):
                for value in self.objects(current, predicate):
                    found[Triple(current, predicate, value)] = None
                    if value not in seen:
                        seen.add(value)
                        open_.append(value)
        return list(found)

    def shape_of(self, term: Term) -> Subject:
        if not isinstance(term, (NamedNode, BlankNode)) or term not in self._objects:
            raise Undefined(term, f"{self.where(term)} is referred to as a shape but not defined")
        return term

    def is_property_shape(self, node: Term) -> bool:
        return bool(self.objects(node, SH.path))

    def where(self, term: Term) -> str:
        """A name that its author can find: an IRI, or the way from one to a blank node."""
        way: list[str] = []
        seen: set[Term] = set()
        while isinstance(term, BlankNode) and term not in seen:
            seen.add(term)
            paths = [str(path) for path in self.objects(term, SH.path) if isinstance(path, NamedNode)]
            owner, predicate = next(iter(self._mentions.get(term, ())), (None, None))
            if owner is None or predicate is None:
                break
            if predicate != RDF.rest:
                way.append(" ".join([short(predicate), *(f"[ sh:path {path} ]" for path in paths)]))
            term = owner
        return " of ".join([*way, str(term)])


def short(term: NamedNode) -> str:
    """SHACL's and RDF's own terms with their usual prefix."""
    for prefix, namespace in (("sh", SH), ("rdf", RDF)):
        if term in namespace:
            return f"{prefix}:{namespace.local(term)}"
    return str(term)
