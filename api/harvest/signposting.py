"""Links by which a program finds its way from a page: how to cite it, its files, licences, authors, and what it is.

https://signposting.org/FAIR/ as headers, of the page and of its RDF; other links of every resource are made in
api.answers.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode

from api.harvest import croissant
from api.portal import portal, urls, view
from api.presenting.filters import link, uri
from graph.formats import HTML, Format
from graph.iris import record_path
from graph.ledger import Entry
from graph.record import PAGED
from loaders.terms import Terms
from vocabularies.namespaces import DCAT, DCT, MEDIA_TYPES

_MOST: Final = 20
"""Links of one relation: a header has its limits, and the RDF has them all."""

_LONGEST: Final = 500
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9]+/[a-z0-9.+-]+", re.IGNORECASE | re.ASCII)
_ABOUT_PAGE: Final = "https://schema.org/AboutPage"

_TYPES: Final = {
    "datasets": "https://schema.org/Dataset",
    "inventory": "https://schema.org/Dataset",
    "series": "https://schema.org/Dataset",
    "services": "https://schema.org/WebAPI",
    "catalogues": "https://schema.org/DataCatalog",
    "organisations": "https://schema.org/Organization",
    "reuses": "https://schema.org/CreativeWork",
    "requests": "https://schema.org/AskAction",
    "cores": "https://schema.org/ItemList",
}


LINKSET: Final = "application/linkset+json"


@dataclass(frozen=True, slots=True)
class Signpost:
    target: str
    relation: str
    media_type: str = ""


def signposts(entry: Entry, form: Format) -> Iterator[str]:
    """The links of a record's page, or of another form of it, as headers say them."""
    page = page_of(entry)
    if form is not HTML:
        yield header(Signpost(permanent(entry), "cite-as"))
        yield header(Signpost(page, "describes"))
    else:
        few: Counter[str] = Counter()
        for each in of_record(entry, _MOST):
            few[each.relation] += 1
            if few[each.relation] <= _MOST and len(each.target) <= _LONGEST:
                yield header(each)
        yield from croissant.header(entry)
    yield header(Signpost(f"{page}/linkset.json", "linkset", LINKSET))


def page_of(entry: Entry) -> str:
    """The page in no language."""
    return urls().in_language(None).absolute(urls().resource(urls().record_path(entry)))


def of_record(entry: Entry, most: int | None = None) -> Iterator[Signpost]:
    """The links of a record's page, all or to so many files."""
    yield Signpost(permanent(entry), "cite-as")
    yield Signpost(_ABOUT_PAGE, "type")
    if entry.kind in _TYPES:
        yield Signpost(_TYPES[entry.kind], "type")
    node = NamedNode(entry.iri)
    parts = view().named(node, DCAT.distribution)
    for part in parts[:most]:
        yield from item(part)
    yield from _all(
        "license", (licence for one in (node, *parts[:_MOST]) for licence in view().named(one, DCT.license))
    )
    yield from _all("author", map(_known, view().named(node, DCT.creator) or view().named(node, DCT.publisher)))
    yield from _all("collection", _collections(node))


def of_part(entry: Entry, form: Format) -> Iterator[str]:
    """The links of a thing without a page of its own in any list: a distribution, a contact."""
    node = NamedNode(entry.iri)
    if form is HTML:
        yield header(Signpost(_ABOUT_PAGE, "type"))
    owners = view().store.quads_for_pattern(None, DCAT.distribution, node, DefaultGraph())
    of = (_known(quad.subject) for quad in islice(owners, _MOST) if isinstance(quad.subject, NamedNode))
    yield from map(header, _all("collection", of))
    yield from map(header, item(node))
    yield from map(header, _all("license", view().named(node, DCT.license)))


def permanent(entry: Entry) -> str:
    """An address that leads to the page whatever title the thing gets, and whoever's its IRI is."""
    path = record_path(entry.kind, entry.key or "").partition("#")[0]
    return f"{portal().iris.base}{path}"


def _known(node: NamedNode) -> NamedNode:
    """Where we tell of it, if we do: its own IRI may lead nowhere."""
    entry = view().entry(node.value)
    return NamedNode(permanent(entry)) if entry is not None and entry.key and entry.kind in PAGED else node


def _collections(node: NamedNode) -> Iterator[NamedNode]:
    """The series that it is in, and else the catalogue."""
    series = view().named(node, DCAT.inSeries)
    yield from map(_known, series)
    if not series:
        yield portal().iris.catalogue


def item(part: NamedNode) -> Iterator[Signpost]:
    """The file itself, or where it is to be had."""
    address = next(
        filter(_is_linkable, (*view().named(part, DCAT.downloadURL), *view().named(part, DCAT.accessURL))), None
    )
    if address is not None:
        types = (each.value for each in view().named(part, DCAT.mediaType) if each.value.startswith(MEDIA_TYPES))
        yield Signpost(address.value, "item", next(types, "").removeprefix(MEDIA_TYPES))


def licences(*terms: Terms) -> Iterator[str]:
    """Of metadata, which has one licence for what each source says and one for the rest."""
    return map(header, _all("license", (NamedNode(each.licence) for each in terms if each.licence)))


def _all(relation: str, targets: Iterable[NamedNode]) -> Iterator[Signpost]:
    found = dict.fromkeys(target.value for target in targets if _is_linkable(target))
    return (Signpost(target, relation) for target in found)


def _is_linkable(target: NamedNode) -> bool:
    return link(target.value) is not None and len(target.value) <= _LONGEST


def header(told: Signpost) -> str:
    """A target in a header is in ASCII, and holds nothing that would end it."""
    link = f'<{uri(told.target).translate(_ESCAPED)}>; rel="{told.relation}"'
    return f'{link}; type="{told.media_type}"' if _MEDIA_TYPE.fullmatch(told.media_type) else link


_ESCAPED: Final = str.maketrans({"<": "%3C", ">": "%3E", '"': "%22", " ": "%20", "\\": "%5C"})
