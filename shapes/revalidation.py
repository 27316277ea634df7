"""A generation's results brought up to date: only what changed, or rests on what changed, is judged again."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from shapes.context import Context, Fingerprints, Statement
from shapes.evaluate import RecordJudge
from shapes.plan import Plan
from shapes.results import Results


@dataclass(frozen=True, slots=True)
class Offered:
    """A record of the generation; `statements` is called only if it has to be judged."""

    iri: str
    hash: bytes
    statements: Callable[[], Iterable[Statement]]


@dataclass(slots=True)
class Tally:
    """How many records were judged, taken over as they were, and forgotten."""

    judged: int = 0
    kept: int = 0
    removed: int = 0


def revalidate(
    results: Results,
    plan: Plan,
    context: Context,
    records: Iterable[Offered],
    *,
    others: AbstractSet[str] = frozenset(),
) -> Tally:
    """Bring `results` to the state of `records`; with `others`, left as they are, these are all; the caller commits.

    The statements are to be those received, not those of a store, which writes literals in its own way.
    """
    judge, fingerprints = RecordJudge(plan, context), Fingerprints(plan)
    tally, seen = Tally(), set[str]()
    for record in records:
        seen.add(record.iri)
        if results.fresh(record.iri, record.hash, context, fingerprints):
            tally.kept += 1
        else:
            results.put(record.iri, record.hash, judge.judge(record.statements()), fingerprints)
            tally.judged += 1
    for iri in results.iris() - seen - others:
        results.remove(iri)
        tally.removed += 1
    return tally
