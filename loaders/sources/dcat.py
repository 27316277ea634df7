"""The DCAT source: RDF files, folders of them, and http(s) addresses with all their pages."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from pathlib import Path
from typing import Final
from urllib.parse import quote

from graph.cage import Limits
from graph.errors import SourceError
from loaders.archive import Archive, Receipt
from loaders.detection import FORMATS, HEAD_BYTES, detect, extension, is_rdf_head, is_rdf_name
from loaders.fetch import Fetched, Fetcher, Validators
from loaders.paging import CrawlLimits, Page, crawl, next_by_content, next_by_link
from loaders.unpack import Unpacked, UnpackLimits, unpack

_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """One RDF document, plain and on disk, for the caged parser to open."""

    location: str
    """For messages: the file or URL, with `!member` for a member of a zip."""
    path: Path
    """The archived bytes themselves, or what they unpacked to in the work folder."""
    format: str
    """A key of `loaders.detection.FORMATS`."""
    media_type: str
    """As the header says, without parameters; "" for a file."""
    charset: str
    """As the header says; "" where it does not."""
    extension: str
    base_iri: str
    digest: str
    """Of the archived bytes this came from."""
    url: str = ""
    """As asked for; "" for a file."""
    validators: Validators = field(default_factory=Validators)
    """To ask next time whether it changed."""
    unchanged: bool = False
    """Whether the server said so, and the bytes are the archived ones of last time."""
    member: str = ""
    """The name within a zip."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier run learnt about one URL."""

    validators: Validators
    digest: str


@dataclass(frozen=True, slots=True)
class DcatSource:
    """Collects what its locations hold, archiving every byte as received."""

    fetcher: Fetcher
    archive: Archive
    work: Path
    """A folder for unpacked files; documents live as long as it does, and whoever made it removes it."""
    now: datetime
    format: str | None = None
    """The syntax to read everything in, whatever it looks like."""
    base: str = "file:///"
    """Before a file's name, to resolve relative IRIs in files: no path of this machine gets into the data."""
    unpacking: UnpackLimits = field(default_factory=UnpackLimits)
    crawling: CrawlLimits = field(default_factory=CrawlLimits)
    cage: Limits = field(default_factory=Limits)
    isolation_required: bool = True
    known: Mapping[str, Known] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in FORMATS:
            raise ValueError(f"{self.format!r} is none of the formats {', '.join(FORMATS)}")

    def collect(self, locations: Iterable[str]) -> Iterator[Document]:
        """All documents, in order. Raises SourceError or FormatError; what came before is then half a state."""
        for location in locations:
            if _URL.match(location):
                yield from self._pages(location)
            elif stat.S_ISDIR(_mode(Path(location), location)):
                yield from self._folder(Path(location))
            else:
                yield from self._file(Path(location), location, Path(location).name)

    def _folder(self, folder: Path) -> Iterator[Document]:
        found = False
        for path in _files(folder):
            for document in self._file(path, str(path), path.relative_to(folder).as_posix(), chosen=False):
                found = True
                yield document
        if not found:
            raise SourceError(str(folder), "is a folder without an RDF file in it")

    def _file(self, path: Path, location: str, name: str, *, chosen: bool = True) -> Iterator[Document]:
        """The documents in a local file; `chosen` is one that was named, not found in a folder."""
        if not stat.S_ISREG(_mode(path, location)):
            raise SourceError(location, "is neither a file nor a folder")
        digest, archived = self.archive.copy(path, Receipt(location, "", self.now.isoformat()))
        received = _Received(location, self.base + quote(name), archived, digest, name)
        yield from self._documents(received, chosen=chosen)

    def _pages(self, location: str) -> Iterator[Document]:
        for documents in crawl(location, self._page, self.crawling):
            yield from documents

    def _page(self, url: str) -> Page[list[Document]]:
        known = self.known.get(url)
        usable = known is not None and self.archive.holds(known.digest)
        fetched = self.fetcher.fetch(url, known=known.validators if known is not None and usable else None)
        received = self._received(fetched, known)
        documents = list(self._documents(received, chosen=True))
        following = next_by_link(fetched.header("link"), fetched.url)
        if len(documents) == 1:
            following = self._next_in(documents[0]) or following
        return Page(documents, url, received.digest, received.path.stat().st_size, following)

    def _next_in(self, document: Document) -> str | None:
        return next_by_content(
            document.path, document.format, document.base_iri, self.cage, isolation_required=self.isolation_required
        )

    def _received(self, fetched: Fetched, known: Known | None) -> "_Received":
        if fetched.path is not None:
            receipt = Receipt(fetched.location, fetched.url, self.now.isoformat(), fetched.headers)
            path, digest = self.archive.take(fetched.path, fetched.digest, receipt), fetched.digest
            headers: Mapping[str, str] = dict(fetched.headers)
        elif known is not None:
            path, digest = self.archive.path(known.digest), known.digest
            headers = {**self._headers_then(known.digest, fetched.location), **dict(fetched.headers)}
        else:
            raise SourceError(fetched.location, "answered 304 Not Modified to a question that was not conditional")
        told = Message()
        told["content-type"] = headers.get("content-type", "application/octet-stream")
        validators = Validators(headers.get("etag"), headers.get("last-modified"))
        return _Received(
            location=fetched.location,
            base=fetched.url,
            path=path,
            digest=digest,
            name=fetched.url.partition("?")[0].rpartition("/")[2],
            media_type=told.get_content_type() if "content-type" in headers else "",
            charset=str(told.get_param("charset", "")),
            url=fetched.location,
            validators=validators,
            unchanged=fetched.path is None,
        )

    def _headers_then(self, digest: str, location: str) -> dict[str, str]:
        """What came with the bytes: a 304 need not repeat it."""
        receipts = [receipt for receipt in self.archive.receipts(digest) if receipt.location == location]
        return dict(receipts[-1].headers) if receipts else {}

    def _documents(self, received: "_Received", *, chosen: bool) -> Iterator[Document]:
        found = False
        for plain in unpack(received.path, self.work, received.location, self.unpacking, is_rdf_name):
            name = plain.name or received.name
            head = _head(plain.path)
            if (chosen and not plain.name) or is_rdf_head(name, head):
                found = True
                yield self._document(received, plain, name, head)
        if chosen and not found:
            raise SourceError(received.location, "is a zip file without an RDF file in it")

    def _document(self, received: "_Received", plain: Unpacked, name: str, head: bytes) -> Document:
        location = received.location + (f"!{plain.name}" if plain.name else "")
        if not head:
            raise SourceError(location, "is empty")
        media_type = "" if plain.name else received.media_type
        return Document(
            location=location,
            path=plain.path,
            format=self.format or detect(head, location, media_type=media_type, name=name),
            media_type=media_type,
            charset="" if plain.name else received.charset,
            extension=extension(name),
            base_iri=received.base + (f"/{quote(plain.name)}" if plain.name else ""),
            digest=received.digest,
            url=received.url,
            validators=received.validators,
            unchanged=received.unchanged,
            member=plain.name,
        )


@dataclass(frozen=True, slots=True)
class _Received:
    """Archived bytes with what is known about them."""

    location: str
    base: str
    path: Path
    digest: str
    name: str
    media_type: str = ""
    charset: str = ""
    url: str = ""
    validators: Validators = field(default_factory=Validators)
    unchanged: bool = False


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder that may be RDF by their name, in a stable order; hidden ones are left out."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and is_rdf_name(name) and path.is_file():
                yield path


def _mode(path: Path, location: str) -> int:
    """What kind of file it is. Raises SourceError where that cannot be told."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceError(location, "there is no such file or folder") from error
    except OSError as error:
        raise SourceError(location, f"cannot be read: {error.strerror}") from error


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)
