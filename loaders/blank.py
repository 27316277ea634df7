"""Blank nodes of one source: which of them become IRIs of ours, and a name for the others that the content decides.

A blank node that is a record of its own (its class says so), that several triples point to, or that nothing points to,
gets a stable IRI. All others hang in a tree below one record, so a hash of their content, bottom up, is canonical (what
RDFC-1.0 gives for a graph without automorphisms) at a fraction of the cost; cycles fall back on colour refinement.
"""

import hashlib
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from graph.iris import Iris
from graph.record import PAGED, is_main_class, kind_of
from loaders.mending.standing import MARKS
from loaders.mending.terms import blank_object
from vocabularies.namespaces import DCT, RDF

_TYPE: Final = str(RDF.type).encode()
_IDENTIFIER: Final = str(DCT.identifier).encode()
_MERGED: Final = frozenset({"organisations", "contacts", "concepts", "other"})
"""Kinds of which two blank nodes that say the same are one: a publisher repeated in each dataset is one publisher."""

_ROUNDS: Final = 8
"""Colour refinement of cycles: nodes that look alike at this distance get one name."""


Stands = Callable[[bytes, Sequence[bytes]], object]
"""Whether a blank node that a predicate points to, and that the lines are about, only stands for an IRI."""


class BlankNodes:
    """The statements whose subject is a blank node, and who points to which."""

    def __init__(self, iris: Iris, source: str, stands: Stands) -> None:
        self._iris = iris
        self._source = source
        self._stands = stands
        self._lines: dict[bytes, list[bytes]] = {}
        self._pointer: dict[bytes, bytes] = {}
        self._shared: dict[bytes, set[bytes]] = {}
        self._hashes: dict[bytes, bytes] = {}
        self._cyclic: list[bytes] = []
        self._marked: set[bytes] = set()
        self.standing: dict[bytes, list[bytes]] = {}
        """Labels that several statements point to and that only stand for an IRI, with what is said of them: these are
        said again in each record, where repair replaces them."""
        self.minted: dict[bytes, bytes] = {}
        """Label to the IRI token that takes its place."""

    def take(self, label: bytes, line: bytes) -> None:
        """A statement about a blank node."""
        if line.startswith(MARKS, len(label)):
            self._marked.add(label)
        self._lines.setdefault(label, []).append(line)

    def point(self, label: bytes, line: bytes) -> None:
        """A statement that points to a blank node: `line` without its object says from where."""
        pointer = line[: line.rfind(b" ", 0, -3)]
        known = self._pointer.setdefault(label, pointer)
        if known != pointer:
            self._shared.setdefault(label, {known}).add(pointer)
            self._pointer[label] = min(known, pointer)

    def closure(self, lines: Sequence[bytes], taken: set[bytes]) -> list[bytes]:
        """The statements about the blank nodes below these, as received, but for the nodes `taken`, which grows."""
        found: list[bytes] = []
        waiting = list(lines)
        while waiting:
            label = blank_object(waiting.pop())
            if label in self._lines and label not in taken:
                taken.add(label)
                found += self._lines[label]
                waiting += self._lines[label]
        return found

    def left(self, taken: set[bytes]) -> Iterator[list[bytes]]:
        """Records of what is not taken: each begins at a node that nothing points to, or somewhere on a cycle."""
        seen = set(taken)
        starts = []
        for label in [*sorted(self._lines.keys() - self._pointer.keys()), *sorted(self._lines)]:
            if label not in seen:
                starts.append(label)
                seen.add(label)
                self.closure(self._lines[label], seen)
        for label in sorted(starts):
            taken.add(label)
            yield [*self._lines[label], *self.closure(self._lines[label], taken)]

    def replaceable(self, label: bytes) -> Sequence[bytes] | None:
        """What is said of a blank node that several statements point to, where repair may replace it, else nothing;
        None where only one does.
        """
        return self.standing.get(label, ()) if label in self._shared else None

    def settle(self) -> None:
        """Once all is read: hash the contents and mint the IRIs."""
        self._lines = {label: sorted(set(lines)) for label, lines in self._lines.items()}
        self._hash_contents()
        self.standing = {label: self._lines[label] for label in self._shared if self._is_standing(label)}
        by_identity: dict[tuple[str, str], list[bytes]] = {}
        detached = self._detached()
        for label in self._lines:
            if label in self.standing:
                continue
            types = self._values(label, _TYPE)
            rootless = label not in self._pointer or label in detached
            if rootless or label in self._shared or any(map(is_main_class, types)):
                kind = kind_of(types)
                by_identity.setdefault((kind, self._identity(label, kind)), []).append(label)
        for label in self._shared.keys() - self._lines.keys():  # pointed to twice, described nowhere
            by_identity.setdefault(("other", self._pointed(label)), []).append(label)
        self._mint(by_identity)

    def _is_standing(self, label: bytes) -> bool:
        if label not in self._marked:
            return False
        predicates = {pointer.partition(b" ")[2] for pointer in self._shared[label]}
        return all(self._stands(predicate, self._lines[label]) for predicate in predicates)

    def records(self) -> Iterator[bytes]:
        """The statements about minted nodes, with their IRI as the subject."""
        for label, token in self.minted.items():
            for line in self._lines.get(label, ()):
                yield token + line[len(label) :]

    def resolve(self, lines: list[bytes]) -> list[bytes]:
        """One record's statements with IRIs and content-made labels in place, its closure behind them."""
        done: list[bytes] = []
        waiting = [(line, line) for line in reversed(lines)]
        while waiting:
            line, original = waiting.pop()
            label = blank_object(original)
            if label is None:
                done.append(line)
                continue
            head = line[: line.rfind(b" ", 0, -3)]
            name = self.minted.get(label) or self._name(head, label)
            done.append(head + b" " + name + b" .\n")
            if label not in self.minted:
                waiting += [(name + child[len(label) :], child) for child in reversed(self._lines.get(label, []))]
        return sorted(set(done))

    def labels_below(self, lines: list[bytes]) -> Iterator[bytes]:
        """The labels of the blank nodes in one record's closure, as the document spelled them."""
        waiting = list(lines)
        while waiting:
            label = blank_object(waiting.pop())
            if label is not None and label not in self.minted:
                yield label
                waiting += self._lines.get(label, [])

    def labels_of(self, token: bytes) -> list[bytes]:
        """The blank nodes that got this IRI."""
        return [label for label, minted in self.minted.items() if minted == token]

    def _name(self, head: bytes, label: bytes) -> bytes:
        content = self._hashes.get(label, b"")
        return b"_:" + hashlib.sha256(head + b"\n" + content).hexdigest()[:32].encode()

    def _values(self, label: bytes, predicate: bytes) -> list[str]:
        start = label + b" " + predicate + b" "
        return [
            line[len(start) : -3].decode().strip("<>") for line in self._lines.get(label, ()) if line.startswith(start)
        ]

    def _identity(self, label: bytes, kind: str) -> str:
        """An identifier, else the content; what belongs to its parent alone (a distribution) has that in it too."""
        own = min(self._values(label, _IDENTIFIER), default=None) or self._hashes[label].hex()
        parent = b"" if kind in _MERGED or label in self._shared else self._pointer.get(label, b"").partition(b" ")[0]
        above = self._hashes[parent].hex() if parent in self._hashes else parent.decode()
        return f"{own} {above}" if above else own

    def _pointed(self, label: bytes) -> str:
        """Who points to it, as its identity; blank ones by their content."""
        told = []
        for pointer in self._shared[label]:
            subject, _, predicate = pointer.partition(b" ")
            known = self._hashes.get(subject)
            told.append(f"{known.hex() if known else subject.decode()} {predicate.decode()}")
        return "\n".join(sorted(told))

    def _mint(self, by_identity: dict[tuple[str, str], list[bytes]]) -> None:
        for (kind, identity), labels in by_identity.items():
            contents = {self._hashes.get(label, b"") for label in labels}
            collection = kind if kind in PAGED else f"id/{kind}"
            for label in labels:
                content = self._hashes.get(label, b"").hex()
                told = identity if len(contents) == 1 else f"{identity} {content}"
                self.minted[label] = f"<{self._iris.minted(self._source, collection, told)}>".encode()

    def _hash_contents(self) -> None:
        """Bottom up; what is on a cycle or above one is refined in rounds."""
        below = {label: set(self._children(label)) for label in self._lines}
        above: dict[bytes, list[bytes]] = {}
        for label, children in below.items():
            for child in children:
                above.setdefault(child, []).append(label)
        missing = {label: len(children) for label, children in below.items()}
        ready = [label for label, count in missing.items() if count == 0]
        while ready:
            label = ready.pop()
            self._hashes[label] = self._digest(label, self._hashes)
            for parent in above.get(label, ()):
                missing[parent] -= 1
                if missing[parent] == 0:
                    ready.append(parent)
        cyclic = self._cyclic = [label for label in self._lines if label not in self._hashes]
        colours = dict.fromkeys(cyclic, b"")
        for _ in range(_ROUNDS if cyclic else 0):
            known = ChainMap(colours, self._hashes)
            colours = {label: self._digest(label, known) for label in cyclic}
        self._hashes |= colours

    def _detached(self) -> set[bytes]:
        """Blank nodes on cycles that no IRI points into: whoever points to them is one of them."""
        attached: set[bytes] = set()
        detached: set[bytes] = set()
        for label in self._cyclic:
            path: dict[bytes, None] = {}
            while (
                label in self._pointer
                and label not in self._shared
                and label not in attached
                and label not in path
                and label not in detached
            ):
                path[label] = None
                label = self._pointer[label].partition(b" ")[0]  # noqa: PLW2901  climbing from the loop's start
            (detached if label in path or label in detached else attached).update(path)
        return detached

    def _children(self, label: bytes) -> Iterator[bytes]:
        for line in self._lines[label]:
            child = blank_object(line)
            if child is not None and child in self._lines:
                yield child

    def _digest(self, label: bytes, known: Mapping[bytes, bytes]) -> bytes:
        said = []
        for line in self._lines[label]:
            child = blank_object(line)
            rest = line[len(label) :]
            said.append(rest if child is None else rest[: -len(child) - 3] + known.get(child, b""))
        return hashlib.sha256(b"\n".join(sorted(said))).digest()
