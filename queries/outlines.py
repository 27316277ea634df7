"""What lists tell of a record, for all languages and forms: read from the store, or where it was laid out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from graph.moments import latest
from graph.record import is_unopened
from graph.serialisation.properties import Properties
from graph.serialisation.terms import term as read
from queries.labels import NAMING, by_language, labels
from vocabularies.namespaces import ADMS, DCAT, DCATAP, DCT, HVD_REGULATION, ORG, SCHEMA, SKOS

DATES: Final = (DCT.modified, DCT.issued, SCHEMA.dateModified, SCHEMA.datePublished)
"""What dates a record, the best first."""

DESCRIPTIONS: Final = (DCT.description, SCHEMA.description, SKOS.definition, ORG.purpose)
"""What describes a record, the best first."""

_LONGEST: Final = 3_000
"""Characters of a description in which words are looked for."""

_PARTS: Final = 8
"""Distributions that are looked into."""

_MOST: Final = 400
"""Statements about one record that are read; one with more has hundreds of distributions."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Values are IRIs, or texts where the data has a text; they are in order."""

    labels: Mapping[str, str]
    """What the record is called, by language (queries/labels.py)."""
    descriptions: tuple[Literal, ...]
    date: str | None
    publisher: str | None
    themes: tuple[str, ...]
    formats: tuple[str, ...]
    licences: tuple[str, ...]
    high_value: bool
    status: str | None
    """What makes a dataset an entry of the inventory; None for open data."""

    def written(self) -> dict[str, Any]:
        """For JSON; `read` makes the same of it."""
        return asdict(self) | {"descriptions": [(each.value, each.language) for each in self.descriptions]}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        lists = {name: tuple(told[name]) for name in ("themes", "formats", "licences")}
        texts = (Literal(text, language=tag) if tag else Literal(text) for text, tag in told["descriptions"])
        return cls(**{**told, **lists, "descriptions": tuple(texts)})


def outline(store: Store, iri: str) -> Outline:
    told = _told(store, NamedNode(iri))
    parts = [list(_of_part(store, part)) for part in _things(told, DCAT.distribution)[:_PARTS]]
    return _outline(told, parts, labels(store, NamedNode(iri)))


def outline_of(told: Mapping[str, Properties], iri: str) -> Outline:
    """The same, of what was read already, by subject in N-Triples notation."""
    own = _terms(told.get(f"<{iri}>", ()), (*_READ, *NAMING))
    named = by_language(_first(own, NAMING))
    parts = (_terms(told.get(f"<{part}>", ()), _OF_PART) for part in _things(own, DCAT.distribution)[:_PARTS])
    said = [[(predicate, each.value) for predicate, values in part.items() for each in values] for part in parts]
    return _outline(own, said, named)


def _terms(own: Iterable[tuple[str, list[str]]], wanted: Iterable[NamedNode]) -> "_Told":
    known, found = {str(predicate): predicate for predicate in wanted}, dict[NamedNode, list[NamedNode | Literal]]()
    for predicate, values in own:
        if predicate in known:
            terms = map(read, values[:_MOST])
            found[known[predicate]] = [each for each in terms if isinstance(each, NamedNode | Literal)]
    return found


def _outline(told: "_Told", parts: Sequence[Sequence[tuple[NamedNode, str]]], labels: Mapping[str, str]) -> Outline:
    status = min(filter(is_unopened, _things(told, ADMS.status)), default=None)
    legislation = _things(told, DCATAP.applicableLegislation)
    return Outline(
        labels=labels,
        descriptions=tuple(map(_cut, _first(told, DESCRIPTIONS))),
        date=_latest(told),
        publisher=min(_values(told, DCT.publisher), default=None),
        themes=tuple(_values(told, DCAT.theme)),
        formats=_among(parts, DCT["format"]),
        licences=_among([*parts, [(DCT.license, each) for each in _values(told, DCT.license)]], DCT.license),
        high_value=bool(_things(told, DCATAP.hvdCategory)) or HVD_REGULATION.value in legislation,
        status=status,
    )


_Told = Mapping[NamedNode, Sequence[NamedNode | Literal]]

_READ: Final = (
    ADMS.status, DCAT.distribution, DCAT.theme, DCATAP.applicableLegislation, DCATAP.hvdCategory, DCT.license,
    DCT.publisher, *DATES, *DESCRIPTIONS,
)  # fmt: skip
_OF_PART: Final = (DCT["format"], DCT.license)


def _told(store: Store, record: NamedNode) -> _Told:
    """What is said of a record by property: in one look where it is short, else property by property."""
    found: dict[NamedNode, list[NamedNode | Literal]] = {}
    for number, quad in enumerate(store.quads_for_pattern(record, None, None, DefaultGraph())):
        if number == _MOST:
            return {predicate: list(_some(store, record, predicate)) for predicate in _READ}
        if isinstance(quad.object, NamedNode | Literal):
            found.setdefault(quad.predicate, []).append(quad.object)
    return found


def _some(store: Store, record: NamedNode, predicate: NamedNode) -> Iterator[NamedNode | Literal]:
    for number, quad in enumerate(store.quads_for_pattern(record, predicate, None, DefaultGraph())):
        if number == _MOST:
            return
        if isinstance(quad.object, NamedNode | Literal):
            yield quad.object


def _of_part(store: Store, part: str) -> Iterator[tuple[NamedNode, str]]:
    for predicate in _OF_PART:
        for quad in store.quads_for_pattern(NamedNode(part), predicate, None, DefaultGraph()):
            if isinstance(quad.object, NamedNode | Literal):
                yield predicate, quad.object.value


def _among(parts: Iterable[Iterable[tuple[NamedNode, str]]], wanted: NamedNode) -> tuple[str, ...]:
    return tuple(sorted({value for part in parts for predicate, value in part if predicate == wanted}))


def _things(told: _Told, predicate: NamedNode) -> list[str]:
    return sorted(each.value for each in told.get(predicate, ()) if isinstance(each, NamedNode))


def _values(told: _Told, predicate: NamedNode) -> list[str]:
    return sorted({each.value[:_LONGEST] for each in told.get(predicate, ())})


def _latest(told: _Told) -> str | None:
    """By the first of the predicates that has a day."""
    days = (latest(each.value for each in told.get(one, ()) if isinstance(each, Literal)) for one in DATES)
    return next(filter(None, days), None)


def _first(told: _Told, predicates: Iterable[NamedNode]) -> list[Literal]:
    """The literals of the first of the predicates that has any."""
    for predicate in predicates:
        found = [each for each in told.get(predicate, ()) if isinstance(each, Literal)]
        if found:
            return found
    return []


def _cut(literal: Literal) -> Literal:
    if len(literal.value) <= _LONGEST:
        return literal
    if literal.language:
        return Literal(literal.value[:_LONGEST], language=literal.language)
    return Literal(literal.value[:_LONGEST])
