"""What pages tell of many records at once and no index counts: found out after the flip, and kept on the shelf.

How organisations do, and the portal as a whole: which of their datasets have most problems, what came and went in which
month, in which formats their data is, and whom it names as contacts. And which datasets meet a condition that is a
question of the library, with what of them meets it.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolution, Store

from graph import ledger
from graph.generations import Generation
from graph.ledger import Ledger
from graph.record import DATASETS
from loaders import conformity, judging
from queries.library import Select, load, select_unordered
from queries.questions import MonthsOfOrganisation, ProtectedData, RealTimeData, SuitedToLearning
from shapes.profiles import PROFILES
from shapes.results import Results
from vocabularies.namespaces import DCAT, DCT, FOAF, PROV, RDF, SH, VCARD

ORGANISATIONS: Final = "organisations"
WHOLE: Final = ""
"""What stands for the portal where organisations are told by their IRIs."""

WORST: Final = 20
"""Datasets of an organisation that are told, those with most problems first."""
MONTHS: Final = 24
"""Months that are told, the newest."""
CONTACTS: Final = 5
"""Contacts that are told, those of most datasets."""
FORMATS: Final = 12
"""Formats that are told, those of most datasets."""
MOST: Final = 10_000
"""Datasets that meet a condition and are listed, the newest."""

_MADE: Final = 5
"""Raised when the same generation is told otherwise."""

_SEVERITIES: Final = (SH.Violation.value, SH.Warning.value, SH.Info.value)
GRADES: Final = ("violation", "warning", "info", "sound")
"""What the worst of a dataset may be: the severities, and nothing found."""
_NO_LANGUAGE: Final = Literal("zxx")
"""Titles are asked for in a language that has none: a row for each thing, not for each of its titles."""
_PERSONS: Final = (VCARD.Individual, FOAF.Person)


@dataclass(frozen=True, slots=True)
class Condition:
    """A question whose rows are datasets with what makes them meet it, by the names of its columns."""

    question: Select
    columns: tuple[str, ...]


CONDITIONS: Final[Mapping[str, Condition]] = {
    "real-time": Condition(RealTimeData(lang=_NO_LANGUAGE), ("frequency", "resolution", "service")),
    "ai": Condition(SuitedToLearning(lang=_NO_LANGUAGE), ("format", "licence", "standard")),
    "protected": Condition(ProtectedData(lang=_NO_LANGUAGE), ("protection", "right", "access")),
}
"""Name of a condition to what says which datasets meet it."""

NAMES: Final = (ORGANISATIONS, *CONDITIONS)


def survey(name: str, store: Store, folder: Path) -> Any:
    """Find out one of NAMES for the generation in the folder, which nobody changes."""
    if name == ORGANISATIONS:
        with closing(Ledger.reading(folder / ledger.NAME)) as records:
            return _organisations(store, records, _problems(folder))
    return _meeting(store, CONDITIONS[name])


def kept(generation: Generation, name: str) -> Any:
    """What was found out before; None where nothing was."""
    found = generation.shelf.get(_name(name), _recipe(generation, name))
    return None if found is None else json.loads(found.body)


def keep(generation: Generation, name: str, told: Any) -> None:
    body = json.dumps(told, ensure_ascii=False).encode()
    generation.shelf.put(_name(name), _recipe(generation, name), body)


def _name(name: str) -> str:
    return f"surveys/{name}"


def _recipe(generation: Generation, name: str) -> str:
    """The same data may be judged anew, by other shapes: what is told of problems goes by the results."""
    if name == ORGANISATIONS:
        return f"{_MADE} {WORST} {MONTHS} {CONTACTS} {FORMATS} {_basis(generation.path)}"
    asked = CONDITIONS[name]
    return f"{_MADE} {MOST} {asked.columns} {load(asked.question.file).text}"


def _basis(folder: Path) -> str:
    """What the results rest on besides the records; empty where nothing was validated."""
    if not (folder / judging.NAME).exists():
        return ""
    with Results.open(folder / judging.NAME) as results:
        return results.basis


def _meeting(store: Store, condition: Condition) -> dict[str, Any]:
    """How many datasets meet it, and the newest of them, each with its values of each column."""
    found: dict[str, dict[str, set[str]]] = {}
    for row in select_unordered(store, condition.question):
        dataset = row["dataset"]
        if isinstance(dataset, NamedNode):
            told = found.setdefault(dataset.value, {})
            for column in condition.columns:
                value = row[column]
                if isinstance(value, NamedNode | Literal):
                    told.setdefault(column, set()).add(value.value)
    newest = sorted(found, key=lambda iri: (_dated(store, iri), iri), reverse=True)[:MOST]
    listed = [[iri, {column: sorted(values) for column, values in found[iri].items()}] for iri in newest]
    return {"total": len(found), "listed": listed}


def _dated(store: Store, iri: str) -> str:
    for term in (DCT.modified, DCT.issued):
        quads = store.quads_for_pattern(NamedNode(iri), term, None, DefaultGraph())
        dates = [quad.object.value for quad in quads if isinstance(quad.object, Literal)]
        if dates:
            return max(dates)
    return ""


def _problems(folder: Path) -> dict[str, Counter[str]]:
    """How many results each record has by severity; nothing where nothing was validated."""
    found: dict[str, Counter[str]] = {}
    if (folder / judging.NAME).exists():
        with Results.open(folder / judging.NAME) as results:
            for iri, severity, count in results.severities_of_each():
                found.setdefault(iri, Counter())[severity] += count
    return found


@dataclass(slots=True)
class _Account:
    """Of one organisation."""

    flaws: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    months: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Month, as `2026-11`, to how many datasets came, last changed and went in it; none of the portal as a whole."""
    contacts: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    """How many datasets there are by the worst that was found of each."""
    sound: int = 0
    conforming: int = 0
    """How many our records say of that they conform to the profile; that goes by what is published."""

    def judge(self, iri: str, counts: tuple[int, ...]) -> None:
        """Take note of a dataset with what was found of it, the worst first."""
        self.grades[next((grade for grade, count in zip(GRADES, counts, strict=False) if count), GRADES[-1])] += 1
        if any(counts):
            self.flaws.append((iri, counts))
        else:
            self.sound += 1

    def told(self) -> dict[str, Any]:
        worst = sorted(self.flaws, key=lambda one: (*(-count for count in one[1]), one[0]))
        months = sorted(self.months, reverse=True)[:MONTHS]
        contacts, formats = (sorted(each.items(), key=_most) for each in (self.contacts, self.formats))
        return {
            "sound": self.sound,
            "flawed": len(worst),
            "worst": [[iri, *counts] for iri, counts in worst[:WORST]],
            "months": [[one, *self.months[one]] for one in months],
            "contacts": [list(one) for one in contacts[:CONTACTS]],
            "formats": [list(one) for one in formats[:FORMATS]],
            "conforming": self.conforming,
            "grades": {name: self.grades[name] for name in GRADES},
        }


def _most(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]


def _organisations(store: Store, records: Ledger, problems: Mapping[str, Counter[str]]) -> dict[str, Any]:
    datasets = {entry.iri for entry in records.of_kind(DATASETS)}
    publishers = _publishers(_saying(store, DCT.publisher), datasets)
    accounts = {WHOLE: _Account()}
    of = partial(_accounts, accounts)
    if problems:
        conforming = _conforming(store)
        for iri, counts in _with_parts(store, datasets, problems):
            for account in of((WHOLE, *publishers.get(iri, ()))):
                account.judge(iri, counts)
                account.conforming += iri in conforming
    for iri, month, counts in _months(store):
        for account in of((iri,)):
            account.months[month] = counts
    for iri, formats in _formats(store, datasets).items():
        for account in of((WHOLE, *publishers.get(iri, ()))):
            account.formats.update(formats)
    for iri, contact in _contacts(store, publishers):
        for account in of(publishers[iri]):
            account.contacts[contact] += 1
    return {iri: accounts[iri].told() for iri in sorted(accounts)}


def _accounts(known: dict[str, _Account], publishers: Iterable[str]) -> list[_Account]:
    return [known.setdefault(iri, _Account()) for iri in publishers]


def _saying(store: Store, predicate: NamedNode) -> Iterator[Quad]:
    return iter(store.quads_for_pattern(None, predicate, None, DefaultGraph()))


def _publishers(quads: Iterable[Quad], datasets: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one, publisher in _named(quads):
        if one in datasets:
            found.setdefault(one, []).append(publisher)
    return found


def _named(quads: Iterable[Quad]) -> Iterator[tuple[str, str]]:
    """Subject and object, where both have an IRI."""
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            yield quad.subject.value, quad.object.value


def _with_parts(
    store: Store, datasets: Iterable[str], problems: Mapping[str, Counter[str]]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The datasets with the problems that they and their distributions have."""
    found = {iri: Counter(problems.get(iri, {})) for iri in datasets}
    for iri, part in _named(_saying(store, DCAT.distribution)):
        if iri in found:
            found[iri].update(problems.get(part, {}))
    for iri, counts in found.items():
        yield iri, tuple(counts[severity] for severity in _SEVERITIES)


def _conforming(store: Store) -> set[str]:
    """What our records say that it conforms to the profile they name; those of sources say what they like."""
    profile, found = NamedNode(PROFILES[conformity.PROFILE].specification), set[str]()
    for quad in store.quads_for_pattern(None, DCT.conformsTo, profile, DefaultGraph()):
        if any(store.quads_for_pattern(quad.subject, PROV.hadPrimarySource, None, DefaultGraph())):
            topics = store.quads_for_pattern(quad.subject, FOAF.primaryTopic, None, DefaultGraph())
            found.update(topic.object.value for topic in topics if isinstance(topic.object, NamedNode))
    return found


def _formats(store: Store, datasets: set[str]) -> dict[str, set[str]]:
    """In which formats each dataset is, by the word of its distributions or its own."""
    stated: dict[str, set[str]] = {}
    for one, value in _named(_saying(store, DCT["format"])):
        stated.setdefault(one, set()).add(value)
    found = {iri: set(formats) for iri, formats in stated.items() if iri in datasets}
    for iri, part in _named(_saying(store, DCAT.distribution)):
        if iri in datasets and part in stated:
            found.setdefault(iri, set()).update(stated[part])
    return found


def _months(store: Store) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Organisation, month, and what came, last changed and went in it, as the library tells readers."""
    for row in select_unordered(store, MonthsOfOrganisation()):
        organisation = row["organisation"]
        if isinstance(organisation, NamedNode):
            yield organisation.value, *_month(row)


def _month(row: QuerySolution) -> tuple[str, tuple[int, ...]]:
    return _value(row["month"]), tuple(int(_value(row[kind])) for kind in ("added", "updated", "removed"))


def _value(term: object) -> str:
    return term.value if isinstance(term, Literal) else ""


def _contacts(store: Store, datasets: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Functions that datasets name as their contacts, no persons."""
    typed = (store.quads_for_pattern(None, RDF.type, kind, DefaultGraph()) for kind in _PERSONS)
    persons = {str(quad.subject) for quads in typed for quad in quads}
    for iri, contact in _named(_saying(store, DCAT.contactPoint)):
        if iri in datasets and f"<{contact}>" not in persons:
            yield iri, contact


def task(generation: Generation, name: str) -> tuple[Callable[[], bool], Callable[[], None]]:
    """Whether it is kept, and the making of it."""
    return (
        lambda: kept(generation, name) is not None,
        lambda: keep(generation, name, survey(name, generation.store, generation.path)),
    )
