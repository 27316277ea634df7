"""Validation of a load: each record judged once, again only when it or what it rests on changed.

The store keeps numbers by value and so forgets what datatype they had; the records of the load are therefore judged as
they were read, from a spool of the assembler's lines, with the store as the context for what they refer to. Records of
other sources that rest on what changed are read from the store, with declared datatypes restored; what else was odd
about a literal was seen when its source was loaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from graph.generations import Draft
from graph.ledger import Entry
from graph.profile import restored
from graph.store import closure
from loaders.handover import Frame, Spool
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
    """The plan of these shapes, to judge by them and to read what was found."""
    return compile_plan(shapes_of_loads(profiles))


def judge(draft: Draft, source: str, spool: Spool, profiles: tuple[str, ...] = PROFILES) -> Tally:
    """Bring the draft's results up to date with what the source says now; claims are not judged, they do not show."""
    plan = plan_of_loads(profiles)
    context = Stored(plan, draft.store, background_of(plan, folder=draft.folder.parent.parent / FOLDER))
    shapes = (digest_of(profiles), coherence.digest())
    basis = " ".join((*shapes, context.background.digest, _digest(context.hierarchy)))
    with Results.copy(_parent(draft), draft.folder / NAME, basis) as results:
        tally = revalidate(results, plan, context, _Load(draft, source, spool).changes(), own())
        results.commit()
    return tally


def _digest(hierarchy: Hierarchy) -> str:
    told = sorted(f"{one} {mask}" for one, mask in hierarchy.items())
    return blake2b("\n".join(told).encode(), digest_size=16).hexdigest()


@dataclass
class _Load:
    """The records of a draft: those of the source that is loaded from its spool, all others from the store."""

    draft: Draft
    source: str
    spool: Spool
    _places: dict[bytes, int] = field(default_factory=dict)

    def changes(self) -> Changes:
        told = {change.iri: change.change for change in self.draft.ledger.changes(since=self.draft.number - 1)}
        gone = [iri for iri, change in told.items() if change == "removed"]
        return Changes(self._changed(told.keys() - set(gone)), gone, self._find, self._everything)

    def _changed(self, iris: set[str]) -> Iterator[Offered]:
        """Notes where each record is, on its way."""
        tokens = {f"<{iri}>".encode(): iri for iri in iris}
        for frame in self._frames():
            iri = tokens.pop(_token(frame), None)
            if iri is not None and (entry := self._mine(iri)) is not None:
                yield _offered(frame, entry)
            elif iri is not None:
                tokens[_token(frame)] = iri
        for iri in sorted(tokens.values()):
            found = self.draft.ledger.get(iri)
            if found is not None:
                yield self._stored(found)

    def _frames(self) -> Iterator[Frame]:
        file = self.spool.file
        place = 0
        for frame in self.spool.frames():
            self._places[_token(frame)] = place
            place = file.tell()
            yield frame

    def _mine(self, iri: str) -> Entry | None:
        entry = self.draft.ledger.get(iri)
        return entry if entry is not None and entry.graph == f"source/{self.source}" else None

    def _find(self, iri: str) -> Offered | None:
        entry = self.draft.ledger.get(iri)
        place = self._places.get(f"<{iri}>".encode())
        if entry is None or place is None or entry.graph != f"source/{self.source}":
            return None if entry is None else self._stored(entry)
        self.spool.file.seek(place)
        frame = next(self.spool.handover.frames(self.spool.file, []))
        return _offered(frame, entry)

    def _everything(self) -> Iterator[Offered]:
        mine = {f"<{entry.iri}>".encode(): entry for entry in self.draft.ledger.of_graph(f"source/{self.source}")}
        for frame in self._frames():
            entry = mine.pop(_token(frame), None)
            if entry is not None and entry.owned:
                yield _offered(frame, entry)
        for source in self.draft.sources.keys() | {self.source}:
            for entry in self.draft.ledger.of_graph(f"source/{source}"):
                if entry.owned and (source != self.source or f"<{entry.iri}>".encode() in mine):
                    yield self._stored(entry)

    def _stored(self, entry: Entry) -> Offered:
        return Offered(entry.iri, entry.source, entry.hash, _block(closure(self.draft.store, NamedNode(entry.iri))))


def _token(frame: Frame) -> bytes:
    return frame.block[: frame.block.index(b" ")]


def _offered(frame: Frame, entry: Entry) -> Offered:
    repairs = tuple(Repair(*one) for one in frame.repairs)
    return Offered(entry.iri, entry.source, entry.hash, frame.block, frame.received, repairs)


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


def carry_on(draft: Draft) -> None:
    """Take over the parent's results, less those of records that changed: for loads that do not validate.

    The next load that validates judges everything, since others may rest on what changed.
    """
    parent = _parent(draft)
    if parent.exists():
        changed = {change.iri for change in draft.ledger.changes(since=draft.number - 1)}
        with Results.carry(parent, draft.folder / NAME) as results:
            results.outdate(changed)
            results.commit()


def _parent(draft: Draft) -> Path:
    """The parent's results; for a first generation a file that is not there, which Results takes for none."""
    return (draft.parent_folder or draft.folder / "no-parent") / NAME
