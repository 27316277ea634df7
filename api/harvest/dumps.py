"""Dumps: the page that lists them, a page and RDF of each set, and its files in whole or from any byte on.

Files have one address for good, `/dumps/42/…`; `/dumps/latest/…` gives those of the newest set and says which it is.
"""

import gzip
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, Final, cast

from flask import Response, redirect, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from api import answers
from api.answers import Resource
from api.contexts.pages import Beside, Page
from api.harvest import licensing, schema_org
from api.harvest.dump_statements import DESCRIPTION, PATH, TITLE, kept, reference, series, statements
from api.harvest.signposting import licences
from api.http.compression import GZIP
from api.http.limits import LONG
from api.portal import gettext, portal, urls, view
from api.presenting.beside import cited
from api.sparql.request import client_key
from graph.errors import Gone, NotFound, QueryBusy
from graph.formats import CSV, TURTLE
from loaders.dumps.making import CHECKSUMS, METADATA, PACKED
from loaders.dumps.sets import LATEST, DumpSet, File
from loaders.terms import Terms

_LISTED: Final = 30
"""Sets on the page, the newest; an older one still has a page of its own."""

_PIECE: Final = 256 << 10

_PATIENCE: Final = 60.0
_LEAST: Final = 4 << 10
"""Bytes a second that a client takes, or loses its place once that patience is at its end; it can go on from there."""

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_BESIDE: Final = {METADATA: "application/csvm+json", CHECKSUMS: "text/plain; charset=utf-8"}
"""Files of a set that are about the others."""


class Sending(FileWrapper):
    """A file in pieces, until its end or that of our patience with who takes hardly any of it."""

    def __init__(self, file: IO[bytes], clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(file, _PIECE)
        self._clock = clock
        self._began = clock()
        self._sent = 0

    def __next__(self) -> bytes:
        took = self._clock() - self._began
        if took > _PATIENCE and self._sent < _LEAST * took:
            raise StopIteration
        piece = super().__next__()
        self._sent += len(piece)
        return piece


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A file as a page lists it."""

    name: str
    href: str
    count: int
    size: int
    unpacked: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DumpPage:
    template = "dump.html"
    heading: str
    number: int
    made: datetime
    removed: datetime | None
    files: tuple[DumpFile, ...]
    about: tuple[tuple[str, str], ...]
    beside: Beside
    address: str
    """Of this set, for good."""
    newest: str
    """Of the newest set, whichever that is."""
    terms: tuple[tuple[str, str, str], ...]
    """Sources that state any: name, licence, attribution."""
    structured: str
    others: tuple[tuple[str, datetime, str], ...] = ()
    """All sets: number, when it was made, where it is."""


@dataclass(frozen=True, slots=True)
class NoDumpsPage:
    template = "no-dumps.html"
    heading: str


def listing(extension: str | None = None) -> Response:
    """The newest set, and the way to older ones."""
    dumps = kept()
    numbers = dumps.numbers()[::-1]
    newest = dumps.latest()
    sets = [dumps.find(number) for number in numbers[:_LISTED]]
    form = answers.chosen(extension)
    changed = newest.made if newest else view().generation.manifest.sealed_at
    state = " ".join(f"{each.number}{'-' if each.removed else ''}" for each in sets)
    resource = Resource(PATH, changed)
    page = partial(_newest_page, newest, sets)
    return answers.respond(form, resource, page, partial(series, sets), state=state)


def dump_set(name: str) -> Response:
    """One set, whose files may be gone; `latest` leads to the newest."""
    number, extension = answers.split_extension(name)
    found = _found(number)
    form = answers.chosen(extension)
    if number == LATEST:
        suffix = f".{extension}" if extension else ""
        led = redirect(urls().page(f"{PATH}/{found.number}{suffix}"), 302)
        return Response(led.get_data(), 302, {**led.headers, "Cache-Control": "no-cache"})
    crumbs = ((gettext("Dumps"), urls().page(PATH)),)
    resource = Resource(f"{PATH}/{found.number}", found.removed or found.made, crumbs=crumbs)
    state = str(found.removed)
    return answers.respond(form, resource, partial(_page, found), partial(statements, found), state=state)


def file(number: str, name: str) -> Response:
    """A file of a set. Raises Gone where the set's files were removed."""
    found = _found(number)
    newest = f"{portal().iris.base}{PATH}/{LATEST}/{name}"
    gone = Gone(f"the files of the dumps of generation {found.number} were removed", newest)
    if found.removed is not None:
        raise gone
    try:
        response = _response(found, name)
    except FileNotFoundError as error:  # just now
        raise gone from error
    if number == LATEST:
        response.headers["Content-Location"] = urls().resource(f"{PATH}/{found.number}/{name}")
        response.headers["Cache-Control"] = "no-cache"
    return response


def _found(number: str) -> DumpSet:
    """Raises NotFound for what is no set, and for one that never was."""
    dumps = kept()
    newest = dumps.latest_number() if number == LATEST else None
    if newest is None and not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound("set of dumps", number)
    return dumps.find(int(number) if newest is None else newest)


def _response(found: DumpSet, name: str) -> Response:
    folder = kept().path(found.number)
    if name in _BESIDE:
        return _conditional(Response((folder / name).read_bytes(), content_type=_BESIDE[name]), found)
    if name.endswith(f".{CSV.extension}"):
        return _table(found, found.file(f"{name}{PACKED}"), folder)
    packed = found.file(name)
    response = Response(content_type="application/gzip")
    response.set_etag(packed.sha256)
    response.headers["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(packed.sha256)).decode()}:"
    response.headers["Content-Disposition"] = _saved_as(found, name)
    _fill(response, folder / name, packed.size)
    return _conditional(response, found, packed.size)


def _table(found: DumpSet, packed: File, folder: Path) -> Response:
    """A table under the name that its description has for it, unpacked on its way or by whoever asked."""
    response = Response(content_type=f"{CSV.media_type}; charset=utf-8; header=present")
    response.vary.add("Accept-Encoding")
    response.headers["Content-Disposition"] = _saved_as(found, packed.name.removesuffix(PACKED))
    if request.accept_encodings.quality(GZIP.name) > 0:
        response.headers["Content-Encoding"] = GZIP.name
        response.set_etag(f"{packed.sha256}-{GZIP.name}")
        _fill(response, folder / packed.name, packed.size)
    else:
        response.set_etag(packed.sha256)
        _fill(response, folder / packed.name, packed.unpacked, unpacked=True)
    return _conditional(response, found)


def _saved_as(found: DumpSet, name: str) -> str:
    """So that files of two sets do not take each other's name."""
    stem, _, extensions = name.partition(".")
    return f'attachment; filename="{stem}-{found.number}.{extensions}"'


def _fill(response: Response, path: Path, size: int, *, unpacked: bool = False) -> None:
    """Let a file be sent, in a place of its own where that may take long. Raises QueryBusy where there is none."""
    response.content_length = size
    if request.method == "HEAD":
        return
    opened = path.open("rb")
    response.call_on_close(opened.close)
    if size > LONG:
        client = client_key(request.remote_addr or "")
        try:
            portal().downloads.take(client)
        except QueryBusy:
            response.close()
            raise
        response.call_on_close(partial(portal().downloads.leave, client))
    response.response = Sending(cast("IO[bytes]", gzip.GzipFile(fileobj=opened)) if unpacked else opened)


def _conditional(response: Response, found: DumpSet, length: int | None = None) -> Response:
    """What every file says of itself, cut to the range that was asked for where it has a `length`."""
    response.last_modified = found.made
    response.headers["Cache-Control"] = _FOR_EVER
    response.headers["Link"] = ", ".join(_links(found))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Content-Disposition, Content-Range, ETag, Link, Repr-Digest"
    try:
        response.make_conditional(_one_range(), accept_ranges=length is not None, complete_length=length)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response


def _one_range() -> dict[str, Any]:
    """The request without a range that is none we give: of other units, several, or not of a file that is sent."""
    environ = dict(request.environ)
    asked = request.range
    if request.method != "GET" or asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        environ.pop("HTTP_RANGE", None)
    return environ


def _links(found: DumpSet) -> Iterator[str]:
    itself = urls().absolute(urls().resource(f"{PATH}/{found.number}"))
    yield f'<{itself}>; rel="collection"'
    yield f'<{itself}.{TURTLE.extension}>; rel="describedby"; type="{TURTLE.media_type}"'
    yield f'<{itself}/{METADATA}>; rel="describedby"; type="{_BESIDE[METADATA]}"'
    yield f'<{itself}>; rel="cite-as"'
    yield from licences(licensing.terms(), *(Terms.of(told, licensing.terms()) for told in found.sources.values()))


def _newest_page(newest: DumpSet | None, sets: Iterable[DumpSet]) -> Page:
    heading = gettext("Dumps")
    if newest is None:
        return NoDumpsPage(heading)
    return replace(_page(newest), heading=heading, others=tuple(_listed(sets)))


def _listed(sets: Iterable[DumpSet]) -> Iterator[tuple[str, datetime, str]]:
    for each in sets:
        yield str(each.number), each.made, urls().page(f"{PATH}/{each.number}")


def _page(found: DumpSet) -> DumpPage:
    here = urls().resource(f"{PATH}/{found.number}")
    heading = gettext(TITLE) % {"number": found.number}
    return DumpPage(
        heading=heading,
        number=found.number,
        made=found.made,
        removed=found.removed,
        files=tuple(_file(each, here) for each in found.files),
        about=tuple((name, f"{here}/{name}") for name in _BESIDE),
        beside=Beside(summary=gettext(DESCRIPTION), cited=cited(reference(found, heading))),
        address=urls().absolute(here),
        newest=f"{portal().iris.base}{PATH}/{LATEST}",
        terms=tuple(_terms(found)),
        structured=schema_org.dumps(found, heading, gettext(DESCRIPTION), urls().absolute(here)),
    )


def _file(told: File, here: str) -> DumpFile:
    return DumpFile(told.name, f"{here}/{told.name}", told.count, told.size, told.unpacked, told.sha256)


def _terms(found: DumpSet) -> Iterator[tuple[str, str, str]]:
    for name, told in found.sources.items():
        its = Terms.of(told, licensing.terms())
        if its != Terms():
            yield name, its.licence, its.attribution
