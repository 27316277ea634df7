"""A generation's results brought up to date: only what changed, or rests on what changed, is judged again.

The caller says which records changed. What of these others can ask is compared with what it was; whoever asked is then
judged again too. So the work grows with the change, not with the catalogue.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from pyoxigraph import BlankNode, NamedNode

from shapes.components.constraints import Term, Values
from shapes.evaluation.background import Own
from shapes.evaluation.context import Context, joined, mask_of
from shapes.evaluation.evaluate import Judgement, RecordJudge, undisturbed
from shapes.evaluation.reading import Described
from shapes.plan import Plan
from shapes.reporting.outline import ways_in
from shapes.reporting.report import Repair
from shapes.results import Kept, Results


@dataclass(frozen=True, slots=True)
class Offered:
    """A record as published, in lines of N-Triples; `received` where repair changed it. `origin` is its source."""

    iri: str
    origin: str
    hash: bytes
    block: bytes
    received: bytes | None = None
    repairs: Sequence[Repair] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new or different, what is gone; where to find a record that is neither; and all there are."""

    changed: Iterable[Offered]
    removed: Iterable[str]
    find: Callable[[str], Offered | None]
    everything: Callable[[], Iterable[Offered]]


@dataclass(slots=True)
class Tally:
    """How many records were judged because they changed, how many for others' sake, and how many are gone."""

    judged: int = 0
    again: int = 0
    removed: int = 0


def number_of(node: str) -> int:
    """A number for a node; one in very many pairs has the same."""
    return int.from_bytes(blake2b(node.encode(), digest_size=8).digest(), "big", signed=True)


def revalidate(results: Results, plan: Plan, context: Context, changes: Changes, own: Own | None = None) -> Tally:
    """Bring `results` up to date; when empty, by judging everything. The caller commits."""
    work = _Work(results, plan, context, own)
    with undisturbed():
        if results.empty or not work.follow(changes):
            work.start_over(changes)
    return work.tally


@dataclass(slots=True)
class _Work:
    results: Results
    plan: Plan
    context: Context
    own: Own | None
    tally: Tally = field(default_factory=Tally)
    judge: RecordJudge = field(init=False)
    unlisted: frozenset[int] = field(init=False)
    """Nodes of the background, which everybody asks: who did is not kept."""

    def __post_init__(self) -> None:
        self.judge = RecordJudge(self.plan, self.context, self.own)
        self.unlisted = frozenset(number_of(str(node)) for node in self.context.background)

    def follow(self, changes: Changes) -> bool:
        """Judge what changed and what rests on it; False where so much may rest on it that all has to be judged."""
        touched, done = set[int](), set[str]()
        for record in changes.changed:
            touched |= self._put(record)
            done.add(record.iri)
            self.tally.judged += 1
        for iri in changes.removed:
            touched |= self.results.remove(iri, _number_of_iri)
            done.add(iri)
            self.tally.removed += 1
        if not touched.isdisjoint(self.unlisted):
            return False
        for iri in sorted(self.results.resting_on(touched) - done):
            found = changes.find(iri)
            if found is not None:
                self._put(found)
                self.tally.again += 1
        return True

    def start_over(self, changes: Changes) -> None:
        gone = self.results.iris()
        self.tally = Tally()
        for record in changes.everything():
            self._put(record)
            gone.discard(record.iri)
            self.tally.judged += 1
        for iri in gone:
            self.results.remove(iri, _number_of_iri)
            self.tally.removed += 1

    def _put(self, record: Offered) -> set[int]:
        read = self.judge.reader.block(record.block)
        published = self.judge.judge_read(read, record.block)
        received = None if record.received is None else self.judge.judge_block(record.received)
        judgements = [one for one in (published, received) if one is not None]
        results = [result for one in judgements for result in one.results]
        facts, pointed = self._facts(record, read)
        kept = Kept(
            record.iri, record.origin, record.hash, published.results,
            None if received is None else received.results, record.repairs,
            ways_in(record.block + (record.received or b""), results),
            facts, pointed, self._rests(judgements),
        )  # fmt: skip
        return self.results.put(kept, _number_of_iri)

    def _rests(self, judgements: Iterable[Judgement]) -> frozenset[int]:
        asked = {node for one in judgements for node in one.consulted if not isinstance(node, BlankNode)}
        return frozenset(number_of(str(node)) for node in asked) - self.unlisted

    def _facts(self, record: Offered, read: Described) -> tuple[bytes, frozenset[tuple[int, int]]]:
        """What others can ask of the record, as a digest; and the nodes that predicates followed backwards lead to."""
        node = NamedNode(record.iri)
        properties = read.get(node, {})
        known = joined(properties, self.context.background.values.get(node, {}))
        told = [str(self._mask(node, properties)), *self._told(known)]
        if not self.plan.remote.isdisjoint(self.plan.closed):
            told.append(record.hash.hex())
        pointed = frozenset((*self._pointed(read), *self._followed(read)))
        return blake2b("\n".join(told).encode(), digest_size=16).digest(), pointed

    def _pointed(self, read: Described) -> Iterator[tuple[int, int]]:
        for subject, properties in read.items():
            for key in self.plan.inverse.intersection(properties):
                for value in properties[key]:
                    yield number_of(str(value)), number_of(f"{key} {subject}")

    def _followed(self, read: Described) -> Iterator[tuple[int, int]]:
        """For the predicates of circles, each statement: a verdict on circles rests on all of them."""
        for predicate, key in self.plan.keys.items() if self.plan.circular else ():
            if key in self.plan.circular:
                for subject, properties in read.items():
                    for value in properties.get(key, ()):
                        yield number_of(str(predicate)), number_of(f"{subject} {value}")

    def _mask(self, node: Term, properties: Mapping[int, Values]) -> int:
        types = properties.get(self.context.type_key, ())
        return mask_of(self.context.hierarchy, (*types, *self.context.background.types.get(node, ())))

    def _told(self, properties: Mapping[int, Values]) -> Iterable[str]:
        for key in sorted(self.plan.remote.intersection(properties)):
            yield from sorted(f"{key} {value}" for value in properties[key])


def _number_of_iri(iri: str) -> int:
    return number_of(f"<{iri}>")
