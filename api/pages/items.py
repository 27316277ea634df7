"""Records as entries of lists."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from flask import request
from pyoxigraph import DefaultGraph, NamedNode

from api.contexts import Counted, Item, Pager, Text, Value
from api.filters import shortened
from api.portal import presenter, urls, view
from api.presentation import Presenter, Statements
from api.properties import DATES, DESCRIPTIONS
from api.views import Asked, View
from graph.errors import NotFound
from graph.record import INVENTORY, PAGED, is_unopened
from vocabularies.namespaces import ADMS, DCAT, DCT, SCHEMA

SUMMARY: Final = 240
_DATES: Final = (*DATES, SCHEMA.endTime, SCHEMA.startTime)
"""A request has none of its own but when it was made and answered."""
DEEPEST: Final = 10_000
"""Entries of a list that can be reached by paging; beyond, search further or take the catalogue."""


def items(iris: Iterable[str]) -> tuple[Item, ...]:
    """The records that have a page, in the order given."""
    shown = presenter()
    made = (item(view(), shown, iri) for iri in iris)
    return tuple(each for each in made if each is not None)


def item(current: View, shown: Presenter, iri: str) -> Item | None:
    entry = current.entry(iri)
    if entry is None or entry.kind not in PAGED:
        return None
    summary = shown.texts(shown.first(iri, DESCRIPTIONS))[:1]
    status = status_of(_objects(current, iri, ADMS.status))
    dates = sorted(literal.value for literal in shown.first(iri, _DATES))
    asked = _objects(current, iri, SCHEMA.actionStatus)[:1]
    return Item(
        title=shown.heading(iri),
        href=urls().record(entry),
        kind=entry.kind,
        summary=Text(shortened(summary[0].value, SUMMARY), summary[0].lang) if summary else None,
        publisher=_publisher(current, shown, iri),
        date=dates[-1] if dates else None,
        formats=_formats(current, shown, iri),
        not_open=shown.label(status.value) if status else None,
        status=shown.label(asked[0].value) if asked else None,
        planned=min((each.value for each in shown.first(iri, (DCT.available,))), default=None) if status else None,
        reasons=tuple(shown.label(each.value) for each in _objects(current, iri, DCT.rights)[:3]) if status else (),
    )


def status_of(values: Iterable[object]) -> NamedNode | None:
    """The status that makes a dataset an entry of the inventory; None for open data."""
    listed = [one for one in values if isinstance(one, NamedNode) and is_unopened(one.value)]
    return min(listed, key=str, default=None)


def _publisher(current: View, shown: Presenter, iri: str) -> Value | None:
    """Who publishes it; of a request, who is asked."""
    found = _objects(current, iri, DCT.publisher) or _objects(current, iri, SCHEMA.recipient)
    return Value(shown.label(found[0].value)) if found else None


def _formats(current: View, shown: Presenter, iri: str) -> tuple[str, ...]:
    """The formats of the first few distributions."""
    parts = _objects(current, iri, DCAT.distribution)[:8]
    formats = {form.value for part in parts for form in _objects(current, part.value, DCT["format"])}
    return tuple(sorted({shown.label(form).value for form in formats}))[:6]


def _objects(current: View, iri: str, predicate: NamedNode) -> Sequence[NamedNode]:
    quads = current.store.quads_for_pattern(NamedNode(iri), predicate, None, DefaultGraph())
    return sorted((quad.object for quad in quads if isinstance(quad.object, NamedNode)), key=str)


def distributions_of(told: Statements, iri: str) -> list[NamedNode]:
    named = (t.object for t in told.get(NamedNode(iri), ()) if t.predicate == DCAT.distribution)
    return sorted((part for part in named if isinstance(part, NamedNode)), key=str)


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
    total = view().generation.search.search(text, kind=INVENTORY, filters=filters, limit=0).total
    return Counted(Text(""), total, urls().listed(INVENTORY, parameters)) if total else None


def page_number() -> int:
    """The page asked for. Raises NotFound for what is no page number."""
    text = request.args.get("page", "1")
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
