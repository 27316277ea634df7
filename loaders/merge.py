"""A source's records against the ledger: what is new, changed, gone or the same, applied to a draft once each.

Both sides are sorted by subject, so one walk is enough and neither is held in memory.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Final, NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse

from graph.generations import Draft
from graph.ledger import Change, Entry, Ledger, seconds
from graph.record import DISTRIBUTIONS, PAGED, TITLES, kind_of, title_of
from loaders import records
from loaders.handover import Frame
from loaders.indexing import Indexer
from loaders.parse import Fault
from loaders.reindexing import whole
from vocabularies.namespaces import ADMS, DCAT, FOAF, RDF

_TYPE: Final = b" " + str(RDF.type).encode() + b" <"
_STATUS: Final = b" " + str(ADMS.status).encode() + b" <"
_TITLE_MARKS: Final = tuple(b" %b " % str(term).encode() for term in TITLES)
_TOPIC: Final = f" {FOAF.primaryTopic} <".encode()
_BATCH: Final = 20_000
_MOST_SET_ASIDE: Final = 100
"""Records of one load of which it is told that they were."""

_SET_ASIDE: Final = "only the portal describes this, so it is kept as a claim"


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
    """One record as the assembler wrote it: its subject's token, its lines as published in one piece, their number.

    `mended` is a digest of what was received instead, None where that is the same.
    """

    token: bytes
    block: bytes
    lines: int
    mended: bytes | None = None

    @property
    def iri(self) -> str:
        return self.token[1:-1].decode()

    @property
    def hash(self) -> bytes:
        """Of the content, which is what is published."""
        return hashlib.sha256(self.block).digest()

    def title(self) -> str | None:
        """The title, by reading only the lines that may hold one."""
        lines = b"".join(line for mark in _TITLE_MARKS for line in self._lines(self.token + mark))
        return title_of(self.iri, [quad.triple for quad in parse(lines, RdfFormat.N_TRIPLES)])

    def _lines(self, start: bytes) -> Iterator[bytes]:
        """The lines that begin so: to look for each takes a third of the time of looking at all lines."""
        place = self.block.find(start)
        while place >= 0:
            end = self.block.index(b"\n", place) + 1
            if place == 0 or self.block[place - 1 : place] == b"\n":  # and not in a text
                yield self.block[place:end]
            place = self.block.find(start, end)

    def kind(self) -> str:
        return kind_of(self._named(_TYPE), self._named(_STATUS))

    def _named(self, mark: bytes) -> list[str]:
        """The IRIs that are values of a predicate; a text may read like a statement, but begins no line."""
        pieces = (b"\n" + self.block).split(b"\n" + self.token + mark)
        return [piece.partition(b">")[0].decode() for piece in pieces[1:]]

    def topic(self) -> str | None:
        """What a catalogue record is about."""
        return next(iter(self._named(_TOPIC)), None)


def incoming(frames: Iterable[Frame]) -> Iterator[Incoming]:
    """The assembler's frames as records."""
    for frame in frames:
        yield Incoming(frame.block[: frame.block.index(b" ")], frame.block, frame.lines, frame.mended)


def judged_hash(content: bytes, mended: bytes | None) -> bytes:
    """The hash of all that the results on a record come from: its content, and what was received where that differs."""
    return content if mended is None else hashlib.sha256(content + mended).digest()


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
    repaired: Mapping[str, bytes] = field(default_factory=dict)
    """The records of the source that repair changed when they were last judged, with their judged_hash of then."""
    mended_otherwise: set[str] = field(default_factory=set)
    """What is unchanged, but was received otherwise than when it was last judged."""
    counts: Counts = field(default_factory=Counts)
    _spared: set[str] = field(default_factory=set)
    _entries: list[Entry] = field(default_factory=list)
    _changes: list[Change] = field(default_factory=list)
    _passed_on: list[Entry] = field(default_factory=list)
    _buried: dict[str, str] = field(default_factory=dict)
    """What was gone before this load, and its tombstone."""
    _recorded: set[str] = field(default_factory=set)
    """What our records were written of, and what records of the source's own are about."""
    _parts_gone: set[str] = field(default_factory=set)
    """Distributions that are no more, or not what they were to the index."""
    _unlinked: set[str] = field(default_factory=set)
    """What records of the source's own were about that are gone or changed."""
    _ours: bytes = b""
    """What tokens of IRIs of ours begin with."""
    _set_aside: int = 0
    _keys: dict[str, str] = field(default_factory=dict)
    """What pages are looked up by, of all that is or was here, and whose page that is."""

    def __post_init__(self) -> None:
        self._ours = f"<{self.draft.iris.base}".encode()

    def apply(self, arriving: Iterable[Incoming], faults: list[Fault]) -> Counts:
        """Walk both sides; a record that is quarantined now keeps its last good version."""
        gone: list[list[Entry]] = []
        self._buried = records.buried(self.draft)
        self._keys = {records.key_of(record): topic for topic, record in self._buried.items()}
        self._keys |= self.draft.ledger.keys()

        def missed(versions: list[Entry]) -> None:
            if any(entry.graph == self.graph for entry in versions):
                gone.append(versions)

        rows = self.draft.ledger.walk()
        row = next(rows, None)
        for record in arriving:
            while row is not None and _token(row[0]) < record.token:
                missed(row[1])
                row = next(rows, None)
            known = row is not None and _token(row[0]) == record.token
            versions = row[1] if known and row is not None else []
            aside = record.token.startswith(self._ours) and self._is_aside(record, faults)
            self._take(record, versions, aside=aside)
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
        self._link()
        for entry in self._passed_on:
            self._index_again(entry)
        if self.indexer is not None:
            self._settle(self.indexer)
            self.indexer.finish()

    def _settle(self, indexer: Indexer) -> None:
        """Index whole what the changes alone do not tell: datasets of which only a part changed, or all but one."""
        left = indexer.settle()
        stale = {dataset for dataset, part in left.lacking if self._is_described(part)}
        for part in self._parts_gone.union(left.unasked):
            named_by = self.draft.store.quads_for_pattern(None, DCAT.distribution, NamedNode(part), DefaultGraph())
            stale.update(quad.subject.value for quad in named_by if isinstance(quad.subject, NamedNode))
        for entry in filter(None, map(self.draft.ledger.get, sorted(stale))):
            if entry.kind in PAGED:
                self._index_again(entry)

    def _is_described(self, iri: str) -> bool:
        return next(self.draft.store.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph()), None) is not None

    def _index_again(self, entry: Entry) -> None:
        """From the store; the draft's changes are finished."""
        self._index(entry, whole(self.draft.store, entry.iri), new=False)

    def _named_graph(self, entry: Entry) -> NamedNode:
        iris = self.draft.iris
        if entry.graph.startswith("vocabulary/"):
            return iris.vocabulary(entry.source)
        return iris.source(entry.source) if entry.owned else iris.claims(entry.source)

    def _is_aside(self, record: Incoming, faults: list[Fault]) -> bool:
        """Whether the record speaks in the name of the portal, which no source does."""
        aside = self.graph.startswith("source/") and self.draft.iris.is_own_word(record.iri)
        if aside and self._set_aside < _MOST_SET_ASIDE:
            source = self.graph.partition("/")[2]
            faults.append(Fault(source, None, None, record.iri, _SET_ASIDE, "", "set aside"))
        self._set_aside += aside
        return aside

    def _take(self, record: Incoming, versions: list[Entry], *, aside: bool) -> None:
        mine = next((entry for entry in versions if entry.graph == self.graph), None)
        if mine is not None and mine.owned and aside:  # from before this was known
            self._leave([mine])
            mine = None
        self.counts.triples += record.lines
        digest = record.hash
        if mine is None:
            self.counts.added += 1
            owned = not aside and not any(entry.owned for entry in versions)
            self._put(record, digest, versions, owned=owned, before=None)
        elif mine.hash != digest:
            self.counts.changed += 1
            self._withdraw(mine)
            self._put(record, digest, versions, owned=bool(mine.owned), before=mine)
        else:
            self.counts.unchanged += 1
            self._compare_received(mine, record.mended)
            if self.partial and records.has_record(mine):
                self.draft.changes.remove(self.draft.iris.records, records.record_iri(self.draft.iris, mine))
                self._record(mine, record.block)

    def _compare_received(self, mine: Entry, mended: bytes | None) -> None:
        now = None if mended is None else judged_hash(mine.hash, mended)
        if mine.owned and self.repaired.get(mine.iri) != now:
            self.mended_otherwise.add(mine.iri)

    def _put(
        self, record: Incoming, digest: bytes, versions: list[Entry], *, owned: bool, before: Entry | None
    ) -> None:
        kind = self._kind(record)
        iri = record.iri
        known = self.history.versions(iri) if self.history else []
        first, changed = self._dates(digest, before, known)
        entry = Entry(
            iri, self.graph, int(owned), kind,
            key=self._key(iri, [*versions, *known]) if kind in PAGED else None,
            title=record.title() if kind in PAGED else None,
            hash=digest, triples=record.lines, first_second=first, changed_second=changed,
        )  # fmt: skip
        self.draft.changes.add(self._named_graph(entry), record.block, record.lines)
        self._entries.append(entry)
        if owned:
            self._record(entry, record.block)
            if kind == "records" and (topic := record.topic()):
                self._recorded.add(topic)
            self._log(entry, "changed" if before else "added")
            if kind in PAGED:
                self._exhume(iri)
                self._index(entry, record.block, new=before is None)
            elif before is not None and before.kind in PAGED:
                self._bury(before)
                self._unindex(iri)
            if kind == DISTRIBUTIONS:
                self._index(entry, record.block, new=before is None)
            elif before is not None and before.kind == DISTRIBUTIONS:
                self._parts_gone.add(iri)
        if len(self._entries) >= _BATCH:
            self._write_batch()

    def _kind(self, record: Incoming) -> str:
        """Its kind; what a vocabulary lists is a concept without a page here, even where it is an organisation too."""
        kind = record.kind()
        return "concepts" if kind in PAGED and not self.graph.startswith("source/") else kind

    def _key(self, iri: str, versions: list[Entry]) -> str:
        """What it had, unless that is another's by now, else the first that nobody has."""
        had = (version.key for version in versions if version.key is not None)
        wanted = chain(had, self.draft.iris.page_keys(iri))
        found = next(one for one in wanted if self._keys.get(one, iri) == iri)
        self._keys[found] = iri
        return found

    def _dates(self, digest: bytes, before: Entry | None, versions: list[Entry]) -> tuple[int, int]:
        """When a version was first seen and when it last changed."""
        present = seconds(self.now)
        if before is not None:
            return before.first_second, present
        known = next((version for version in versions if version.graph == self.graph), None)
        if known is None:
            return present, present
        return known.first_second, known.changed_second if known.hash == digest else present

    def _withdraw(self, entry: Entry) -> None:
        if entry.kind == "records" and entry.owned:
            self._unlinked |= records.topics_of(self.draft, entry.iri)
        self.draft.changes.remove(self._named_graph(entry), entry.iri)
        if records.has_record(entry):
            self.draft.changes.remove(self.draft.iris.records, records.record_iri(self.draft.iris, entry))

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
            self._bury(mine)
            self._unindex(mine.iri)
            if mine.kind == DISTRIBUTIONS:
                self._parts_gone.add(mine.iri)
        else:
            self._pass_on(heir)

    def _pass_on(self, claim: Entry) -> None:
        owner = claim._replace(owned=1, changed_second=seconds(self.now))
        self.draft.changes.move(claim.iri, self._named_graph(claim), self._named_graph(owner))
        self._entries.append(owner)
        self._record(owner, records.types_of(self.draft, claim.iri, self._named_graph(claim)))
        self._log(owner, "changed")
        if owner.kind in PAGED:
            self._passed_on.append(owner)
        elif owner.kind == DISTRIBUTIONS:
            self._parts_gone.add(owner.iri)

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
            self.indexer.put(entry.iri, entry.kind, block, entry.source, new=new)

    def _unindex(self, iri: str) -> None:
        if self.indexer is not None:
            self.indexer.delete(iri)

    def _record(self, entry: Entry, block: bytes) -> None:
        if records.has_record(entry):
            told = records.record(self.draft.iris, entry, block, seconds(self.now) if self.partial else None)
            self.draft.changes.add(self.draft.iris.records, told, told.count(b"\n"))
            self._recorded.add(entry.iri)

    def _bury(self, entry: Entry) -> None:
        if records.has_page(entry):
            told = records.tombstone(self.draft.iris, entry, seconds(self.now))
            self.draft.changes.add(self.draft.iris.changes, told, told.count(b"\n"))

    def _exhume(self, iri: str) -> None:
        if iri in self._buried:
            self.draft.changes.remove(self.draft.iris.changes, self._buried.pop(iri))

    def _link(self) -> None:
        """Let our records point to those that the harvested data has of the same resources."""
        if not self.graph.startswith("source/"):
            return
        has_any = next(self.draft.ledger.of_kind("records"), None) is not None
        records.link(self.draft, self._unlinked | self._recorded if has_any else self._unlinked)
        if not self.partial:
            records.forget_seen(self.draft, self.graph.partition("/")[2])


def _token(iri: str) -> bytes:
    return f"<{iri}>".encode()
