"""What changed last as an Atom feed: for readers of news, and for harvesters that know nothing else.

https://www.rfc-editor.org/rfc/rfc4287, deletions by rfc6721, pages by rfc5005.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from flask import Response, request

from api.harvest import asked, crawl, following, paging, xml
from api.harvest.paging import Paging
from api.portal import gettext, language, portal, presenter, urls, view
from api.presenting.filters import shortened
from api.presenting.markup import without_markup
from api.presenting.presentation import Presenter
from graph import moments
from graph.formats import ATOM, HTML, TURTLE
from queries.changes import Item
from queries.outlines import DESCRIPTIONS
from vocabularies.namespaces import ATOM as NAMESPACE
from vocabularies.namespaces import ATOM_TOMBSTONES

_PATH: Final = "/feed.atom"
_ENTRIES: Final = 50
_SUMMARY: Final = 500


def answer() -> Response:
    """A page of it, the newest first; the parameters that select are those of the catalogue."""
    asked.check_names("page", crawl.PARAMETER)
    crawl.bound(f"{_PATH}?{urlencode(asked.parameters())}".rstrip("?"))
    items = _items()
    address = f"{portal().iris.base}{_PATH}"
    here = Paging(address, asked.parameters(), view().number, _ENTRIES, len(items)).turned_to(paging.page_asked())
    body = _feed(items, here)
    response = Response(body, content_type=f"{ATOM.media_type}; charset=utf-8")
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.last_modified = datetime.fromtimestamp(items[0].moment, UTC) if items else None
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
    response.headers["Link"] = ", ".join(here.links())
    response.make_conditional(request)
    return response


def _items() -> Sequence[Item]:
    """What is listed or was; who selects is told of all that is gone, for of that no one knows what it was."""
    items = following.chronicle().items[::-1]
    selection = asked.selection()
    if selection.everything:
        return items
    found = view().selected(selection)
    wanted = {iri for iris in found.listed.values() for iri in iris}
    if selection.modified_since is None:
        return [item for item in items if item.iri in wanted or item.gone]
    left = {one.iri for one in found.removed}
    return [item for item in items if item.iri in wanted or item.iri in left]


def _feed(items: Sequence[Item], here: Paging) -> bytes:
    shown = presenter()
    base = portal().iris.base
    newest = items[0].moment if items else int(view().generation.manifest.sealed_at.timestamp())
    told = [
        xml.text("id", here.first),
        xml.text("title", f"{portal().settings.title}: {gettext('Changes to the catalogue')}"),
        xml.text("updated", moments.of_second(newest)),
        xml.element("author", xml.text("name", portal().settings.publisher)),
        _link("self", _asked(here), ATOM.media_type),
        _link("current", here.first, ATOM.media_type),
        _link("alternate", f"{base}/feed", HTML.media_type),
        *(_link(_RELATIONS.get(name, name), at, ATOM.media_type) for name, at in here.related()),
        *(line for item in items[here.offset : here.offset + here.limit] for line in _entry(shown, item)),
    ]
    spaces = {"xmlns": NAMESPACE, "xmlns:at": ATOM_TOMBSTONES, "xml:lang": language()}
    root = xml.element("feed", "\n".join(["", *told, ""]), spaces)
    return xml.document(root)


_RELATIONS: Final = {"prev": "previous"}


def _asked(here: Paging) -> str:
    """Where this page is; the first one stays that of what is current, for readers subscribe to it."""
    bound = crawl.PARAMETER in request.args or here.page > 1
    return here.at(here.page) if bound else here.first


def _entry(shown: Presenter, item: Item) -> Iterator[str]:
    moment = moments.of_second(item.moment)
    if item.gone:
        yield xml.element("at:deleted-entry", attributes={"ref": item.iri, "when": moment})
        return
    entry = view().entry(item.iri)
    path = urls().absolute(urls().in_language(None).record(entry)) if entry is not None else item.iri
    told = [
        xml.text("id", item.iri),
        xml.text("title", shown.titles(item.iri)[0].value),
        xml.text("updated", moment),
        _link("alternate", path, HTML.media_type),
        _link("alternate", f"{path}.{TURTLE.extension}", TURTLE.media_type),
    ]
    summary = shown.texts(shown.first(item.iri, DESCRIPTIONS), whole=True)[:1]
    told += (xml.text("summary", shortened(without_markup(text.value), _SUMMARY)) for text in summary)
    yield xml.element("entry", "\n".join(["", *told, ""]))


def _link(relation: str, address: str, media_type: str) -> str:
    return xml.element("link", attributes={"rel": relation, "href": address, "type": media_type})
