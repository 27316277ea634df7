"""The page of an organisation: what it is part of, its datasets, what is wrong with them and what happened to them."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final
from urllib.parse import quote_plus

from pyoxigraph import DefaultGraph, NamedNode

from api.contexts.charts import Bars
from api.contexts.pages import Counted, Text, Validity, Value
from api.contexts.records import Account, Flawed, OrganisationPage
from api.pages import courses, figures
from api.pages.finding import querying
from api.pages.finding.asked import Asking
from api.pages.kinds.contact import mailbox_of
from api.pages.kinds.neighbours import members, naming
from api.pages.kinds.telling import Told, beside_of, described, structured
from api.portal import gettext, presenter, urls, view
from api.presenting import beside
from graph.ledger import Entry
from graph.record import DATASETS
from vocabularies.namespaces import ORG

TOGETHER: Final = "Datasets of this organisation and its parts"

CONFORMITY: Final = "quality/conforming"
"""The question that tells how many of its descriptions conform."""
_HIGHEST: Final = 6
"""Organisations above one that are told."""
_MOST: Final = 100
"""Parts of an organisation that are told, and that are counted together."""
_MOST_NAMED: Final = 50
_LONGEST_NAMES: Final = 3_500
"""Characters of their IRIs in the address of the list of their datasets."""
_ABOVE: Final = (ORG.subOrganizationOf, ORG.unitOf)
_BELOW: Final = (ORG.hasSubOrganization, ORG.hasUnit)
_FORMATS: Final = 8
_SEVERITIES: Final = ("violation", "warning", "info")


def organisation_page(entry: Entry) -> OrganisationPage:
    told = Told.of(entry)
    parts = _parts(told.node)
    return OrganisationPage(
        record=described(told, without={term.value for term in (*_ABOVE, *_BELOW)}),
        above=tuple(_value(one) for one in reversed(list(_over(told.node)))),
        below=tuple(_ordered(parts)),
        more_below=urls().page("/resource", [("iri", entry.iri)]) if len(parts) == _MOST else "",
        together=_together(told.node, parts),
        members=members(told),
        account=_account(entry),
        mailbox=mailbox_of(told.said, entry.iri),
        sections=tuple(naming(entry.iri)),
        beside=beside_of(told),
        structured=structured(told),
    )


def _over(node: NamedNode) -> Iterator[NamedNode]:
    """What it is part of, next above it first; where that is said of several, the first by IRI."""
    seen = {node}
    for _ in range(_HIGHEST):
        found = sorted(_related(node, _ABOVE, _BELOW) - seen, key=str)
        if not found:
            return
        node = found[0]
        seen.add(node)
        yield node


def _parts(node: NamedNode) -> list[NamedNode]:
    """What is said to be part of it, directly."""
    return sorted(_related(node, _BELOW, _ABOVE) - {node}, key=str)[:_MOST]


def _related(node: NamedNode, by: tuple[NamedNode, ...], inversely: tuple[NamedNode, ...]) -> set[NamedNode]:
    """What it names by some properties, and what names it by others."""
    store, graph = view().store, DefaultGraph()
    own = (quad.object for each in by for quad in islice(store.quads_for_pattern(node, each, None, graph), _MOST))
    others = (
        quad.subject for each in inversely for quad in islice(store.quads_for_pattern(None, each, node, graph), _MOST)
    )
    return {one for one in (*own, *others) if isinstance(one, NamedNode)}


def _value(node: NamedNode) -> Value:
    entry = view().entry(node.value)
    return Value(presenter().label(node.value), urls().record(entry) if entry and entry.key else None)


def _ordered(parts: list[NamedNode]) -> list[Counted]:
    counts: Mapping[str, int] = view().once("datasets by organisation", _counts)
    made = ((_value(one), counts.get(one.value, 0)) for one in parts)
    rows = (Counted(value.text, count, value.href) for value, count in made)
    return sorted(rows, key=lambda row: (-row.count, row.title.value.casefold()))


def _counts() -> dict[str, int]:
    return {row["iri"]: row["count"] for row in view().prepared("organisations") if row["iri"]}


def _together(node: NamedNode, parts: list[NamedNode]) -> Counted | None:
    """Parts of parts are counted too; None where there are none, or more than the address of a list may name."""
    if not parts:
        return None
    found = dict.fromkeys([node, *parts])
    for one in islice(parts, _MOST):
        found |= dict.fromkeys(_parts(one)) if len(found) < _MOST else {}
    iris = _having([one.value for one in found])
    if len(found) >= _MOST or len(iris) > _MOST_NAMED or sum(map(len, map(quote_plus, iris))) > _LONGEST_NAMES:
        return None
    total = view().generation.search.search("", kind=DATASETS, filters={"publisher": iris}, limit=0).total
    href = urls().listed(DATASETS, [("organisation", iri) for iri in iris])
    return Counted(Text(gettext(TOGETHER)), total, href)


def _having(iris: list[str]) -> list[str]:
    """Those that have datasets, else the first."""
    counts = view().once("datasets by organisation", _counts)
    return [iri for iri in iris if counts.get(iri)] or iris[:1]


def _account(entry: Entry) -> Account | None:
    known = courses.accounts()
    if not known:
        return None
    told: Mapping[str, Any] = known.get(entry.iri, {})
    months = {name: tuple(counts) for name, *counts in told.get("months", ())}
    return Account(
        sound=told.get("sound", 0),
        flawed=told.get("flawed", 0),
        worst=tuple(_flawed(told.get("worst", ()))),
        contacts=tuple(map(_contact, (iri for iri, _ in told.get("contacts", ())))),
        activity=courses.activity(entry.iri, months),
        course=next(iter(courses.sparklines([entry.iri]))),
        quality=figures.quality(
            told.get("grades", {}), told.get("conforming", 0), beside.question(CONFORMITY, organisation=entry.iri)
        ),
        formats=_formats(entry, told.get("formats", ())),
    )


def _formats(entry: Entry, counted: Any) -> Bars | None:
    """In which its datasets are, each leading to those."""
    own = ("organisation", entry.iri)
    rows = [
        Counted(presenter().label(iri), count, urls().listed(DATASETS, [own, ("format", iri)]))
        for iri, count in counted[:_FORMATS]
    ]
    total = view().once("datasets by organisation", _counts).get(entry.iri, 0)
    return figures.bars(rows, gettext("Format"), total, querying.counting(Asking(DATASETS, chosen=(own,)), "format"))


def _flawed(rows: Any) -> Iterator[Flawed]:
    for iri, *counts in rows:
        entry = view().entry(iri)
        if entry is not None:
            href = urls().record(entry)
            report = urls().page(f"{urls().record_path(entry)}/report")
            validity = Validity(tuple(zip(_SEVERITIES, counts, strict=True)), report)
            yield Flawed(presenter().titles(iri)[0], href, validity)


def _contact(iri: str) -> Value:
    return presenter().value(NamedNode(iri), {})
