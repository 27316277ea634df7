"""Records as entries of lists."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from flask import request
from pyoxigraph import DefaultGraph, NamedNode, Triple

from api.contexts.pages import Counted, Item, Pager, Text, Value
from api.pages import pictures
from api.portal import gettext, presenter, urls, view
from api.presenting.filters import shortened
from api.presenting.marking import excerpt, found
from api.presenting.markup import without_markup
from api.presenting.presentation import Presenter, Statements, cut
from api.presenting.properties import ONE_OF
from api.views import Asked, View
from graph.errors import NotFound
from graph.moments import is_day, latest
from graph.record import INVENTORY, PAGED, is_unopened
from vocabularies.namespaces import DCAT, DCT, SCHEMA

SUMMARY: Final = 240
_PICTURED: Final = "reuses"
"""The kind whose entries have pictures in lists."""
_TITLE: Final = 250
"""Characters of a title."""
_FORMATS: Final = 6
_DIGITS: Final = 12
"""To which numbers in addresses are filled up, so that they sort as they count."""
_PLANNED: Final = 100
"""Characters of what is said in the place of a day."""
_REASONS: Final = 3
_STANDING: Final = frozenset({INVENTORY, "requests"})
"""Kinds of which a list tells how far they have come."""
_OF_REQUESTS: Final = (SCHEMA.startTime, SCHEMA.endTime)
DEEPEST: Final = 10_000
"""Entries of a list that can be reached by paging; beyond, search further or take the catalogue."""


def items(iris: Iterable[str], words: Sequence[str] = ()) -> tuple[Item, ...]:
    """The records that have a page, in the order given; with what of their texts has words that were looked for."""
    shown = presenter()
    made = (item(view(), shown, iri, words) for iri in iris)
    return tuple(each for each in made if each is not None)


def item(current: View, shown: Presenter, iri: str, words: Sequence[str] = ()) -> Item | None:
    entry = current.entry(iri)
    if entry is None or entry.kind not in PAGED:
        return None
    told = current.outline(iri)
    whole, others = shown.titles_of(iri, told.labels)
    title = cut(whole)
    summary = next(iter(shown.texts(told.descriptions, whole=True)), None)
    shortly = replace(summary, value=excerpt(without_markup(summary.value), words, SUMMARY)) if summary else None
    made = Item(
        title=title,
        href=urls().record(entry),
        kind=entry.kind,
        summary=shortly,
        publisher=Value(shown.label(told.publisher)) if told.publisher else None,
        date=told.date,
        formats=tuple(sorted({shown.label(form).value for form in told.formats}))[:_FORMATS],
        not_open=shown.label(told.status) if told.status else None,
        kind_name=gettext(ONE_OF[entry.kind]),
        high_value=told.high_value,
        licence=shown.label(told.licences[0]) if len(told.licences) == 1 else None,
        also=_also((title, *([shortly] if shortly else [])), others, words),
        picture=pictures.of_record(entry.kind, iri) if entry.kind == _PICTURED else None,
    )
    return _standing(current, shown, iri, made) if entry.kind in _STANDING else made


def _standing(current: View, shown: Presenter, iri: str, made: Item) -> Item:
    """With how far a request or the opening of known data has come."""
    store, node = current.store, NamedNode(iri)

    def values(*predicates: NamedNode) -> list[str]:
        quads = (q for each in predicates for q in store.quads_for_pattern(node, each, None, DefaultGraph()))
        return sorted(q.object.value for q in quads if not isinstance(q.object, Triple))

    if made.kind == INVENTORY:
        reasons = tuple(map(shown.label, values(DCT.rights)[:_REASONS]))
        return replace(made, planned=planned(values(DCT.available)), reasons=reasons)
    asked, states, dates = values(SCHEMA.recipient), values(SCHEMA.actionStatus), values(*_OF_REQUESTS)
    return replace(
        made,
        publisher=Value(shown.label(asked[0])) if asked else made.publisher,
        date=latest(dates) or made.date,
        status=shown.label(states[0]) if states else None,
    )


def planned(texts: Iterable[str]) -> str | None:
    """The first day on which data may be open; where none is named, the first of what is said instead."""
    told = sorted(texts)
    day = next(filter(is_day, told), None)
    return day or next((shortened(text, _PLANNED) for text in told if text), None)


def _also(shown: Iterable[Text], others: Iterable[Text], words: Sequence[str]) -> Text | None:
    """The title in a language in which it has the words, where what is shown has none of them."""
    if not words or any(found(text.value, words) for text in shown):
        return None
    other = next((text for text in others if found(text.value, words)), None)
    return replace(other, value=excerpt(other.value, words, _TITLE)) if other else None


def status_of(values: Iterable[object]) -> NamedNode | None:
    """The status that makes a dataset an entry of the inventory; None for open data."""
    listed = [one for one in values if isinstance(one, NamedNode) and is_unopened(one.value)]
    return min(listed, key=str, default=None)


def distributions_of(told: Statements, iri: str) -> list[NamedNode]:
    """By their addresses, numbers in these by their value: the second day comes before the tenth."""
    named = (t.object for t in told.get(NamedNode(iri), ()) if t.predicate == DCAT.distribution)
    return sorted((part for part in named if isinstance(part, NamedNode)), key=_counting)


def _counting(part: NamedNode) -> tuple[str, str]:
    return re.sub("[0-9]+", lambda digits: digits[0].zfill(_DIGITS), part.value), part.value


def counted(name: str, facet: str, parameter: str, limit: int) -> tuple[Counted, ...]:
    """The first of a prepared answer, each leading to the datasets with it, where the index can filter by it."""
    shown = presenter()
    filtered = view().facets(Asked("", "datasets"), (facet,), 1)[facet]
    rows = [row for row in view().prepared(name) if row["iri"]][:limit]
    return tuple(
        Counted(
            shown.best(row["labels"]) or shown.label(row["iri"]),
            row["count"],
            urls().listed("datasets", [(parameter, row["iri"])]) if filtered else None,
        )
        for row in rows
    )


def unopened(text: str, filters: Mapping[str, Sequence[str]], parameters: Sequence[tuple[str, str]]) -> Counted | None:
    """The entries of the inventory that are found alike, with their list; None where there are none."""
    if not view().counts().get(INVENTORY):
        return None
    total = view().total(Asked(text, INVENTORY, tuple((name, tuple(values)) for name, values in filters.items())))
    return Counted(Text(""), total, urls().listed(INVENTORY, parameters)) if total else None


def page_number() -> int:
    """The page asked for. Raises NotFound for what is no page number."""
    text = request.args.get("page") or "1"  # a form or a template leaves it empty
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= DEEPEST or len(text) > 6:
        raise NotFound("page", text[:20])
    return int(text)


def pager(path: str, parameters: Sequence[tuple[str, str]], page: int, total: int, size: int) -> Pager:
    """Raises NotFound for a page after the last."""
    pages = max(1, -(-min(total, DEEPEST) // size))
    if page > pages:
        raise NotFound("page", str(page))

    def href(number: int) -> str | None:
        if not 1 <= number <= pages:
            return None
        return urls().page(path, [*parameters, ("page", str(number) if number > 1 else "")])

    return Pager(page, pages, total, href(page - 1), href(page + 1))
