"""A source's records against the ledger: what is new, changed, gone or the same, applied to a draft once each.

Both sides are sorted by subject, so one walk is enough and neither is held in memory.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from pyoxigraph import NamedNode, RdfFormat, parse, serialize

from graph.generations import Draft
from graph.iris import record_path
from graph.ledger import Change, Entry, Ledger, seconds
from graph.record import HARVESTED, PAGED, TITLES, kind_of, title_of
from graph.store import closure
from loaders.handover import Frame
from loaders.indexing import Indexer
from loaders.parse import Fault
from vocabularies.namespaces import DCAT, DCT, FOAF, PROV, RDF, XSD

_TYPE: Final = b" " + str(RDF.type).encode() + b" <"
_TITLE_MARKS: Final = tuple(b" %b " % str(term).encode() for term in TITLES)
_BATCH: Final = 20_000


@dataclass(slots=True)
class Counts:
    """What one load did, in records; `triples` is what the source says now."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    triples: int = 0


class Incoming(NamedTuple):
    """One record as the assembler wrote it: its subject's token, its lines in one piece, and their number."""

    token: bytes
    block: bytes
    lines: int

    @property
    def iri(self) -> str:
        return self.token[1:-1].decode()

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.block).digest()[:16]

    def title(self) -> str | None:
        """The title, by reading only the lines that may hold one."""
        lines = [line for line in self.block.splitlines(keepends=True) if line.startswith(self._title_marks)]
        return title_of(self.iri, [quad.triple for quad in parse(b"".join(lines), RdfFormat.N_TRIPLES)])

    @property
    def _title_marks(self) -> tuple[bytes, ...]:
        return tuple(self.token + mark for mark in _TITLE_MARKS)

    def kind(self) -> str:
        mark = self.token + _TYPE
        pieces = self.block.split(mark)
        return kind_of([piece.partition(b">")[0].decode() for piece in pieces[1:]])


def incoming(frames: Iterable[Frame]) -> Iterator[Incoming]:
    """The assembler's frames as records."""
    for frame in frames:
        yield Incoming(frame.block[: frame.block.index(b" ")], frame.block, frame.lines)


@dataclass(slots=True)
class Merge:
    """Applies one source's state (or, `partial`, some of its records) to a draft."""

    draft: Draft
    graph: str
    """`source/<name>` or `vocabulary/<name>`."""
    now: datetime
    indexer: Indexer | None = None
    """None for what is not searched: the vocabularies."""
    partial: bool = False
    history: Ledger | None = None
    """An earlier ledger, where records that are new to the draft may have been seen before."""
    logged: bool = True
    """Whether the change log is told."""
    counts: Counts = field(default_factory=Counts)
    _spared: set[str] = field(default_factory=set)
    _entries: list[Entry] = field(default_factory=list)
    _changes: list[Change] = field(default_factory=list)
    _passed_on: list[Entry] = field(default_factory=list)

    def apply(self, records: Iterable[Incoming], faults: list[Fault]) -> Counts:
        """Walk both sides; a record that is quarantined now keeps its last good version."""
        gone: list[list[Entry]] = []

        def missed(versions: list[Entry]) -> None:
            if any(entry.graph == self.graph for entry in versions):
                gone.append(versions)

        rows = self.draft.ledger.walk()
        row = next(rows, None)
        for record in records:
            while row is not None and _token(row[0]) < record.token:
                missed(row[1])
                row = next(rows, None)
            known = row is not None and _token(row[0]) == record.token
            self._take(record, row[1] if known and row is not None else [])
            if known:
                row = next(rows, None)
        if row is not None:
            missed(row[1])
        for _, versions in rows:
            missed(versions)
        self._quarantine(faults)
        if not self.partial:
            for versions in gone:
                self._leave(versions)
        self._write_batch()
        return self.counts

    def finish(self) -> None:
        """Wait for the store and the index, which learns now of what passed from one owner to another."""
        self.draft.changes.finish()
        for entry in self._passed_on:
            triples = closure(self.draft.store, NamedNode(entry.iri))
            self._index(entry, serialize(triples, format=RdfFormat.N_TRIPLES) or b"", new=False)
        if self.indexer is not None:
            self.indexer.finish()

    def _named_graph(self, entry: Entry) -> NamedNode:
        iris = self.draft.iris
        if entry.graph.startswith("vocabulary/"):
            return iris.vocabulary(entry.source)
        return iris.source(entry.source) if entry.owned else iris.claims(entry.source)

    def _take(self, record: Incoming, versions: list[Entry]) -> None:
        mine = next((entry for entry in versions if entry.graph == self.graph), None)
        self.counts.triples += record.lines
        digest = record.hash
        if mine is None:
            self.counts.added += 1
            self._put(record, digest, owned=not any(entry.owned for entry in versions), before=None)
        elif mine.hash != digest:
            self.counts.changed += 1
            self._withdraw(mine)
            self._put(record, digest, owned=bool(mine.owned), before=mine)
        else:
            self.counts.unchanged += 1

    def _put(self, record: Incoming, digest: bytes, *, owned: bool, before: Entry | None) -> None:
        kind = record.kind()
        iri = record.iri
        entry = Entry(
            iri, self.graph, int(owned), kind,
            key=self.draft.iris.page_key(iri) if kind in PAGED else None,
            title=record.title() if kind in PAGED else None,
            hash=digest, triples=record.lines,
            first_second=before.first_second if before else self._first_seen(iri), changed_second=seconds(self.now),
        )  # fmt: skip
        self.draft.changes.add(self._named_graph(entry), record.block, record.lines)
        self._entries.append(entry)
        if owned:
            self._record(entry)
            self._log(entry, "changed" if before else "added")
            if kind in PAGED:
                self._index(entry, record.block, new=before is None)
            elif before is not None and before.kind in PAGED:
                self._unindex(iri)
        if len(self._entries) >= _BATCH:
            self._write_batch()

    def _first_seen(self, iri: str) -> int:
        versions = self.history.versions(iri) if self.history else []
        return min((v.first_second for v in versions if v.graph == self.graph), default=seconds(self.now))

    def _withdraw(self, entry: Entry) -> None:
        self.draft.changes.remove(self._named_graph(entry), entry.iri)
        if entry.owned and entry.kind in HARVESTED:
            self.draft.changes.remove(self.draft.iris.records, self._record_iri(entry))

    def _leave(self, versions: list[Entry]) -> None:
        """The source says nothing of this IRI any more; the oldest claim, if any, becomes the owner's word."""
        mine = next((entry for entry in versions if entry.graph == self.graph), None)
        if mine is None or mine.iri in self._spared:
            return
        self.counts.removed += 1
        self._withdraw(mine)
        self.draft.ledger.drop([(mine.iri, mine.graph)])
        if not mine.owned:
            return
        claims = (entry for entry in versions if entry is not mine)
        heir = min(claims, key=lambda entry: (entry.first_second, entry.graph), default=None)
        if heir is None:
            self._log(mine, "removed")
            self._unindex(mine.iri)
        else:
            self._pass_on(heir)

    def _pass_on(self, claim: Entry) -> None:
        owner = claim._replace(owned=1, changed_second=seconds(self.now))
        self.draft.changes.move(claim.iri, self._named_graph(claim), self._named_graph(owner))
        self._entries.append(owner)
        self._record(owner)
        self._log(owner, "changed")
        if owner.kind in PAGED:
            self._passed_on.append(owner)

    def _quarantine(self, faults: list[Fault]) -> None:
        hit = {fault.subject.strip("<>") for fault in faults if fault.action == "quarantined" and fault.subject}
        nameless = sum(fault.action == "quarantined" and not fault.subject for fault in faults)
        self._spared = hit
        self.counts.quarantined = len(hit) + nameless

    def _log(self, entry: Entry, change: str) -> None:
        if self.logged and self.graph.startswith("source/"):
            self._changes.append(Change(self.draft.number, self.now, entry.iri, entry.kind, entry.graph, change))

    def _write_batch(self) -> None:
        self.draft.ledger.put(self._entries)
        self.draft.ledger.log(self._changes)
        self._entries, self._changes = [], []

    def _index(self, entry: Entry, block: bytes, *, new: bool) -> None:
        if self.indexer is not None:
            self.indexer.put(entry.iri, entry.kind, block, new=new)

    def _unindex(self, iri: str) -> None:
        if self.indexer is not None:
            self.indexer.delete(iri)

    def _record_iri(self, entry: Entry) -> str:
        return self.draft.iris.base + record_path(entry.kind, entry.key or "")

    def _record(self, entry: Entry) -> None:
        """Our dcat:CatalogRecord of a harvested resource: when it came, when it changed, from where."""
        if entry.kind not in HARVESTED or not self.graph.startswith("source/"):
            return
        block = _CATALOGUE_RECORD % {
            b"record": self._record_iri(entry).encode(),
            b"topic": entry.iri.encode(),
            b"issued": _moment(entry.first_second),
            b"modified": _moment(entry.changed_second),
            b"source": self.draft.iris.source(entry.source).value.encode(),
        }
        self.draft.changes.add(self.draft.iris.records, block, block.count(b"\n"))


_CATALOGUE_RECORD: Final = "".join(
    f"<%(record)b> {predicate} {value} .\n"
    for predicate, value in (
        (RDF.type, DCAT.CatalogRecord),
        (FOAF.primaryTopic, "<%(topic)b>"),
        (DCT.issued, f'"%(issued)b"^^{XSD.dateTime}'),
        (DCT.modified, f'"%(modified)b"^^{XSD.dateTime}'),
        (PROV.hadPrimarySource, "<%(source)b>"),
    )
).encode()


@lru_cache(maxsize=64)
def _moment(second: int) -> bytes:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}".encode()


def _token(iri: str) -> bytes:
    return f"<{iri}>".encode()
