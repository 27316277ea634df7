"""Links by which a program finds its way from a page: how to cite it, its files, licences, authors, and what it is.

https://signposting.org/FAIR/ as headers, of the page and of its RDF; other links of every resource are made in
api.answers.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode
from werkzeug.urls import iri_to_uri

from api.filters import link
from api.harvest import croissant
from api.harvest.schema_org import MEDIA_TYPES
from api.portal import portal, urls, view
from graph.formats import HTML, Format
from graph.iris import record_path
from graph.ledger import Entry
from loaders.terms import Terms
from vocabularies.namespaces import DCAT, DCT

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


def signposts(entry: Entry, form: Format) -> Iterator[str]:
    """The links of a record's page, or of another form of it."""
    yield _header(_permanent(entry), "cite-as")
    if form is not HTML:
        page = urls().in_language(None).absolute(urls().resource(urls().record_path(entry)))
        yield _header(page, "describes")
        return
    yield _header(_ABOUT_PAGE, "type")
    if entry.kind in _TYPES:
        yield _header(_TYPES[entry.kind], "type")
    node = NamedNode(entry.iri)
    parts = _values(node, DCAT.distribution)
    yield from islice(_items(parts), _MOST)
    yield from _all("license", (licence for one in (node, *parts[:_MOST]) for licence in _values(one, DCT.license)))
    yield from _all("author", _values(node, DCT.creator))
    yield from croissant.header(entry)


def _permanent(entry: Entry) -> str:
    """An address that leads to the page whatever title the thing gets, and whoever's its IRI is."""
    path = record_path(entry.kind, entry.key or "").partition("#")[0]
    return f"{portal().iris.base}{path}"


def _items(parts: Iterable[NamedNode]) -> Iterator[str]:
    """The files themselves, or where they are to be had."""
    for part in parts:
        address = next(filter(_is_linkable, (*_values(part, DCAT.downloadURL), *_values(part, DCAT.accessURL))), None)
        if address is not None:
            types = [each.value for each in _values(part, DCAT.mediaType) if each.value.startswith(MEDIA_TYPES)]
            yield _header(address.value, "item", types[0].removeprefix(MEDIA_TYPES) if types else "")


def licences(*terms: Terms) -> Iterator[str]:
    """Of metadata, which has one licence for what each source says and one for the rest."""
    return _all("license", (NamedNode(each.licence) for each in terms if each.licence))


def _all(relation: str, targets: Iterable[NamedNode]) -> Iterator[str]:
    found = dict.fromkeys(target.value for target in targets if _is_linkable(target))
    return (_header(target, relation) for target in islice(found, _MOST))


def _is_linkable(target: NamedNode) -> bool:
    return link(target.value) is not None and len(target.value) <= _LONGEST


def _values(subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
    quads = view().store.quads_for_pattern(subject, predicate, None, DefaultGraph())
    return sorted((quad.object for quad in quads if isinstance(quad.object, NamedNode)), key=str)


def _header(target: str, relation: str, media_type: str = "") -> str:
    """A target in a header is in ASCII, and holds nothing that would end it."""
    told = f'<{iri_to_uri(target).translate(_ESCAPED)}>; rel="{relation}"'
    return f'{told}; type="{media_type}"' if _MEDIA_TYPE.fullmatch(media_type) else told


_ESCAPED: Final = str.maketrans({"<": "%3C", ">": "%3E", '"': "%22", " ": "%20", "\\": "%5C"})
