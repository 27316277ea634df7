"""Validation of a load, on what came: each record judged once, again only when it or what it rests on changed.

The store keeps numbers by value and so forgets what datatype they had; the records are therefore judged as they were
read, from a spool of the assembler's lines, with the store as the context for what they refer to.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

from pyoxigraph import RdfFormat, parse

from graph.generations import Draft
from loaders.merge import Incoming, incoming
from shapes.context import Fingerprints, Stored
from shapes.evaluate import RecordJudge
from shapes.profiles import digest_of, plan_of
from shapes.results import Results
from vocabularies.namespaces import SH

NAME: Final = "results.sqlite"
PROFILES: Final = ("dcat-ap",)


def judge(draft: Draft, source: str, spool: IO[bytes]) -> int:
    """Bring the draft's results up to date with the records in the spool; the violations of this source's records."""
    plan = plan_of(PROFILES)
    context = Stored(plan, draft.store)
    fingerprints = Fingerprints(plan)
    judging = RecordJudge(plan, context)
    with Results.copy(_parent(draft), draft.folder / NAME, digest_of(PROFILES)) as results:
        _forget(draft, results)
        violations = 0
        for record in _published(draft, source, incoming(spool, [])):
            if not results.fresh(record.iri, record.hash, context, fingerprints):
                statements = parse(record.block, RdfFormat.N_TRIPLES)
                results.put(record.iri, record.hash, judging.judge(statements), fingerprints)
            violations += sum(result.source.severity == SH.Violation for result in results.of(record.iri, plan))
        results.commit()
    return violations


def carry_on(draft: Draft) -> None:
    """Take over the parent's results, less those of records that changed: for loads that do not validate."""
    parent = _parent(draft)
    if parent.exists():
        with Results.copy(parent, draft.folder / NAME, digest_of(PROFILES)) as results:
            _forget(draft, results)
            results.commit()


def _parent(draft: Draft) -> Path:
    return draft.parent_folder / NAME if draft.parent_folder else Path("/nonexistent")


def _forget(draft: Draft, results: Results) -> None:
    for change in draft.ledger.changes(since=draft.number - 1):
        results.remove(change.iri)


def _published(draft: Draft, source: str, records: Iterable[Incoming]) -> Iterable[Incoming]:
    """Claims are not judged: they are not published."""
    owned = {entry.iri for entry in draft.ledger.of_graph(f"source/{source}") if entry.owned}
    return (record for record in records if record.iri in owned)
