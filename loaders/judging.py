"""Validation of a load, on what came: each record judged once, again only when it or what it rests on changed.

The store keeps numbers by value and so forgets what datatype they had; the records are therefore judged as they were
read, from a spool of the assembler's lines, with the store as the context for what they refer to.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, parse

from graph.generations import Draft
from loaders.handover import Spool
from loaders.merge import incoming
from shapes.context import Stored
from shapes.profiles import digest_of, plan_of
from shapes.results import Results
from shapes.revalidation import Offered, revalidate
from vocabularies.namespaces import SH

NAME: Final = "results.sqlite"
PROFILES: Final = ("dcat-ap",)


def judge(draft: Draft, source: str, spool: Spool) -> None:
    """Bring the draft's results up to date with what the source says now; claims are not judged, they do not show."""
    plan = plan_of(PROFILES)
    mine = {entry.iri for entry in draft.ledger.of_graph(f"source/{source}") if entry.owned}
    with Results.copy(_parent(draft), draft.folder / NAME, digest_of(PROFILES)) as results:
        others = {iri for iri in results.iris() - mine if draft.ledger.get(iri) is not None}
        revalidate(results, plan, Stored(plan, draft.store), _offered(spool, mine), others=others)
        results.commit()


def _offered(spool: Spool, mine: set[str]) -> Iterator[Offered]:
    for record in incoming(spool.frames()):
        if record.iri in mine:
            yield Offered(record.iri, record.hash, partial(parse, record.block, RdfFormat.N_TRIPLES))


def violations(draft: Draft, source: str) -> int:
    """How many violations the records have that this source owns."""
    owned = {NamedNode(entry.iri) for entry in draft.ledger.of_graph(f"source/{source}") if entry.owned}
    with Results.open(draft.folder / NAME) as results:
        found = results.findings(plan_of(PROFILES))
        return sum(one.record in owned and one.result.source.severity == SH.Violation for one in found)


def carry_on(draft: Draft) -> None:
    """Take over the parent's results, less those of records that changed: for loads that do not validate."""
    parent = _parent(draft)
    if parent.exists():
        with Results.copy(parent, draft.folder / NAME, digest_of(PROFILES)) as results:
            for change in draft.ledger.changes(since=draft.number - 1):
                results.remove(change.iri)
            results.commit()


def _parent(draft: Draft) -> Path:
    """The parent's results; for a first generation a file that is not there, which Results takes for none."""
    return (draft.parent_folder or draft.folder / "no-parent") / NAME
