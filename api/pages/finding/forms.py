"""What a list found, for programs: JSON, a table, news, and RDF; each the same part of the list as its page."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from api.harvest import xml
from api.interfaces import origin
from api.pages.finding.asked import Asking
from api.pages.finding.facets import counted
from api.portal import gettext, language, portal, presenter, urls, view
from api.presenting.filters import shortened
from api.presenting.markup import without_markup
from api.presenting.presentation import best_tag
from api.presenting.properties import KIND_NAMES
from graph import moments
from graph.formats import ATOM, CSV, HTML, TURTLE, Format
from graph.formats import PLAIN_JSON as JSON
from graph.index import DEEPEST, Hits
from graph.ledger import Entry
from graph.store import closure
from loaders.dumps.tables import SEPARATOR, uncalculated
from queries.outlines import Outline
from vocabularies.namespaces import ATOM as NAMESPACE
from vocabularies.namespaces import DCT, HYDRA, OPENSEARCH, RDF

OTHERS: Final[tuple[Format, ...]] = (JSON, CSV, ATOM)
"""The forms of a list besides HTML and RDF."""

_SUMMARY: Final = 500

_COLUMNS: Final = (
    "iri", "page", "kind", "title", "title_language", "summary", "publisher", "publisher_iri", "changed", "themes",
    "formats", "licences", "high_value",
)  # fmt: skip


def content(asking: Asking, hits: Hits, form: Format) -> bytes:
    """The list in one of its own forms."""
    makers: Mapping[str, Callable[[Asking, Hits], bytes]] = {JSON.name: _json, CSV.name: _table, ATOM.name: _feed}
    return makers[form.name](asking, hits)


def _records(hits: Hits) -> Iterator[tuple[Entry, Outline]]:
    for hit in hits.hits:
        entry = view().entry(hit.iri)
        if entry is not None:
            yield entry, view().outline(hit.iri)


def _page_of(entry: Entry) -> str:
    return urls().absolute(urls().in_language(None).record(entry))


# where the list goes on


def address(asking: Asking, extension: str = "") -> str:
    """Where the list is, in no language; with an extension in that form."""
    path = f"{asking.path}.{extension}" if extension else asking.path
    return urls().absolute(urls().resource(path, asking.parameters()))


def pages(asking: Asking, total: int) -> int:
    return max(1, -(-min(total, DEEPEST) // asking.size))


def related(asking: Asking, total: int, extension: str) -> Iterator[tuple[str, str]]:
    """The parts of the list that this one leads to, by relation."""
    last = pages(asking, total)
    yield "first", address(asking.at(1), extension)
    if asking.page > 1:
        yield "prev", address(asking.at(asking.page - 1), extension)
    if asking.page < last:
        yield "next", address(asking.at(asking.page + 1), extension)
    yield "last", address(asking.at(last), extension)


# JSON


def _json(asking: Asking, hits: Hits) -> bytes:
    told = {
        origin.MEMBER: dict(origin.TEXTS),
        "total": hits.total,
        "page": asking.page,
        "pages": pages(asking, hits.total),
        "limit": asking.size,
        "query": asking.text,
        "sort": asking.sort,
        "filters": {name: list(asking.values(name)) for name in dict.fromkeys(name for name, _ in asking.chosen)},
        "some_words_only": hits.relaxed,
        "did_you_mean": view().meant(asking.text) if asking.text else None,
        "html": address(asking),
        "links": dict(related(asking, hits.total, JSON.extension)),
        "results": [_result(entry, told) for entry, told in _records(hits)],
        "facets": {one.parameter: _counts(values) for one, values in counted(asking, hits.facets)},
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _result(entry: Entry, told: Outline) -> dict[str, Any]:
    return {
        "iri": entry.iri,
        "page": _page_of(entry),
        "kind": entry.kind,
        "title": dict(view().labels(entry.iri)),
        "summary": {each.language or "": shortened(without_markup(each.value), _SUMMARY) for each in told.descriptions},
        "publisher": _named(told.publisher) if told.publisher else None,
        "changed": told.date,
        "themes": [_named(each) for each in told.themes],
        "formats": [_named(each) for each in told.formats],
        "licences": [_named(each) for each in told.licences],
        "high_value": told.high_value,
        "status": told.status,
    }


def _named(value: str) -> dict[str, Any]:
    return {"value": value, "name": _name(value)}


def _name(value: str) -> dict[str, str]:
    """What an IRI is called in each language; a text says that itself."""
    return dict(view().labels(value)) if ":" in value else {}


def _counts(values: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"value": value, "count": count, "name": _name(value)} for value, count in values]


# the table


def _table(_asking: Asking, hits: Hits) -> bytes:
    """As the tables of the dumps: several values with | between, no text that a spreadsheet would calculate."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for entry, told in _records(hits):
        writer.writerow([uncalculated(" ".join(cell.split())) for cell in _row(entry, told)])
    return out.getvalue().encode()


def _row(entry: Entry, told: Outline) -> Iterator[str]:
    titles = view().labels(entry.iri)
    tag = best_tag(titles, language())
    summary = next(iter(presenter().texts(told.descriptions, whole=True)), None)
    yield entry.iri
    yield _page_of(entry)
    yield entry.kind
    yield titles[tag] if tag is not None else ""
    yield tag or ""
    yield shortened(without_markup(summary.value), _SUMMARY) if summary else ""
    yield presenter().label(told.publisher).value if told.publisher else ""
    yield told.publisher or ""
    yield told.date or ""
    for iris in (told.themes, told.formats, told.licences):
        yield SEPARATOR.join(label for iri in iris if SEPARATOR not in (label := presenter().label(iri).value))
    yield "true" if told.high_value else "false"


# the feed


def heading(asking: Asking) -> str:
    """What the list is called."""
    of = gettext(KIND_NAMES[asking.kind]) if asking.kind else gettext("Search")
    return f"{of} \u2013 {asking.text}" if asking.text else of


def _feed(asking: Asking, hits: Hits) -> bytes:
    """https://www.rfc-editor.org/rfc/rfc4287, with what OpenSearch says of results."""
    records = list(_records(hits))
    sealed = view().generation.manifest.sealed_at
    newest = max((entry.changed for entry, _ in records), default=sealed)
    told = [
        xml.text("id", address(asking.at(1), ATOM.extension)),
        xml.text("title", f"{portal().settings.title}: {heading(asking)}"),
        xml.text("updated", moments.written(newest)),
        xml.element("author", xml.text("name", portal().settings.publisher)),
        _link("self", address(asking, ATOM.extension), ATOM.media_type),
        _link("alternate", address(asking), HTML.media_type),
        _link("search", f"{portal().iris.base}/opensearch.xml", "application/opensearchdescription+xml"),
        *(
            _link(_RELATIONS.get(name, name), at, ATOM.media_type)
            for name, at in related(asking, hits.total, ATOM.extension)
        ),
        xml.text("opensearch:totalResults", str(hits.total)),
        xml.text("opensearch:startIndex", str(asking.offset + 1)),
        xml.text("opensearch:itemsPerPage", str(asking.size)),
        *(_entry(entry, outline) for entry, outline in records),
    ]
    spaces = {"xmlns": NAMESPACE, "xmlns:opensearch": OPENSEARCH, "xml:lang": language()}
    return xml.document(xml.element("feed", "\n".join(["", *told, ""]), spaces))


_RELATIONS: Final = {"prev": "previous"}


def _entry(entry: Entry, outline: Outline) -> str:
    page = _page_of(entry)
    summary = next(iter(presenter().texts(outline.descriptions, whole=True)), None)
    told = [
        xml.text("id", entry.iri),
        xml.text("title", presenter().titles(entry.iri)[0].value),
        xml.text("updated", moments.written(entry.changed)),
        _link("alternate", page, HTML.media_type),
        _link("alternate", f"{page}.{TURTLE.extension}", TURTLE.media_type),
    ]
    if summary:
        told.append(xml.text("summary", shortened(without_markup(summary.value), _SUMMARY)))
    return xml.element("entry", "\n".join(["", *told, ""]))


def _link(relation: str, at: str, media_type: str) -> str:
    return xml.element("link", attributes={"rel": relation, "href": at, "type": media_type})


# RDF


def statements(asking: Asking, hits: Hits) -> Iterable[Triple]:
    """The list as a hydra:Collection, the part of it that this is, and what is said of the records of this part."""
    collection, here = NamedNode(f"{address(asking.at(1))}#{_WHOLE}"), NamedNode(address(asking))
    yield Triple(collection, RDF.type, HYDRA.Collection)
    yield Triple(collection, DCT.title, Literal(heading(asking), language=language()))
    yield Triple(collection, HYDRA.totalItems, Literal(hits.total))
    yield Triple(collection, HYDRA.view, here)
    yield Triple(here, RDF.type, HYDRA.PartialCollectionView)
    for relation, at in related(asking, hits.total, ""):
        yield Triple(here, _HYDRA[relation], NamedNode(at))
    for hit in hits.hits:
        yield from _member(collection, NamedNode(hit.iri))


_WHOLE: Final = "results"
"""The fragment of the whole list in the address of its first part."""

_HYDRA: Final = {"first": HYDRA.first, "prev": HYDRA.previous, "next": HYDRA.next, "last": HYDRA.last}


def _member(collection: NamedNode, record: NamedNode) -> Iterator[Triple]:
    yield Triple(collection, HYDRA.member, record)
    yield from closure(view().store, record)
