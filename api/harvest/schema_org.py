"""A dataset as schema.org has it, in its page: what Google's search for datasets reads, and others do too.

https://developers.google.com/search/docs/appearance/structured-data/dataset: name, description (50 to 5,000
characters) and, of each file, contentUrl are required; of what is recommended, all that DCAT has a property for.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from markupsafe import Markup
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from api.filters import link
from api.harvest.signposting import MEDIA_TYPES
from api.portal import gettext, language, portal, presenter, urls, view
from api.presentation import Statements, best_tag, by_subject
from graph.ledger import Entry
from graph.store import closure
from loaders.dumps.sets import DumpSet, File
from vocabularies.namespaces import AUTHORITY, DCAT, DCT, FOAF

KINDS: Final = ("datasets", "series")

_SHORTEST, _LONGEST = 50, 5000
"""Characters of a description."""

_MOST: Final = 100
"""Files, keywords, places: the RDF has them all."""

_PUBLIC: Final = AUTHORITY["access-right/PUBLIC"]
_CONTEXT: Final = "https://schema.org/"
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_POLYGON: Final = re.compile(r"\s*POLYGON\s*\(\(([^()]*)\)\)\s*", re.IGNORECASE)
_ESCAPED: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
"""What would end a script, or begin a comment in it, is written as JSON allows."""

_Node = NamedNode | BlankNode
_Fields = Iterator[tuple[str, Any]]


def embedded(entry: Entry, told: Statements) -> Markup:
    """The description to stand in the page, inert: browsers run no JSON-LD. Empty for what is no dataset."""
    if entry.kind not in KINDS:
        return Markup()
    return written(_dataset(entry, told))


def written(fields: Iterable[tuple[str, Any]]) -> Markup:
    """What is told of, as text that may stand in a script element of HTML."""
    description = {name: value for name, value in fields if value not in (None, "", [])}
    return Markup(json.dumps(description, ensure_ascii=False).translate(_ESCAPED))  # noqa: S704  just escaped


def portal_itself() -> Markup:
    """The catalogue of all datasets, for the page that everybody begins with."""
    return written(_portal())


def _portal() -> _Fields:
    settings = portal().settings
    yield "@context", _CONTEXT
    yield from _catalogue().items()
    yield "description", gettext("All datasets, series and data services that this portal describes.")
    yield "publisher", {"@type": "Organization", "name": settings.publisher}
    yield "license", settings.licence
    yield "inLanguage", list(settings.languages)
    yield "dateModified", view().generation.manifest.sealed_at.isoformat()


def _dataset(entry: Entry, told: Statements) -> _Fields:
    node = NamedNode(entry.iri)
    own = told.get(node, ())
    title, others = presenter().titles(entry.iri)
    address = portal().iris.base + urls().record_path(entry)
    yield "@context", _CONTEXT
    yield "@type", "Dataset"
    yield "@id", entry.iri
    yield "url", address
    yield "name", title.value
    yield "alternateName", [other.value for other in others]
    yield "description", _description(own, title.value, address)
    yield "identifier", _texts(own, DCT.identifier)
    yield "sameAs", [each.value for each in _things(own, DCAT.landingPage) if link(each.value)]
    yield "keywords", _texts(own, DCAT.keyword)[:_MOST]
    yield "version", next(iter(_texts(own, DCAT.version)), "")
    yield "datePublished", _first(own, DCT.issued)
    yield "dateModified", _first(own, DCT.modified)
    yield "isAccessibleForFree", True if _PUBLIC in _objects(own, DCT.accessRights) else None
    yield from _people(own)
    yield from _coverage(own, told)
    yield from _files(own)
    yield "isPartOf", [each.value for each in _things(own, DCAT.inSeries)]
    yield "includedInDataCatalog", _catalogue()


def _catalogue() -> dict[str, str]:
    iri = portal().iris.catalogue.value
    return {"@type": "DataCatalog", "@id": iri, "name": portal().settings.title, "url": iri}


def dumps(found: DumpSet, name: str, description: str, address: str) -> Markup:
    """A set of dumps, which is a dataset too."""
    settings, publisher = portal().settings, {"@type": "Organization", "name": portal().settings.publisher}
    fields: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": address,
        "url": address,
        "name": f"{settings.title}: {name}",
        "description": f"{description} {settings.title}, {address}",
        "identifier": address,
        "version": str(found.number),
        "dateModified": found.made.isoformat(),
        "license": settings.licence,
        "creator": publisher,
        "publisher": publisher,
        "isAccessibleForFree": True,
        "distribution": [] if found.removed else [_dumped(each, address) for each in found.files],
        "includedInDataCatalog": _catalogue(),
    }
    return written(fields.items())


def _dumped(file: File, address: str) -> dict[str, str]:
    return {
        "@type": "DataDownload",
        "name": file.name,
        "contentUrl": f"{address}/{file.name}",
        "encodingFormat": file.media_type,
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
    }


def _description(own: Sequence[Triple], title: str, address: str) -> str:
    """One that is too short begins with the title, and ends with whose data it is and where it is listed."""
    text = "\n\n".join(_texts(own, DCT.description))
    if len(text) < _SHORTEST:
        publishers = (presenter().label(each.value).value for each in _things(own, DCT.publisher))
        text = " · ".join(filter(None, (title, text, *publishers, portal().settings.title, address)))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _people(own: Sequence[Triple]) -> _Fields:
    publishers = [_organisation(each) for each in _things(own, DCT.publisher)]
    yield "creator", [_organisation(each) for each in _things(own, DCT.creator)] or publishers
    yield "publisher", publishers


def _organisation(node: NamedNode) -> dict[str, str]:
    known = view().entry(node.value)
    told = {"@type": "Organization", "@id": node.value, "name": presenter().label(node.value).value}
    pages = [page.value for page in _things(closure(view().store, node), FOAF.homepage) if link(page.value)]
    if pages:
        return {**told, "url": pages[0]}
    return {**told, "url": portal().iris.base + urls().record_path(known)} if known and known.key else told


def _coverage(own: Sequence[Triple], told: Statements) -> _Fields:
    """When and where the data is of."""
    periods = [_inside(each, told) for each in _objects(own, DCT.temporal)]
    yield "temporalCoverage", [period for each in periods if (period := _period(each))]
    places = ((each, _inside(each, told)) for each in _objects(own, DCT.spatial)[:_MOST])
    yield "spatialCoverage", [place for each, said in places if (place := _place(each, said))]


def _inside(node: object, told: Statements) -> Sequence[Triple]:
    """What is said of a part: in the record where it has no name, else of it."""
    if isinstance(node, BlankNode):
        return told.get(node, ())
    return closure(view().store, node) if isinstance(node, NamedNode) else ()


def _period(said: Sequence[Triple]) -> str:
    """An interval of ISO 8601, open where an end is not said."""
    start, end = _first(said, DCAT.startDate), _first(said, DCAT.endDate)
    return f"{start or '..'}/{end or '..'}" if start or end else ""


def _place(node: _Node, said: Sequence[Triple]) -> dict[str, Any] | None:
    """By name, by box, or both."""
    named = isinstance(node, NamedNode) and view().labels(node.value)
    name = presenter().label(node.value).value if named else ""
    box = next(filter(None, (_box(each) for each in _objects(said, DCAT.bbox))), "")
    shape = {"@type": "GeoShape", "box": box} if box else None
    told = {"@type": "Place", "name": name, "geo": shape}
    return {field: value for field, value in told.items() if value} if name or box else None


def _box(literal: object) -> str:
    """South, west, north and east of a rectangle in WKT, which begins with the longitude."""
    outline = _POLYGON.fullmatch(literal.value) if isinstance(literal, Literal) else None
    numbers = [float(number) for number in _NUMBER.findall(outline.group(1))] if outline else []
    east, north = numbers[::2], numbers[1::2]
    if len(numbers) < 6 or len(east) != len(north) or max(map(abs, north)) > 90 or max(map(abs, east)) > 180:
        return ""
    return f"{min(north):g} {min(east):g} {max(north):g} {max(east):g}"


def _files(own: Sequence[Triple]) -> _Fields:
    parts = [by_subject(closure(view().store, node)).get(node, ()) for node in _things(own, DCAT.distribution)[:_MOST]]
    yield "distribution", [file for part in parts if (file := dict(_file(part))).get("contentUrl")]
    licences = (each.value for part in (own, *parts) for each in _things(part, DCT.license))
    yield "license", list(dict.fromkeys(filter(link, licences)))


def _file(part: Sequence[Triple]) -> _Fields:
    addresses = (each.value for by in (DCAT.downloadURL, DCAT.accessURL) for each in _things(part, by))
    yield "@type", "DataDownload"
    yield "contentUrl", next(filter(link, addresses), None)
    title = next(iter(_texts(part, DCT.title)), "")
    if title:
        yield "name", title
    types = [each.value.removeprefix(MEDIA_TYPES) for each in _things(part, DCAT.mediaType)]
    formats = [presenter().label(each.value).value for each in _things(part, DCT["format"])]
    if types or formats:
        yield "encodingFormat", (types or formats)[0]


def _objects(said: Iterable[Triple], by: NamedNode) -> list[Any]:
    return sorted((triple.object for triple in said if triple.predicate == by), key=str)


def _things(said: Iterable[Triple], by: NamedNode) -> list[NamedNode]:
    return [each for each in _objects(said, by) if isinstance(each, NamedNode)]


def _texts(said: Iterable[Triple], by: NamedNode) -> list[str]:
    """In the reader's language, and without one."""
    literals = [each for each in _objects(said, by) if isinstance(each, Literal)]
    tag = best_tag({each.language for each in literals if each.language}, language())
    return [each.value for each in literals if not each.language or each.language == tag]


def _first(said: Iterable[Triple], by: NamedNode) -> str:
    return next((each.value for each in _objects(said, by) if isinstance(each, Literal)), "")
