"""Validation of a load: each record judged once, again only when it or what it rests on changed.

The store keeps numbers by value and so forgets what datatype they had; the records of the load are therefore judged as
they were read, from a spool of the assembler's lines, with the store as the context for what they refer to. Records of
other sources that rest on what changed are read from the store, with declared datatypes restored; what else was odd
about a literal was seen when its source was loaded.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from graph.errors import StoreError
from graph.generations import Draft
from graph.ledger import Entry
from graph.profile import restored
from graph.store import closure
from loaders.handover import Frame, Spool
from loaders.merge import judged_hash
from shapes import coherence
from shapes.evaluation.background import background_of, own
from shapes.evaluation.context import Hierarchy, Stored
from shapes.plan import Plan, compile_plan
from shapes.profiles import digest_of, shapes_of
from shapes.reporting.report import Repair
from shapes.results import Results
from shapes.revalidation import Changes, Offered, Tally, revalidate
from vocabularies.concepts import FOLDER
from vocabularies.namespaces import SH

NAME: Final = "results.sqlite"
PROFILES: Final = ("dcat-ap", "dcat-ap-hvd", "portal")
"""What a load validates against unless told otherwise."""


def shapes_of_loads(profiles: tuple[str, ...] = PROFILES) -> list[Quad]:
    """The shapes graph that loads are judged by: that of the profiles, and what holds whatever the profile."""
    return shapes_of(profiles) + coherence.coherence()


def plan_of_loads(profiles: tuple[str, ...] = PROFILES) -> Plan:
    """The plan of these shapes, to judge by them and to read what was found; compiled once in a process."""
    return _plan(profiles)


@cache
def _plan(profiles: tuple[str, ...]) -> Plan:
    return compile_plan(shapes_of_loads(profiles))


def judge(
    draft: Draft,
    spools: Mapping[str, Spool],
    mended_otherwise: AbstractSet[str] = frozenset(),
    profiles: tuple[str, ...] = PROFILES,
) -> Tally:
    """Bring the draft's results up to date with what sources say now; claims are not judged, they do not show.

    `spools` has the lines of the sources that were read. `mended_otherwise` are records that did not change, but what
    was received for them did.
    """
    plan = plan_of_loads(profiles)
    context = Stored(plan, draft.store, background_of(plan, folder=draft.folder.parent.parent / FOLDER))
    shapes = (digest_of(profiles), coherence.digest())
    basis = " ".join((*shapes, context.background.digest, _digest(context.hierarchy)))
    load = _Load(draft, spools, mended_otherwise)
    with Results.copy(_parent(draft), draft.folder / NAME, basis) as results:
        tally = revalidate(results, plan, context, load.changes(), own())
        results.commit()
    for source in load.without_received:
        draft.sources[source] = {**draft.sources[source], "fingerprint": None}  # its next load reads it again
    return tally


def _digest(hierarchy: Hierarchy) -> str:
    told = sorted(f"{one} {mask}" for one, mask in hierarchy.items())
    return blake2b("\n".join(told).encode(), digest_size=16).hexdigest()


@dataclass
class _Load:
    """The records of a draft: those of the sources that were read from their spools, all others from the store."""

    draft: Draft
    spools: Mapping[str, Spool]
    mended_otherwise: AbstractSet[str]
    without_received: set[str] = field(default_factory=set)
    """Sources of repaired records that were judged as published only, since what was received is not at hand."""
    _places: dict[tuple[str, bytes], int] = field(default_factory=dict)
    _repaired: dict[str, AbstractSet[str]] = field(default_factory=dict)

    def changes(self) -> Changes:
        told = {change.iri: change.change for change in self.draft.ledger.changes(since=self.draft.number - 1)}
        gone = [iri for iri, change in told.items() if change == "removed"]
        changed = (told.keys() | self.mended_otherwise) - set(gone)
        return Changes(self._changed(changed), gone, self._find, self._everything)

    def _changed(self, iris: set[str]) -> Iterator[Offered]:
        """Notes where each record is, on its way."""
        tokens = {f"<{iri}>".encode(): iri for iri in iris}
        for source in self.spools:
            for frame in self._frames(source):
                iri = tokens.get(_token(frame))
                if iri is not None and (entry := self._owned(iri, source)) is not None:
                    del tokens[_token(frame)]
                    yield _offered(frame, entry)
        for iri in sorted(tokens.values()):
            found = self.draft.ledger.get(iri)
            if found is not None:
                yield self._stored(found)

    def _frames(self, source: str) -> Iterator[Frame]:
        spool, place = self.spools[source], 0
        for frame in spool.frames():
            self._places[source, _token(frame)] = place
            place = spool.file.tell()
            yield frame

    def _owned(self, iri: str, source: str) -> Entry | None:
        entry = self.draft.ledger.get(iri)
        return entry if entry is not None and entry.graph == f"source/{source}" else None

    def _find(self, iri: str) -> Offered | None:
        entry = self.draft.ledger.get(iri)
        if entry is None:
            return None
        place = self._places.get((entry.source, f"<{iri}>".encode()))
        if place is None:
            return self._stored(entry)
        spool = self.spools[entry.source]
        spool.file.seek(place)
        return _offered(next(spool.handover.frames(spool.file, [])), entry)

    def _everything(self) -> Iterator[Offered]:
        for source in dict.fromkeys((*self.spools, *self.draft.sources)):
            owned = {entry.iri: entry for entry in self.draft.ledger.of_graph(f"source/{source}") if entry.owned}
            for frame in self._frames(source) if source in self.spools else ():
                entry = owned.pop(_token(frame)[1:-1].decode(), None)
                if entry is not None:
                    yield _offered(frame, entry)
            yield from map(self._stored, owned.values())

    def _stored(self, entry: Entry) -> Offered:
        if entry.iri in self._repaired_of(entry.source):
            self.without_received.add(entry.source)
        return Offered(entry.iri, entry.source, entry.hash, _block(closure(self.draft.store, NamedNode(entry.iri))))

    def _repaired_of(self, source: str) -> AbstractSet[str]:
        """The records of a source that are known to be published otherwise than they were received."""
        if source not in self._repaired:
            self._repaired[source] = repaired(self.draft, source).keys()
        return self._repaired[source]


def _token(frame: Frame) -> bytes:
    return frame.block[: frame.block.index(b" ")]


def _offered(frame: Frame, entry: Entry) -> Offered:
    repairs = tuple(Repair(*one) for one in frame.repairs)
    judged = judged_hash(entry.hash, frame.mended)
    return Offered(entry.iri, entry.source, judged, frame.block, frame.received, repairs)


def _block(triples: list[Triple]) -> bytes:
    """The lines of a record as the assembler orders them: its IRI's first."""
    text = serialize((_restored(triple) for triple in triples), format=RdfFormat.N_TRIPLES) or b""
    return b"".join(sorted(text.splitlines(keepends=True)))


def _restored(triple: Triple) -> Triple:
    value = triple.object
    return (
        Triple(triple.subject, triple.predicate, restored(triple.predicate, value))
        if isinstance(value, Literal)
        else triple
    )


def violations(draft: Draft, source: str) -> int:
    """How many violations the records have that this source owns."""
    with Results.open(draft.folder / NAME) as results:
        return results.violations(SH.Violation, source)


def repaired(draft: Draft, source: str) -> dict[str, bytes]:
    """The records of a source that repair changed, as the parent's results have them: judged_hash by IRI."""
    if not _parent(draft).exists():
        return {}
    try:
        with Results.open(_parent(draft)) as results:
            return results.repaired(source)
    except StoreError:  # of another version: nobody goes on from these
        return {}


def is_judged(draft: Draft) -> bool:
    """Whether the parent has results on all of its records."""
    if not _parent(draft).exists():
        return False
    try:
        with Results.open(_parent(draft)) as results:
            return not results.outdated
    except StoreError:
        return False


def carry_on(draft: Draft, mended_otherwise: AbstractSet[str] = frozenset()) -> None:
    """Take over the parent's results, less those of records that changed: for loads that do not validate.

    The next load that validates judges everything, since others may rest on what changed.
    """
    parent = _parent(draft)
    if parent.exists():
        changed = {change.iri for change in draft.ledger.changes(since=draft.number - 1)} | mended_otherwise
        with Results.carry(parent, draft.folder / NAME) as results:
            results.outdate(changed)
            results.commit()


def _parent(draft: Draft) -> Path:
    """The parent's results; for a first generation a file that is not there, which Results takes for none."""
    return (draft.parent_folder or draft.folder / "no-parent") / NAME
