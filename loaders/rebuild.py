"""Everything anew from the archive: after a change of the model, of the rules, or of the base IRI."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from graph import lock
from graph.errors import NotFound, SourceError
from graph.generations import Draft, Generation
from graph.ledger import Change, Ledger
from loaders import authority, conformity, departures, judging, lists, records
from loaders.fetch import Validators
from loaders.handover import Handover, Spool
from loaders.library import tell as tell_library
from loaders.merge import Merge
from loaders.parse import Fault
from loaders.pipeline import Outcome, Pipeline, Progress
from loaders.sources.dcat import Document
from loaders.terms import Terms
from loaders.unpack import unpack
from queries.prepared import prepare


def rebuild(pipeline: Pipeline, progress: Progress, *, wait: bool = False) -> list[Outcome]:
    """Read each source's last state again from its archived bytes and publish the result as one new generation.

    Sources are taken in the order in which they were first loaded, so that ownership comes out the same. Raises
    SourceError when archived bytes are gone; then nothing has changed.
    """
    with lock.writer(pipeline.data, "rebuild", wait=wait):
        now = pipeline.clock()
        generations = pipeline.generations
        head = generations.head_number()
        if head is None:
            raise NotFound("generation to rebuild", str(pipeline.data))
        with (
            generations.open(head) as old,
            generations.draft(pipeline.iris, None) as draft,
            pipeline.reader.work() as work,
        ):
            authority.refresh(draft, now, pipeline.tables)
            with ExitStack() as files:
                spools = {name: _spool(files, work) for name in old.manifest.sources}
                outcomes = [_source(pipeline, draft, old, work, now, progress, *item) for item in spools.items()]
                if outcomes and (old.path / judging.NAME).exists():
                    judging.judge(draft, spools)
                    conformity.tell(draft)
            _log(old.ledger, draft, now)
            records.keep_tombstones(old, draft, now)
            departures.note(draft, old)
            lists.carry_on(old.store, draft)
            lists.refresh(draft, now)
            tell_library(draft)
            prepare(draft.store, draft.folder / "prepared")
            sealed = generations.seal(draft, "rebuild", now)
        generations.flip(sealed)
        return outcomes


def _spool(files: ExitStack, work: Path) -> Spool:
    """Where the lines of a source go, to be judged as they were received."""
    return Spool(files.enter_context(tempfile.TemporaryFile(dir=work, buffering=1 << 20)), Handover.fresh())


def _source(
    pipeline: Pipeline,
    draft: Draft,
    old: Generation,
    work: Path,
    now: datetime,
    progress: Progress,
    name: str,
    spool: Spool,
) -> Outcome:
    state = old.manifest.sources[name]
    documents = [_again(pipeline, noted, work) for noted in state["documents"]]
    faults: list[Fault] = []
    with pipeline.indexer(draft) as indexer:
        merge = Merge(draft, f"source/{name}", now, indexer, history=old.ledger, logged=False)
        counts = pipeline.apply(merge, documents, faults, progress, spool)
    draft.sources[name] = state
    seen = datetime.fromisoformat(state["seen"])
    locations = tuple(document["location"] for document in state["documents"])
    records.tell_harvest(draft, records.Harvest(name, seen, seen, locations, terms=Terms.of(state, Terms())))
    return Outcome(name, draft.number, **asdict(counts), seconds=0.0)


def _again(pipeline: Pipeline, noted: dict[str, Any], work: Path) -> Document:
    """The document as it was collected, from the archived bytes."""
    location, member = noted["location"], noted["member"]
    if not pipeline.archive.holds(noted["digest"]):
        raise SourceError(location, "is no longer in the archive; load it anew, then rebuild")
    path = pipeline.archive.path(noted["digest"])
    for plain in unpack(path, work, location, pipeline.limits.unpack, lambda name: not member or name == member):
        if plain.name == member:
            return Document(
                noted["location"], plain.path, noted["format"], "", "", "", noted["base_iri"], noted["digest"],
                noted["url"], Validators(noted["etag"], noted["last_modified"]), member=member,
            )  # fmt: skip
    raise SourceError(location, f"has no member {member!r} in the archive")


def _log(old: Ledger, draft: Draft, now: datetime) -> None:
    """The old change log, and behind it what this rebuild changed."""
    draft.ledger.log(old.changes())
    draft.ledger.depart(old.departures())
    draft.ledger.log(list(_differences(old, draft, now)))


def _differences(old: Ledger, draft: Draft, now: datetime) -> Iterator[Change]:
    before = {iri: owner for iri, versions in old.walk() for owner in versions if owner.owned}
    after = {iri: owner for iri, versions in draft.ledger.walk() for owner in versions if owner.owned}
    for iri in sorted(before.keys() | after.keys()):
        was, new = before.get(iri), after.get(iri)
        if was and new and was.hash == new.hash:
            continue
        entry = new or was
        if entry is not None and entry.graph.startswith("source/"):
            change = "changed" if was and new else "added" if new else "removed"
            yield Change(draft.number, now, iri, entry.kind, entry.graph, change)
