"""The whole way from a source to a sealed generation, readable top to bottom: `Pipeline.load`.

How documents are read is in loaders.reading.
"""

import hashlib
import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from graph import lock
from graph.errors import NotFound, PortalError, SourceError
from graph.generations import Draft, Generations
from graph.iris import Iris
from loaders import authority, conformity, departures, judging, lists
from loaders.archive import Archive
from loaders.fetch import Validators
from loaders.handover import Handover, Spool, Trailer
from loaders.indexing import Indexer
from loaders.library import tell as tell_library
from loaders.merge import Counts, Incoming, Merge, incoming
from loaders.parse import Fault
from loaders.reading import WORK, Limiting, Reader, present
from loaders.records import Harvest, keep_tombstones, tell_harvest
from loaders.reindexing import index_again
from loaders.runs import Runs
from loaders.sources.dcat import Document, Known
from loaders.terms import Terms
from queries.prepared import prepare
from vocabularies.concepts import FOLDER

RULES: Final = 3
"""Raised when parsing, repair or assembling give other records from the same bytes."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")

Progress = Callable[[str, int], None]
"""Told the step and how many records it has done."""


@dataclass(frozen=True, slots=True)
class Order:
    """One load: where from, under which name, and what to do with it."""

    locations: Sequence[str]
    source: str
    format: str | None = None
    partial: bool = False
    validate: bool = True
    strict: bool = False
    publish: bool = True
    wait: bool = False
    terms: Terms | None = None
    """On which terms its metadata may be used; None where that was not asked, and what was known stays."""

    def __post_init__(self) -> None:
        if not _NAME.match(self.source):
            raise SourceError(
                self.source, "is no name for a source: lower-case letters, digits, dots and hyphens, 64 at the most"
            )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a load did: the line that `catalograph load` ends with."""

    source: str
    generation: int | None
    added: int
    changed: int
    removed: int
    unchanged: int
    quarantined: int
    triples: int
    seconds: float


class Refused(PortalError):
    """A strict load whose data has violations."""

    def __init__(self, violations: int) -> None:
        super().__init__(f"{violations} violations: refused, nothing has changed")
        self.violations = violations


@dataclass(frozen=True, slots=True)
class _Load:
    """An order on its way: what was collected for it, and where its faults and files go."""

    order: Order
    documents: list[Document]
    now: datetime
    faults: list[Fault]
    work: Path
    progress: Progress
    trailers: list[Trailer]


@dataclass(frozen=True, slots=True)
class Loaded:
    """`outcome` is None when the load was refused (`strict`) for its `violations`; then nothing has changed."""

    outcome: Outcome | None
    faults: list[Fault]
    violations: int
    trailer: Trailer = field(default_factory=Trailer)
    """What was repaired; empty where nothing was read, for it was read by the same rules before."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Everything a load needs, for one data directory."""

    data: Path
    iris: Iris
    limits: Limiting = field(default_factory=Limiting)
    clock: Callable[[], datetime] = present
    vocabularies: Path | None = None

    @property
    def tables(self) -> Path:
        """Where the operator's newer authority tables are, if there are any."""
        return self.vocabularies or self.data / FOLDER

    @property
    def generations(self) -> Generations:
        return Generations(self.data)

    @property
    def reader(self) -> Reader:
        return Reader(self.data, self.iris, self.tables, self.limits, self.clock)

    @property
    def archive(self) -> Archive:
        return self.reader.archive

    @property
    def runs(self) -> Runs:
        return Runs(self.data / "runs.sqlite")

    def load(self, order: Order, progress: Progress = lambda _step, _done: None) -> Loaded:
        """Take in a source's whole state, seal a generation, and publish it unless told not to.

        Raises SourceError, FormatError or StoreError; then nothing has changed, and the run says why.
        """
        begun = time.monotonic()
        with lock.writer(self.data, f"load {order.source}", wait=order.wait):
            now = self.clock()
            self._tidy()
            with self._run(order, now) as run, self.reader.work() as work:
                progress("fetch", 0)
                documents = self.reader.collect(order.locations, order.format, work, now, self._known(order.source))
                faults, trailers = list[Fault](), list[Trailer]()
                try:
                    number, counts = self._seal(_Load(order, documents, now, faults, work, progress, trailers))
                except Refused as refused:
                    self.runs.finish(run, None, str(refused))
                    return Loaded(None, faults, refused.violations, *trailers)
                if order.publish:
                    self.generations.flip(number)
                self.runs.tell(run, faults)
                published = number if order.publish else None
                outcome = Outcome(order.source, published, **asdict(counts), seconds=round(time.monotonic() - begun, 2))
                self.runs.finish(run, asdict(outcome), None)
                self.retain(now)
        return Loaded(outcome, faults, 0, *trailers)

    def _tidy(self) -> None:
        """Remove the work folders of loads that were killed; the caller holds the lock."""
        for left in self.data.glob(f"{WORK}*"):
            shutil.rmtree(left, ignore_errors=True)

    def retain(self, now: datetime) -> None:
        """Remove generations and archived bytes that are past their time; the caller holds the lock."""
        self.generations.retain(self.limits.keep, self.limits.retained, now)
        self.archive.expire(now, self._referenced(), self.limits.archive_age)

    def _referenced(self) -> set[str]:
        """Digests that `rebuild` needs: those of each source's last state."""
        head = self.generations.head_number()
        if head is None:
            return set()
        with self.generations.open(head) as generation:
            states = generation.manifest.sources.values()
            return {document["digest"] for state in states for document in state["documents"]}

    @contextmanager
    def _run(self, order: Order, now: datetime) -> Iterator[int]:
        run = self.runs.start(order.source, "load", now)
        try:
            yield run
        except PortalError as error:
            self.runs.finish(run, None, str(error))
            raise

    def _state(self, source: str) -> dict[str, Any]:
        head = self.generations.head_number()
        if head is None:
            return {}
        with self.generations.open(head) as generation:
            found: dict[str, Any] = generation.manifest.sources.get(source, {})
            return found

    def _known(self, source: str) -> dict[str, Known]:
        return {
            document["url"]: Known(Validators(document["etag"], document["last_modified"]), document["digest"])
            for document in self._state(source).get("documents", ())
            if document["url"]
        }

    def _seal(self, load: "_Load") -> tuple[int, Counts]:
        order, now = load.order, load.now
        before = self._state(order.source)
        state: dict[str, Any] = {
            "since": before.get("since", now.isoformat()),
            "seen": now.isoformat(),
            "fingerprint": _fingerprint(load.documents, order),
            "documents": [_noted(document) for document in load.documents],
            **asdict(order.terms or Terms.of(before, Terms())),
        }
        with self.generations.draft(self.iris, self.generations.head_number()) as draft:
            self._renew_index(draft)
            renewed = authority.refresh(draft, now, self.tables)
            same = before.get("fingerprint") == state["fingerprint"] and not renewed and not order.partial
            if same and (not order.validate or judging.is_judged(draft)):
                draft.changes.finish()
                counts = self._same(draft, order.source)
                judging.carry_on(draft)
            else:
                with self.indexer(draft) as indexer:
                    counts = self._change(draft, indexer, load)
            draft.sources[order.source] = {**state, "quarantined": counts.quarantined}
            load.progress("publish", 0)
            locations = tuple(order.locations)
            terms = Terms.of(state, Terms())
            tell_harvest(draft, Harvest(order.source, now, self.clock(), locations, partial=order.partial, terms=terms))
            changed = renewed or counts.added or counts.changed or counts.removed or draft.retold
            self._prepare(draft, now, unchanged=not changed)
            return self.generations.seal(draft, f"load {order.source}", now), counts

    def _prepare(self, draft: Draft, now: datetime, *, unchanged: bool) -> None:
        """The portal's own list, and what pages count; with not a record changed they are as in the parent."""
        target = draft.folder / "prepared"
        tell_library(draft)
        if unchanged and draft.parent_folder is not None:
            draft.unchanged = True
            shutil.copytree(draft.parent_folder / "prepared", target, dirs_exist_ok=True)
        else:
            lists.refresh(draft, now)
            if draft.parent is not None:
                with self.generations.open(draft.parent.number) as before:
                    departures.note(draft, before)
            prepare(draft.store, target)

    def _renew_index(self, draft: Draft) -> None:
        """Index what an older program had indexed: once, after an upgrade."""
        if draft.unindexed:
            with self.indexer(draft) as indexer:
                index_again(draft, indexer)

    def indexer(self, draft: Draft) -> Indexer:
        return Indexer(draft.search, isolation_required=self.limits.isolation_required)

    def _change(self, draft: Draft, indexer: Indexer, load: "_Load") -> Counts:
        order = load.order
        known = judging.repaired(draft, order.source)
        graph = f"source/{order.source}"
        merge = Merge(draft, graph, load.now, indexer, partial=order.partial, repaired=known)
        if not order.validate:
            counts = self.apply(merge, load.documents, load.faults, load.progress, trailers=load.trailers)
            self._refuse_empty(order, counts)
            judging.carry_on(draft, merge.mended_otherwise)
            return counts
        with tempfile.TemporaryFile(dir=load.work, buffering=1 << 20) as file:
            spool = Spool(file, Handover.fresh())
            counts = self.apply(merge, load.documents, load.faults, load.progress, spool, load.trailers)
            self._refuse_empty(order, counts)
            load.progress("validate", 0)
            judging.judge(draft, {order.source: spool}, merge.mended_otherwise)
            conformity.tell(draft)
        violations = judging.violations(draft, order.source) if order.strict else 0
        if violations:
            raise Refused(violations)
        return counts

    def _same(self, draft: Draft, source: str) -> Counts:
        """The very bytes of last time, read by the same rules: nothing to parse, nothing changed."""
        entries = list(draft.ledger.of_graph(f"source/{source}"))
        quarantined = draft.sources[source]["quarantined"]
        return Counts(unchanged=len(entries), quarantined=quarantined, triples=sum(entry.triples for entry in entries))

    def _refuse_empty(self, order: Order, counts: Counts) -> None:
        if counts.triples == 0 and not order.partial:
            raise SourceError(
                ", ".join(order.locations), "holds no statement; what is published of this source stays as it is"
            )

    def apply(
        self,
        merge: Merge,
        documents: list[Document],
        faults: list[Fault],
        progress: Progress,
        spool: Spool | None = None,
        trailers: list[Trailer] | None = None,
    ) -> Counts:
        """Parse the documents in the cage and bring the merge's draft up to what they say; `spool` gets the lines."""
        progress("read", 0)
        handover = spool.handover if spool else Handover.fresh()
        with self.reader.reading("assemble", documents, merge.graph.partition("/")[2], handover) as told:
            frames = handover.frames(told, faults, spool.file if spool else None, trailers)
            counts = merge.apply(_counted(incoming(frames), progress), faults)
        merge.finish()
        return counts

    def publish(self) -> int:
        """Move readers to the newest sealed generation; its number."""
        with lock.writer(self.data, "publish"):
            head = self.generations.head_number()
            if head is None:
                raise NotFound("sealed generation", str(self.data))
            self.generations.flip(head)
            return head

    def rollback(self, number: int, *, wait: bool = False) -> int:
        """Seal and publish a new generation with the content of an older one; the new number."""
        with lock.writer(self.data, f"rollback to {number}", wait=wait):
            now = self.clock()
            with self.generations.rollback(number, self.iris, now) as draft:
                self._renew_index(draft)
                draft.changes.finish()
                with self.generations.open(draft.number - 1) as newest:
                    keep_tombstones(newest, draft, now)
                    departures.note(draft, newest)
                lists.go_on(draft, self.generations, now)
                tell_library(draft)
                prepare(draft.store, draft.folder / "prepared")
                sealed = self.generations.seal(draft, f"rollback to {number}", now)
            self.generations.flip(sealed)
            return sealed


def _counted(records: Iterator[Incoming], progress: Progress) -> Iterator[Incoming]:
    for number, record in enumerate(records):
        if number % 1000 == 0:
            progress("load", number)
        yield record


def _noted(document: Document) -> dict[str, Any]:
    return {
        "location": document.location,
        "url": document.url,
        "member": document.member,
        "digest": document.digest,
        "format": document.format,
        "base_iri": document.base_iri,
        "etag": document.validators.etag,
        "last_modified": document.validators.last_modified,
    }


def _fingerprint(documents: list[Document], order: Order) -> str:
    """Of the bytes received and everything that decides what is read from them."""
    told = [RULES, order.partial, [(d.digest, d.member, d.format, d.base_iri) for d in documents]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
