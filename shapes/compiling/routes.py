"""Property paths compiled: from what a shapes graph says to the classes of paths.py."""

from typing import Final

from pyoxigraph import BlankNode, NamedNode

from shapes.compiling.index import Index, MalformedShape, short
from shapes.compiling.numbers import Numbers
from shapes.components.constraints import Path, Term
from shapes.components.paths import Choice, Inverse, Optional, Predicate, Repeated, Steps
from vocabularies.namespaces import RDF, SH

_KINDS: Final = (
    RDF.first, SH.inversePath, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath,
)  # fmt: skip
"""What makes a blank node a path; where it has several of these, the first counts, as for pySHACL."""


class Routes:
    """Compiles the paths of one shapes graph. Raises MalformedShape."""

    def __init__(self, index: Index, numbers: Numbers) -> None:
        self._index = index
        self._numbers = numbers
        self._open: list[Term] = []

    def path(self, path: Term, *, deep: bool, backwards: bool = False) -> Path:
        """The compiled path. `deep`: it starts at another node than the focus; `backwards`: its inverse is meant."""
        if isinstance(path, NamedNode):
            return self._predicate(path, deep=deep, backwards=backwards)
        if not isinstance(path, BlankNode) or path in self._open:
            raise MalformedShape(f"{self._index.where(path)} is no path: an IRI or a blank node that ends in IRIs is")
        self._open.append(path)
        try:
            return self._compound(path, deep=deep, backwards=backwards)
        finally:
            self._open.pop()

    def _predicate(self, predicate: NamedNode, *, deep: bool, backwards: bool) -> Path:
        if backwards:
            return Inverse(self._numbers.inverse_key(predicate))
        return Predicate(self._numbers.key(predicate, deep=deep))

    def _compound(self, path: Term, *, deep: bool, backwards: bool) -> Path:
        kind = next((one for one in _KINDS if self._index.objects(path, one)), None)
        if kind is None:
            names = ", ".join(short(one) for one in _KINDS)
            raise MalformedShape(f"{self._index.where(path)} is no path: one of {names} belongs here")
        if kind == RDF.first:
            return self._steps(path, deep=deep, backwards=backwards)
        part = self._index.one(path, kind)
        if part is None:
            raise AssertionError(path)
        if kind == SH.inversePath:
            return self.path(part, deep=deep, backwards=not backwards)
        if kind == SH.alternativePath:
            members = self._two_or_more(part)
            return Choice(tuple(self.path(one, deep=deep, backwards=backwards) for one in members))
        if kind == SH.zeroOrOnePath:
            return Optional(self.path(part, deep=deep, backwards=backwards))
        again = self.path(part, deep=True, backwards=backwards)
        return Repeated(again, 1 if kind == SH.oneOrMorePath else 0)

    def _steps(self, path: Term, *, deep: bool, backwards: bool) -> Path:
        members = self._two_or_more(path)
        if backwards:
            members = members[::-1]
        return Steps(tuple(self.path(one, deep=deep or n > 0, backwards=backwards) for n, one in enumerate(members)))

    def _two_or_more(self, head: Term) -> list[Term]:
        members = self._index.sequence(head)
        if len(members) < 2:
            raise MalformedShape(
                f"{self._index.where(head)} is a path of {len(members)} parts; two or more belong here"
            )
        return members
