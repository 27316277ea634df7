"""The numbers that a plan gives to predicates, closed shapes and classes, and which of them are read where."""

from collections.abc import Iterable

from pyoxigraph import NamedNode


class Numbers:
    """Handed out while compiling: each predicate and each closed shape has a key, each class a bit.

    A key in `remote` is read on nodes that a focus node leads to, one in `inverse` is followed backwards: to judge one
    record, a context has to know these of all the others. Those in `circular` are followed as far as they lead.
    """

    def __init__(self) -> None:
        self.keys: dict[NamedNode, int] = {}
        self.closed: dict[int, frozenset[NamedNode]] = {}
        self.bits: dict[NamedNode, int] = {}
        self.remote: set[int] = set()
        self.inverse: set[int] = set()
        self.circular: set[int] = set()

    def key(self, predicate: NamedNode, *, deep: bool) -> int:
        """The key of a predicate that is read; `deep` on another node than the focus."""
        key = self.keys.get(predicate)
        if key is None:
            key = self.keys[predicate] = self._next()
        if deep:
            self.remote.add(key)
        return key

    def inverse_key(self, predicate: NamedNode) -> int:
        key = self.key(predicate, deep=False)
        self.inverse.add(key)
        return key

    def close(self, keys: Iterable[int]) -> None:
        """Note that these are followed until they lead back, from whichever node that is met."""
        self.circular.update(keys)
        self.remote.update(keys)

    def closed_key(self, allowed: frozenset[NamedNode], *, deep: bool) -> int:
        """A key that stands for all predicates but the allowed ones."""
        key = self._next()
        self.closed[key] = allowed
        if deep:
            self.remote.add(key)
        return key

    def bit(self, one: NamedNode) -> int:
        return self.bits.setdefault(one, 2 << len(self.bits))  # the lowest bit is TYPED

    def _next(self) -> int:
        return len(self.keys) + len(self.closed)
