"""What lists tell of a record, read once for all languages and forms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from api.properties import DATES, DESCRIPTIONS
from graph.moments import latest
from graph.record import is_unopened
from vocabularies.namespaces import ADMS, DCAT, DCATAP, DCT, HVD_REGULATION

_LONGEST: Final = 3_000
"""Characters of a description in which words are looked for."""

_PARTS: Final = 8
"""Distributions that are looked into."""

_MOST: Final = 400
"""Statements about one record that are read; one with more has hundreds of distributions."""


@dataclass(frozen=True, slots=True)
class Outline:
    """All but the title, which is a label. Values are IRIs, or texts where the data has a text; they are in order."""

    descriptions: tuple[Literal, ...]
    date: str | None
    publisher: str | None
    themes: tuple[str, ...]
    formats: tuple[str, ...]
    licences: tuple[str, ...]
    high_value: bool
    status: str | None
    """What makes a dataset an entry of the inventory; None for open data."""


def outline(store: Store, iri: str) -> Outline:
    record = NamedNode(iri)
    told = _told(store, record)
    parts = [list(_of_part(store, part)) for part in _things(told, DCAT.distribution)[:_PARTS]]
    status = min(filter(is_unopened, _things(told, ADMS.status)), default=None)
    legislation = _things(told, DCATAP.applicableLegislation)
    return Outline(
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
    for predicate in (DCT["format"], DCT.license):
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
