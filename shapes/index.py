"""A shapes graph to look things up in while compiling it."""

from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from shapes.constraints import Term
from vocabularies.namespaces import RDF, SH

Subject = NamedNode | BlankNode


class MalformedShape(ValueError):
    """The shapes graph says something SHACL does not allow; raised while compiling, so by whoever ships the shapes."""


class Index:
    """The statements of a shapes graph by subject and predicate; values in the order they were read, each once."""

    def __init__(self, statements: Iterable[Quad]) -> None:
        self.statements = tuple(statements)
        self._objects: dict[Term, dict[NamedNode, dict[Term, None]]] = {}
        for quad in self.statements:
            self._objects.setdefault(quad.subject, {}).setdefault(quad.predicate, {})[quad.object] = None

    def subjects(self) -> Iterable[Term]:
        return self._objects

    def predicates(self, node: Term) -> Iterable[NamedNode]:
        return self._objects.get(node, {})

    def objects(self, node: Term, predicate: NamedNode) -> tuple[Term, ...]:
        return tuple(self._objects.get(node, {}).get(predicate, ()))

    def one(self, node: Term, predicate: NamedNode) -> Term | None:
        """The only value, or None where there is none."""
        found = self.objects(node, predicate)
        if len(found) > 1:
            raise MalformedShape(f"{node} has more than one value of {predicate}; it may have one")
        return found[0] if found else None

    def nodes(self, node: Term, predicate: NamedNode) -> tuple[NamedNode, ...]:
        """The values, all of which must be IRIs."""
        found = self.objects(node, predicate)
        for value in found:
            if not isinstance(value, NamedNode):
                raise MalformedShape(f"{node} has {value} as {predicate}, where an IRI belongs")
        return tuple(value for value in found if isinstance(value, NamedNode))

    def members(self, head: Term) -> tuple[Term, ...]:
        """The members of an RDF list, each once: SHACL's lists are read as sets."""
        seen: dict[Term, None] = {}
        visited: set[Term] = set()
        while head != RDF.nil:
            if head in visited:
                raise MalformedShape(f"the list at {head} has no end")
            visited.add(head)
            first, rest = self.one(head, RDF.first), self.one(head, RDF.rest)
            if first is None or rest is None:
                raise MalformedShape(f"{head} is no list: rdf:first or rdf:rest is missing")
            seen[first] = None
            head = rest
        return tuple(seen)

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
            raise MalformedShape(f"the shape {term} is referred to but not defined")
        return term

    def is_property_shape(self, node: Term) -> bool:
        return bool(self.objects(node, SH.path))
