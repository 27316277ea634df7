"""A dataset as schema.org has it, in its page: what Google's search for datasets reads, and others do too.

https://developers.google.com/search/docs/appearance/structured-data/dataset: name, description (50 to 5,000
characters) and, of each file, contentUrl are required; of what is recommended, all that DCAT has a property for.
Which of its properties that is, the table of the profile schema.org says: queries/becoming/schema.org.csv.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup
from pyoxigraph import BlankNode, Literal, NamedNode

from api.contexts.pages import Text
from api.portal import gettext, language, portal, presenter, urls, view
from api.presenting.filters import link, shortened
from api.presenting.markup import without_markup
from api.presenting.presentation import Statements, best_tag, by_property, cut
from graph import moments
from graph.ledger import Entry
from graph.serialisation.terms import term
from graph.serialise import Row, row
from loaders.dumps.sets import DumpSet, File
from queries.becoming.nodes import becomes
from queries.becoming.tables import table
from vocabularies.namespaces import DCAT, DCT, SCHEMA

KINDS: Final = ("datasets", "series")

_CLASSES: Final = {
    "organisations": "Organization",
    "services": "WebAPI",
    "reuses": "CreativeWork",
    "catalogues": "DataCatalog",
    "cores": "ItemList",
}
"""Of the other kinds, the one class by which a search engine may know it."""

_SHORTEST, _LONGEST = 50, 5000
"""Characters of a description."""

_LONGEST_KEYWORD: Final = 200
_LONGEST_TEXT: Final = 2_000
"""Characters of any other text, and of addresses: longer ones browsers do not follow either."""

_MOST: Final = 100
"""Files, keywords, places, authors, names: the RDF has them all."""

_TOLD_BESIDES: Final = (DCT.publisher, DCT.creator, DCT.spatial, DCT.temporal)
"""What is told along with a dataset, besides its files."""

_CONTEXT: Final = "https://schema.org/"
_ESCAPED: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
"""What would end a script, or begin a comment in it, is written as JSON allows."""

_Fields = Iterator[tuple[str, Any]]

Said = Mapping[NamedNode, Sequence[NamedNode | BlankNode | Literal]]
"""What is said of a node, by property."""
Parts = Mapping[NamedNode | BlankNode | Literal, Said]
"""What is said of several, by node."""

_NOTHING: Final[Said] = {}


def embedded(entry: Entry, told: Statements) -> Markup:
    """The description to stand in the page, inert: browsers run no JSON-LD. Empty for what is no dataset."""
    if entry.kind not in KINDS:
        return Markup()
    return written({"@context": _CONTEXT, **dataset(entry, described(entry, told))}.items())


def written(fields: Iterable[tuple[str, Any]]) -> Markup:
    """What is told of, as text that may stand in a script element of HTML."""
    description = {name: _bounded(value, name) for name, value in fields if value not in (None, "", [])}
    return Markup(json.dumps(description, ensure_ascii=False).translate(_ESCAPED))  # noqa: S704  just escaped


def _bounded(value: Any, name: str = "") -> Any:
    """No text of it longer than who reads it takes."""
    if isinstance(value, dict):
        return {each: _bounded(told, each) for each, told in value.items()}
    if isinstance(value, list):
        return [_bounded(each, name) for each in value]
    longest = _LONGEST if name == "description" else _LONGEST_TEXT
    return value if not isinstance(value, str) or len(value) <= longest else f"{value[: longest - 1]}…"


def thing(entry: Entry, name: str, description: str, others: Sequence[Text]) -> Markup:
    """A record of another kind, by what it is called; empty where schema.org has no class for it."""
    kind = _CLASSES.get(entry.kind)
    if kind is None:
        return Markup()
    fields: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": kind,
        "@id": entry.iri,
        "url": portal().iris.base + urls().record_path(entry),
        "name": name,
        "alternateName": _names(others),
        "description": description,
    }
    return written(fields.items())


def page(title: str, address: str, way: Sequence[tuple[str, str]]) -> Markup:
    """A page that is about nothing that schema.org has a class for: what it is called, and where it is."""
    steps = [
        {"@type": "ListItem", "position": place, "name": name, "item": item}
        for place, (name, item) in enumerate(way, start=1)
    ]
    fields: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "WebPage",
        "name": title,
        "url": address,
        "inLanguage": language(),
        "isPartOf": {"@type": "WebSite", "name": portal().settings.title, "url": f"{portal().iris.base}/"},
        "breadcrumb": {"@type": "BreadcrumbList", "itemListElement": steps} if steps else None,
    }
    return written(fields.items())


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
    yield "dateModified", moments.written(view().generation.manifest.sealed_at)


def described(entry: Entry, told: Statements) -> Parts:
    """The dataset with its files, people and places, in terms of schema.org: made by the table of that profile."""
    node = NamedNode(entry.iri)
    own = by_property((one.predicate, one.object) for one in told.get(node, ()))
    parts = _things(own, DCAT.distribution)[:_MOST]
    named = {each for by in _TOLD_BESIDES for each in _things(own, by)[:_MOST]}
    triples = [one for each in told.values() for one in each]
    for each in (*parts, *sorted(named, key=str)):
        triples += view().closure(each)
    return _read(becomes([row(one) for one in triples], table("schema.org"), about=[str(node)]))


def _read(rows: Iterable[Row]) -> Parts:
    """Rows as terms; statements about statements are not told."""
    by_subject: dict[str, list[tuple[NamedNode, Any]]] = {}
    for subject, predicate, value in rows:
        if not value.startswith("<<"):
            by_subject.setdefault(subject, []).append((NamedNode(predicate[1:-1]), term(value)))
    return {term(subject): by_property(said) for subject, said in by_subject.items()}


def dataset(entry: Entry, told: Parts) -> dict[str, Any]:
    """The description as a tree, of what there is to say only."""
    return {name: value for name, value in _dataset(entry, told) if value not in (None, "", [])}


def _dataset(entry: Entry, told: Parts) -> _Fields:
    own = told.get(NamedNode(entry.iri), _NOTHING)
    title, others = presenter().titles(entry.iri)
    address = portal().iris.base + urls().record_path(entry)
    yield "@type", "Dataset"
    yield "@id", entry.iri
    yield "url", address
    yield "name", cut(title).value
    yield "alternateName", _names(others)
    yield "description", _description(own, title.value, address)
    yield "identifier", _texts(own, SCHEMA.identifier)[:_MOST]
    yield "sameAs", [each.value for each in _things(own, SCHEMA.sameAs)[:_MOST]]
    yield "keywords", [shortened(each, _LONGEST_KEYWORD) for each in _texts(own, SCHEMA.keywords)[:_MOST]]
    yield "version", next(iter(_texts(own, SCHEMA.version)), "")
    yield "datePublished", _first(own, SCHEMA.datePublished)
    yield "dateModified", _first(own, SCHEMA.dateModified)
    yield "isAccessibleForFree", _first(own, SCHEMA.isAccessibleForFree) == "true" or None
    for name in ("creator", "publisher"):
        yield name, [_organisation(each, told) for each in _things(own, SCHEMA[name])[:_MOST]]
    yield "temporalCoverage", _texts(own, SCHEMA.temporalCoverage)[:_MOST]
    places = (_place(each, told) for each in _objects(own, SCHEMA.spatialCoverage)[:_MOST])
    yield "spatialCoverage", [place for place in places if place]
    yield from _files(own, told)
    yield "isPartOf", [each.value for each in _things(own, SCHEMA.isPartOf)[:_MOST]]
    yield "includedInDataCatalog", _catalogue()


def _names(titles: Sequence[Text]) -> list[str]:
    return [cut(each).value for each in titles[:_MOST]]


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
        "dateModified": moments.written(found.made),
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


def _description(own: Said, title: str, address: str) -> str:
    """One that is too short begins with the title, and ends with whose data it is and where it is listed."""
    text = "\n\n".join(map(without_markup, _texts(own, SCHEMA.description)))
    if len(text) < _SHORTEST:
        publishers = (presenter().label(each.value).value for each in _things(own, SCHEMA.publisher))
        text = " · ".join(filter(None, (title, text, *publishers, portal().settings.title, address)))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _organisation(node: NamedNode, told: Parts) -> dict[str, str]:
    known = view().entry(node.value)
    own = {"@type": "Organization", "@id": node.value, "name": presenter().label(node.value).value}
    pages = [page.value for page in _things(told.get(node, _NOTHING), SCHEMA.url)]
    if pages:
        return {**own, "url": pages[0]}
    return {**own, "url": portal().iris.base + urls().record_path(known)} if known and known.key else own


def _place(node: NamedNode | BlankNode | Literal, told: Parts) -> dict[str, Any] | None:
    """By name, by box, or both."""
    named = isinstance(node, NamedNode) and view().labels(node.value)
    name = presenter().label(node.value).value if isinstance(node, NamedNode) and named else ""
    shapes = _objects(told.get(node, _NOTHING), SCHEMA.geo)
    box = next(filter(None, (_first(told.get(shape, _NOTHING), SCHEMA.box) for shape in shapes)), "")
    shape = {"@type": "GeoShape", "box": box} if box else None
    place = {"@type": "Place", "name": name, "geo": shape}
    return {field: value for field, value in place.items() if value} if name or box else None


def _files(own: Said, told: Parts) -> _Fields:
    parts = [told.get(node, _NOTHING) for node in _things(own, SCHEMA.distribution)[:_MOST]]
    yield "distribution", [file for part in parts if (file := dict(_file(part))).get("contentUrl")]
    licences = (each.value for part in (own, *parts) for each in _things(part, SCHEMA.license))
    yield "license", list(dict.fromkeys(filter(link, licences)))


def _file(part: Said) -> _Fields:
    addresses = [each.value for each in _things(part, SCHEMA.contentUrl)]
    yield "@type", "DataDownload"
    yield "contentUrl", next(iter(addresses), None)
    for name, by in (("name", SCHEMA.name), ("encodingFormat", SCHEMA.encodingFormat), ("sha256", SCHEMA.sha256)):
        text = next(iter(_texts(part, by)), "")
        if text:
            yield name, text


def _objects(said: Said, by: NamedNode) -> list[NamedNode | BlankNode | Literal]:
    return sorted(said.get(by, ()), key=str)


def _things(said: Mapping[NamedNode, Iterable[object]], by: NamedNode) -> list[NamedNode]:
    return [each for each in sorted(said.get(by, ()), key=str) if isinstance(each, NamedNode)]


def _texts(said: Said, by: NamedNode) -> list[str]:
    """In the reader's language, and without one."""
    literals = [each for each in _objects(said, by) if isinstance(each, Literal)]
    tag = best_tag({each.language for each in literals if each.language}, language())
    return [each.value for each in literals if not each.language or each.language == tag]


def _first(said: Said, by: NamedNode) -> str:
    return next((each.value for each in _objects(said, by) if isinstance(each, Literal)), "")
