"""The files of a dataset, as many as one page tells: each with where it is, its format, its terms and its service."""

from collections.abc import Collection, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from api.contexts.pages import Fact, Text, Value
from api.contexts.records import Distribution, Distributions
from api.pages.kinds.telling import Told, beginning
from api.portal import gettext, urls, view
from api.presenting.filters import link
from api.presenting.presentation import Presenter, Room, by_subject
from graph.record import DATASETS
from vocabularies.namespaces import DCAT, DCT

PAGE: Final = 50
"""Files on one page."""
_LONGEST: Final = 600
"""Characters of the description of a file."""
_FACTS: Final = 1500
"""Values that are told of the files of a page together."""

_SHOWN_ABOVE: Final = frozenset(
    term.value for term in (DCAT.accessURL, DCAT.downloadURL, DCT["format"], DCAT.byteSize, DCAT.accessService)
)


def distributions(told: Told, parts: Sequence[NamedNode], first: int = 0) -> Distributions:
    """One page of them."""
    shown = parts[first : first + PAGE]
    room = Room(_FACTS)
    made = (_distribution(told.shown, part, place, room) for place, part in enumerate(shown, first + 1))
    return Distributions(tuple(made), len(parts), urls().page(f"{urls().record_path(told.entry)}/distributions"))


def _distribution(shown: Presenter, part: NamedNode, place: int, room: Room) -> Distribution:
    told = by_subject(view().closure(part))
    own = told.get(part, [])
    facts = shown.facts(told, part, room=room)
    access, download = _address(own, DCAT.accessURL), _address(own, DCAT.downloadURL)
    form = _format(shown, own, facts)
    title = _first_text(shown, own, DCT.title)
    licence = _first_of(facts, DCT.license)
    return Distribution(
        title=title or Text(_file_name(download or access) or _named_by(form)),
        anchor=f"distribution-{place}",
        description=_description(shown, own),
        access=access if access != download else None,
        download=download,
        format=form,
        licence=licence,
        size=_size(own),
        services=tuple(shown.value(each, told) for each in _things(own, DCAT.accessService)),
        facts=_without(facts, _SHOWN_ABOVE),
    )


def _format(shown: Presenter, own: Sequence[Triple], facts: Sequence[Fact]) -> Value | None:
    """That of the tables where it has one, else what stands in the place of it; leads to all that have it."""
    for each in _things(own, DCT["format"]):
        return Value(shown.label(each.value), urls().listed(DATASETS, [("format", each.value)]))
    return _first_of(facts, DCT["format"])


def _first_of(facts: Sequence[Fact], predicate: NamedNode) -> Value | None:
    return next((fact.values[0] for fact in facts if fact.hint == predicate.value and fact.values), None)


def _without(facts: Sequence[Fact], hints: Collection[str]) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.hint not in hints)


def _named_by(form: Value | None) -> str:
    return form.text.value if form else gettext("Distribution")


def _things(triples: Sequence[Triple], predicate: NamedNode) -> list[NamedNode]:
    found = (t.object for t in triples if t.predicate == predicate)
    return sorted((each for each in found if isinstance(each, NamedNode)), key=str)


def _first_text(
    shown: Presenter, triples: Sequence[Triple], predicate: NamedNode, *, whole: bool = False
) -> Text | None:
    found = [t.object for t in triples if t.predicate == predicate and isinstance(t.object, Literal)]
    return next(iter(shown.texts(found, whole=whole)), None)


def _description(shown: Presenter, own: Sequence[Triple]) -> Text | None:
    found = _first_text(shown, own, DCT.description, whole=True)
    return found and beginning(found, _LONGEST)


def _address(triples: Sequence[Triple], predicate: NamedNode) -> str | None:
    return next(filter(None, (link(each.value) for each in _things(triples, predicate))), None)


def _size(triples: Sequence[Triple]) -> int | None:
    found = [t.object.value for t in triples if t.predicate == DCAT.byteSize and isinstance(t.object, Literal)]
    return next(
        (int(value) for value in sorted(found) if value.isascii() and value.isdigit() and len(value) < 20), None
    )


def _file_name(address: str | None) -> str:
    """The last part of an address, for want of a title."""
    return "" if address is None else address.rstrip("/").rpartition("/")[2].partition("?")[0]


def terms(shown: Distributions) -> tuple[Value, ...]:
    """The licences of these files, each once."""
    return tuple({value.text.value: value for part in shown.parts if (value := part.licence)}.values())


def formats(shown: Distributions) -> tuple[Value, ...]:
    """Their formats, each once, leading to the datasets that have it."""
    return tuple({part.format.text.value: part.format for part in shown.parts if part.format}.values())
