"""Canonical labels for blank nodes: the same statements get the same labels, whatever the nodes were called.

Colour refinement, then a bounded search where nodes still look alike: polynomial on every input. RDFC-1.0, which
Oxigraph offers, is exponential on graphs made for it, and a harvested record may be such a graph. Labels are canonical
where look-alikes are images of each other (all that real records hold) or are told apart within the budget; beyond
that they are still right, but may depend on the order of the input.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

Statement = tuple[str, str, str, str]
"""Subject, predicate, object, graph, as text; what starts with `_` is a blank node."""

BUDGET: Final = 20_000
"""How many nodes may be looked at again to settle look-alikes in one component."""

_Occurrence = tuple[tuple[str, ...], tuple[str, ...]]
"""A statement as one of its blank nodes sees it: the node itself is `_`, others are holes; then the others."""
_Signature = list[tuple[tuple[str, ...], tuple[int, ...]]]
_Settled = tuple[list[tuple[str, ...]], list[str]]
"""A component's certificate, which is all that can be said of it without names, and its nodes in canonical order."""


def canonical_labels(statements: Iterable[Statement], scope: str = "") -> dict[str, str]:
    """From each blank node to its label: `_:<scope>b0` and so on."""
    components = sorted(_settled(part) for part in _components(sorted(statements)))
    ordered = (node for _, nodes in components for node in nodes)
    return {node: f"_:{scope}b{number}" for number, node in enumerate(ordered)}


def _blank(statement: Statement) -> list[str]:
    return [term for term in statement if term[:1] == "_"]


def _components(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """The statements in parts that share no blank node, so that each can be labelled by itself."""
    parent: dict[str, str] = {}
    for statement in statements:
        roots = [_root(parent, node) for node in _blank(statement)]
        parent.update(dict.fromkeys(roots, roots[0]))
    parts: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        parts[_root(parent, _blank(statement)[0])].append(statement)
    return iter(parts.values())


def _root(parent: dict[str, str], node: str) -> str:
    while (above := parent.setdefault(node, node)) != node:
        parent[node] = parent[above]
        node = above
    return node


def _settled(statements: list[Statement]) -> _Settled:
    nodes = dict.fromkeys(node for statement in statements for node in _blank(statement))
    if len(nodes) == 1:
        return _certificate(statements, list(nodes)), list(nodes)
    search = _Search(statements, list(nodes))
    search.run(_Colouring(search.occurrences, list(nodes)))
    return search.best


def _certificate(statements: Iterable[Statement], nodes: Sequence[str]) -> list[tuple[str, ...]]:
    names = {node: f"_{number}" for number, node in enumerate(nodes)}
    return sorted(tuple(names.get(term, term) for term in statement) for statement in statements)


def _occurrences(statements: Iterable[Statement]) -> dict[str, list[_Occurrence]]:
    found: dict[str, list[_Occurrence]] = defaultdict(list)
    for statement in statements:
        blank = _blank(statement)
        for node in dict.fromkeys(blank):
            text = tuple("_" if term == node else "?" if term in blank else term for term in statement)
            found[node].append((text, tuple(term for term in blank if term != node)))
    return found


class _Search:
    """The least certificate that the budget allows to find."""

    def __init__(self, statements: list[Statement], nodes: Sequence[str]) -> None:
        self.occurrences = _occurrences(statements)
        self.best: _Settled = ([], [])
        self._statements = statements
        self._tries = BUDGET // len(nodes)

    def run(self, colouring: "_Colouring") -> None:
        while alike := colouring.alike():
            if self._tries > 0:
                self._branch(colouring, alike)
                return
            colouring.single_out(alike[-1])
        nodes = colouring.ordered()
        found = (_certificate(self._statements, nodes), nodes)
        self.best = min(self.best, found) if self.best[1] else found

    def _branch(self, colouring: "_Colouring", alike: Sequence[str]) -> None:
        for node in alike:
            if self._tries <= 0 and self.best[1]:
                return
            self._tries -= 1
            branch = colouring.copy()
            branch.single_out(node)
            self.run(branch)


class _Colouring:
    """Nodes in cells of those that look alike; the numbers of the cells are canonical."""

    def __init__(self, occurrences: dict[str, list[_Occurrence]], nodes: Sequence[str]) -> None:
        self._occurrences = occurrences
        self._cell_of = dict.fromkeys(nodes, 0)
        self._cells = [dict.fromkeys(nodes)]
        self._settled = 0
        self._refine(nodes)

    def copy(self) -> "_Colouring":
        twin = object.__new__(_Colouring)
        twin._occurrences = self._occurrences
        twin._cell_of = self._cell_of.copy()
        twin._cells = [cell.copy() for cell in self._cells]
        twin._settled = self._settled
        return twin

    def alike(self) -> list[str]:
        """The nodes of the first cell that holds several; none when each node has a cell of its own."""
        while self._settled < len(self._cells) and len(self._cells[self._settled]) == 1:
            self._settled += 1  # a cell never grows
        return list(self._cells[self._settled]) if self._settled < len(self._cells) else []

    def ordered(self) -> list[str]:
        return [node for cell in self._cells for node in cell]

    def single_out(self, node: str) -> None:
        self._move([node])
        self._refine(self._neighbours([node]))

    def _neighbours(self, nodes: Iterable[str]) -> Iterable[str]:
        return dict.fromkeys(other for node in nodes for _, others in self._occurrences[node] for other in others)

    def _move(self, nodes: Iterable[str]) -> None:
        """The nodes leave their cell for a new one."""
        for node in nodes:
            del self._cells[self._cell_of[node]][node]
            self._cell_of[node] = len(self._cells)
        self._cells.append(dict.fromkeys(nodes))

    def _refine(self, unsettled: Iterable[str]) -> None:
        """Split cells until nodes in one cell see the same cells around them."""
        while unsettled:
            by_cell: dict[int, list[str]] = defaultdict(list)
            for node in unsettled:
                by_cell[self._cell_of[node]].append(node)
            splits = [self._split(number, by_cell[number]) for number in sorted(by_cell)]
            moving = [group for groups in splits for group in groups]
            for group in moving:
                self._move(group)
            unsettled = self._neighbours(node for group in moving for node in group)

    def _split(self, number: int, nodes: Sequence[str]) -> list[list[str]]:
        """The groups that leave the cell. Those whose surroundings did not change stay, or else the largest group."""
        cell = self._cells[number]
        if len(cell) == 1:
            return []
        groups: dict[str, list[str]] = defaultdict(list)
        for node in nodes:
            groups[repr(self._signature(node))].append(node)
        known = set(nodes)
        unchanged = next((node for node in cell if node not in known), None)
        if unchanged is not None:
            staying = repr(self._signature(unchanged))
        else:
            staying = max(groups, key=lambda signature: (len(groups[signature]), signature))
        return [groups[signature] for signature in sorted(groups) if signature != staying]

    def _signature(self, node: str) -> _Signature:
        return sorted(
            (text, tuple(self._cell_of[other] for other in others)) for text, others in self._occurrences[node]
        )
