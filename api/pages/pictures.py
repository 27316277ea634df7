"""Pictures of reuses and logos of organisations, as they were made anew here; no reader asks another site for them."""

from typing import Final

from flask import Response, request

from api.contexts.pages import Picture
from api.portal import portal, urls, view
from loaders.pictures.addresses import addresses, kinds
from loaders.pictures.album import MEDIA_TYPE, Rendition

_LOGOS: Final = "organisations"


def picture(name: str) -> Response:
    """A picture by its digest: the address means the same bytes for ever. Raises NotFound."""
    body = portal().album.body(name)
    response = Response(body, content_type=MEDIA_TYPE)
    response.set_etag(name.partition(".")[0][:32])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return response


def of_record(kind: str, iri: str) -> Picture | None:
    """The first picture of a record that could be fetched, told to templates; None where there is none."""
    if not portal().settings.pictures or kind not in kinds():
        return None
    found = map(portal().album.renditions, addresses(view().store, kind, iri))
    return next((_shown(renditions, kind) for renditions in found if renditions), None)


def is_left_out(kind: str, iri: str) -> bool:
    """Whether pictures of a record were asked for and none can be shown."""
    if not portal().settings.pictures or kind not in kinds():
        return False
    known = list(filter(None, map(portal().album.note, addresses(view().store, kind, iri))))
    return bool(known) and all(note.reason and not note.renditions for note in known)


def _shown(renditions: tuple[Rendition, ...], kind: str) -> Picture:
    hrefs = [urls().resource(f"/pictures/{each.name}") for each in renditions]
    widths = [f"{href} {each.width}w" for href, each in zip(hrefs, renditions, strict=True)]
    largest = renditions[-1]
    srcset = ", ".join(widths) if len(widths) > 1 else ""
    return Picture(hrefs[0], srcset, largest.width, largest.height, hrefs[-1], is_logo=kind == _LOGOS)
