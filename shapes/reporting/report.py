"""A validation report: a value, never an exception; what it looks like is rendering's matter.

A report is gone through record by record, as often as one likes. Its records may come from memory or from a file, so a
report of a million results is never held as a whole; what has to be known before the first record is in its summary.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from graph.record import TITLES, kind_of
from shapes.components.constraints import Result, Source, Term
from shapes.evaluation.evaluate import Groups
from shapes.plan import Leftover
from shapes.reporting.lexicon import Unknown
from shapes.reporting.particulars import Where, texts_in, values_in
from vocabularies.concepts import LANGUAGES
from vocabularies.namespaces import DCAT, RDF, SH

SEVERITIES: Final = ("violation", "warning", "info")
"""In order of weight; the local names of SHACL's severities in lower case."""

_NAMES: Final = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


def severity_of(source: Source) -> str:
    """One of SEVERITIES; a severity of somebody's own counts as a violation, which SHACL leaves open."""
    return _NAMES.get(source.severity, "violation")


def text_of(term: Term) -> str:
    """An IRI or a literal's text as it is, a blank node as _:label."""
    return term.value if isinstance(term, (NamedNode, Literal)) else str(term)


def order_of(result: Result) -> tuple[int, str, str, str, str]:
    """How the results of one record follow one another: the gravest first, what belongs to one message together."""
    source, value = result.source, result.value
    return (
        SEVERITIES.index(severity_of(source)),
        source.path_text or "",
        f"{source.shape} {source.component}",
        text_of(result.focus),
        "" if value is None else str(value),
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """A result and the record it belongs to: the focus node, or what leads to it where that is a blank node."""

    record: Term
    result: Result


class Repair(NamedTuple):
    """One value that is published otherwise than it was received, and by which rule.

    The values are spelled as N-Triples terms; of a blank node that was replaced, what was said of it, in brackets.
    """

    predicate: str
    received: str
    published: str
    rule: str
    published_predicate: str | None = None
    """Where the rule is about the predicate."""


@dataclass(frozen=True, slots=True)
class Parent:
    """The dataset that a distribution belongs to: what a reader knows it by."""

    record: Term
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecordReport:
    """All about one record. `results`, in order, are on what was received.

    `titles` is language to title ("" for none). `published` are the results on what repair makes of it, None where
    nothing is repaired, so that they are the same. `ways` tells how the record leads to each blank node of its own that
    is the focus of a result: by which predicates. `values` are those of a focus and predicate that has too many,
    `texts` what the blank nodes that are values of results are called; both empty where nobody looked.
    """

    record: Term
    titles: Mapping[str, str]
    results: Sequence[Result]
    published: Sequence[Result] | None = None
    repairs: Sequence[Repair] = ()
    ways: Mapping[Term, Sequence[NamedNode]] = field(default_factory=dict)
    parent: Parent | None = None
    values: Mapping[Where, Sequence[Term]] = field(default_factory=dict)
    texts: Mapping[Term, Sequence[Literal]] = field(default_factory=dict)

    def grouped(self) -> Iterator[tuple[Source, list[Result]]]:
        """By message: one source has one."""
        for source, results in groupby(self.results, lambda result: result.source):
            yield source, list(results)

    def remaining(self) -> list[bool]:
        """For each of the results, whether it is still there in what is published."""
        if self.published is None:
            return [True] * len(self.results)
        left = Counter(_essence(result) for result in self.published)
        remaining = []
        for result, repair in zip(self.results, self.repaired(), strict=True):
            found = next((one for one in _essences(result, repair) if left[one] > 0), None)
            if found is not None:
                left[found] -= 1
            remaining.append(found is not None)
        return remaining

    def repaired(self) -> list[Repair | None]:
        """For each of the results the repair that concerns its value, or its field where no value is to blame.

        Which blank node a repair replaced is not known: those of one message get the repairs in turn.
        """
        if not self.repairs:
            return [None] * len(self.results)
        taken: dict[Source, set[Repair]] = {}
        found: list[Repair | None] = []
        for result in self.results:
            used = taken.setdefault(result.source, set())
            blank = isinstance(result.value, BlankNode)
            fitting = (one for one in self.repairs if _concerns(one, result) and not (blank and one in used))
            repair = next(fitting, None)
            if repair is not None:
                used.add(repair)
            found.append(repair)
        return found


def _concerns(repair: Repair, result: Result) -> bool:
    path, value = result.source.path, result.value
    if not isinstance(path, NamedNode):
        return False
    if value is None:
        return path.value in {repair.predicate, repair.published_predicate}
    if path.value != repair.predicate:
        return False
    return repair.received == str(value) or (isinstance(value, BlankNode) and repair.received.startswith("["))


_Essence = tuple[Source, str | None, str | None]


def _essence(result: Result) -> _Essence:
    """What is the same in both readings of a record: blank nodes need not be."""
    focus, value = result.focus, result.value
    return (
        result.source,
        None if isinstance(focus, BlankNode) else str(focus),
        None if value is None or isinstance(value, BlankNode) else str(value),
    )


def _essences(result: Result, repair: Repair | None) -> Iterator[_Essence]:
    """The result, and what it would be were its value replaced as the repair replaces it."""
    same = _essence(result)
    yield same
    if repair is not None:
        yield (*same[:2], repair.published)


@dataclass(slots=True)
class Tally:
    """How many results a constraint has, in how many records."""

    results: int = 0
    records: int = 0


@dataclass(slots=True)
class Summary:
    """What a report knows before its first record; filled while validating, record by record.

    `received` and `published` count by constraint, `flawed` the records with results, `repaired` those that publishing
    changes.
    """

    received: dict[Source, Tally] = field(default_factory=dict)
    published: dict[Source, Tally] = field(default_factory=dict)
    flawed: int = 0
    repaired: int = 0

    def add(self, one: RecordReport) -> None:
        """Count one more record."""
        _count(self.received, one.results)
        _count(self.published, one.results if one.published is None else one.published)
        self.flawed += bool(one.results)
        self.repaired += one.published is not None

    @property
    def counts(self) -> dict[str, int]:
        """Results on what was received, by severity."""
        return _by_severity(self.received)

    @property
    def remaining(self) -> dict[str, int]:
        """Results on what would be published, by severity."""
        return _by_severity(self.published)

    def worst(self) -> list[tuple[Source, Tally]]:
        """The constraints by severity, then by how many records they touch, the most first."""
        return sorted(self.received.items(), key=lambda item: _weight(*item))


def _weight(source: Source, tally: Tally) -> tuple[int, int, int, str, str]:
    place = SEVERITIES.index(severity_of(source))
    return place, -tally.records, -tally.results, source.path_text or "", str(source.shape)


def _count(tallies: dict[Source, Tally], results: Iterable[Result]) -> None:
    for source, found in Counter(result.source for result in results).items():
        tally = tallies.setdefault(source, Tally())
        tally.results += found
        tally.records += 1


def _by_severity(tallies: Mapping[Source, Tally]) -> dict[str, int]:
    counts = dict.fromkeys(SEVERITIES, 0)
    for source, tally in tallies.items():
        counts[severity_of(source)] += tally.results
    return counts


@dataclass(frozen=True, slots=True)
class Report:
    """`records` is how many were checked; `entries`, in order, are those with results, and can be gone through again.

    `elsewhere` is what pySHACL had to evaluate. `statements` is how many there were, `kinds` how many of the records
    that were checked are of each kind of graph.record. `compared` says that it tells what publishing would change.
    `unknown` are terms that no shape reads and their vocabulary does not have; they are no results.
    """

    profiles: tuple[str, ...]
    records: int
    entries: Iterable[RecordReport]
    summary: Summary
    elsewhere: Sequence[Leftover] = ()
    statements: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    compared: bool = False
    unknown: Sequence[Unknown] = ()

    def __iter__(self) -> Iterator[RecordReport]:
        return iter(self.entries)

    @property
    def conforms(self) -> bool:
        """As SHACL has it: there is no result at all, of whatever severity."""
        return not self.summary.received

    @property
    def counts(self) -> dict[str, int]:
        return self.summary.counts


def title_in(titles: Mapping[str, str], language: str) -> str | None:
    """In the language, else in the first of the portal's languages it has, else as it comes."""
    ordered = (titles[one] for one in (language, *LANGUAGES) if one in titles)
    return next(ordered, None) or next(iter(titles.values()), None)


def summed(entries: Iterable[RecordReport]) -> Summary:
    """The summary of records that are at hand."""
    summary = Summary()
    for entry in entries:
        summary.add(entry)
    return summary


def report_of(
    profiles: Sequence[str],
    groups: Groups,
    results: Iterable[Result],
    focuses: Iterable[Term],
    elsewhere: Sequence[Leftover] = (),
) -> Report:
    """The report of a graph given by_subject."""
    owners = _owners(groups)
    by_record: dict[Term, list[Result]] = {}
    for result in results:
        by_record.setdefault(_owner(result.focus, owners)[0], []).append(result)
    parents = _parents(groups, by_record)
    entries = [_entry(record, by_record[record], groups, owners, parents) for record in sorted(by_record, key=str)]
    checked = dict.fromkeys(_owner(focus, owners)[0] for focus in focuses)
    return Report(
        profiles=tuple(profiles),
        records=len(checked),
        entries=entries,
        summary=summed(entries),
        elsewhere=elsewhere,
        statements=sum(map(len, groups.values())),
        kinds=Counter(_kind(groups.get(record, ())) for record in checked),
    )


_Owners = Mapping[Term, tuple[Term, NamedNode]]


def _entry(
    record: Term, results: Iterable[Result], groups: Groups, owners: _Owners, parents: Mapping[Term, Term]
) -> RecordReport:
    ordered = sorted(results, key=order_of)
    parent = parents.get(record)
    blank = {one.focus for one in ordered if one.focus != record and isinstance(one.focus, BlankNode)}

    def said(node: Term) -> Iterable[Quad | Triple]:
        return groups.get(node, ())

    return RecordReport(
        record,
        titles_of(groups, record),
        ordered,
        ways={focus: _owner(focus, owners)[1] for focus in blank},
        values=values_in(said, ordered),
        texts=texts_in(said, ordered),
        parent=None if parent is None else Parent(parent, titles_of(groups, parent)),
    )


def titles_of(groups: Groups, record: Term) -> dict[str, str]:
    """Language to title, by the best of the title predicates that the record has; "" for no language."""
    statements = groups.get(record, ())
    for predicate in TITLES:
        found = [one.object for one in statements if one.predicate == predicate and isinstance(one.object, Literal)]
        if found:
            return {one.language or "": one.value for one in sorted(found, key=str, reverse=True)}
    return {}


def _kind(group: Iterable[Quad | Triple]) -> str:
    types = (one.object for one in group if one.predicate == RDF.type)
    return kind_of([one.value for one in types if isinstance(one, NamedNode)])


def _owners(groups: Groups) -> dict[Term, tuple[Term, NamedNode]]:
    """Blank node to the first subject that refers to it, and how."""
    owners: dict[Term, tuple[Term, NamedNode]] = {}
    for subject, group in groups.items():
        for statement in group:
            if isinstance(statement.object, BlankNode):
                owners.setdefault(statement.object, (subject, statement.predicate))
    return owners


def _owner(node: Term, owners: _Owners) -> tuple[Term, tuple[NamedNode, ...]]:
    """What leads to a blank node, and the predicates in between; any other node is its own."""
    seen = set[Term]()
    way: list[NamedNode] = []
    while isinstance(node, BlankNode) and node in owners and node not in seen:
        seen.add(node)
        node, predicate = owners[node]
        way.append(predicate)
    return node, tuple(reversed(way))


def _parents(groups: Groups, records: Iterable[Term]) -> dict[Term, Term]:
    """Record to the dataset it is a distribution of."""
    wanted = set(records)
    parents: dict[Term, Term] = {}
    for subject, group in groups.items():
        for statement in group:
            if statement.predicate == DCAT.distribution and statement.object in wanted:
                parents.setdefault(statement.object, subject)
    return parents
