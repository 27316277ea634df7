"""Pages of one catalogue: the link to the next one, and the way through all of them.

Two generations of Hydra (nextPage on a PagedCollection; view and next), what CKAN and udata make of them, LDP's
nextPage, and the Link header. A page is read for its link in the cage only.
"""

import mmap
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Generic, TypeVar
from urllib.parse import urldefrag, urljoin, urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from graph.cage import Limits, lines
from graph.errors import CageError, FormatError, SourceError
from loaders.parse import statements
from vocabularies.namespaces import HYDRA, LDP, RDF

Content = TypeVar("Content")

_NEXT: Final = frozenset({HYDRA.next, HYDRA.nextPage, LDP.nextPage})
_PAGES: Final = frozenset({HYDRA.PagedCollection, HYDRA.PartialCollectionView, LDP.Page})
_LDP_PLUMBING: Final = frozenset(
    {
        *(LDP[name] for name in ("nextPage", "pageOf", "pageSequence", "pageSortCriteria", "contains", "member")),
        *(LDP[name] for name in ("membershipResource", "hasMemberRelation", "isMemberOfRelation")),
        *(LDP[name] for name in ("Page", "Resource", "RDFSource", "Container", "BasicContainer")),
        *(LDP[name] for name in ("DirectContainer", "IndirectContainer", "insertedContentRelation")),
    }
)
_LINK: Final = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)')
_REL: Final = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """What the pages of one location may come to."""

    pages: int = 10_000
    raw_bytes: int = 8 << 30


@dataclass(frozen=True, slots=True)
class Page(Generic[Content]):
    """One page as fetched: `following` is the next one's address, None at the end."""

    content: Content
    url: str
    digest: str
    size: int
    following: str | None


def crawl(first: str, turn: Callable[[str], Page[Content]], limits: CrawlLimits) -> Iterator[Content]:
    """All pages from the first on; `turn` fetches one.

    All or nothing: whatever goes wrong raises SourceError, so that half a crawl is never taken for the whole state
    of a source. That includes a way back to a page already seen: a server that ignores its own page parameter looks
    just like the end, and what it did not show would count as removed.
    """
    asked: set[str] = set()
    size, previous, url = 0, "", first
    while True:
        if url in asked:
            raise SourceError(first, f"its pages go round in a circle: after {len(asked)} comes {url} once more")
        if len(asked) >= limits.pages:
            raise SourceError(first, f"has more than the {limits.pages:,} pages allowed")
        asked.add(url)
        page = turn(url)
        size += page.size
        if size > limits.raw_bytes:
            raise SourceError(first, f"its pages are more than the {limits.raw_bytes:,} bytes allowed")
        if page.following and page.digest == previous:
            raise SourceError(first, f"its pages repeat: {url} is the same as the one before")
        yield page.content
        if page.following is None:
            return
        previous, url = page.digest, page.following


def is_paging(statement: Quad | Triple) -> bool:
    """Whether a statement only says how a catalogue is served in pages, and so is no data: all of Hydra, LDP's pages.

    `hydra:member` is among them: it repeats what dcat:dataset says.
    """
    term = statement.object if statement.predicate == RDF.type else statement.predicate
    return isinstance(term, NamedNode) and (term in HYDRA or term in _LDP_PLUMBING)


def next_page(quads: Iterable[Quad], page: str) -> str | None:
    """The address of the page after `page` by what is said in it; None when it is the last, or no page at all.

    What is said of this very page counts most, then of a view of a collection, then of anything typed as a page,
    then of anything. Raises FormatError for two different answers of equal weight, and for one that is no http URL.
    """
    links, views, kinds = _links(quads)
    here = {node for node in (*links, *views, *kinds) if isinstance(node, NamedNode) and _same(node.value, page)}
    for nodes in (here, views, kinds, set(links)):
        targets = {_resolved(page, target) for node in nodes for target in links.get(node, ())}
        if len(targets) > 1:
            raise FormatError(page, f"names several next pages: {', '.join(sorted(targets))}")
        if targets:
            return targets.pop()
        if nodes is here and here & (views | kinds):
            return None  # this page is described, without a next one
    return None


_Node = NamedNode | BlankNode | Literal | Triple


def _links(quads: Iterable[Quad]) -> tuple[dict[_Node, set[str]], set[_Node], set[_Node]]:
    """Subjects with what they name as next; views of collections; what is typed as a page."""
    links: dict[_Node, set[str]] = {}
    views: set[_Node] = set()
    kinds: set[_Node] = set()
    for quad in quads:
        if quad.predicate in _NEXT:
            target = quad.object.value.strip() if isinstance(quad.object, NamedNode | Literal) else ""
            if target and quad.object != RDF.nil:  # LDP ends its pages with nil
                links.setdefault(quad.subject, set()).add(target)
        elif quad.predicate == HYDRA.view:
            views.add(quad.object)
        elif quad.predicate == RDF.type and quad.object in _PAGES:
            kinds.add(quad.subject)
    return links, views, kinds


def _same(one: str, other: str) -> bool:
    return urldefrag(one).url == urldefrag(other).url


def _resolved(page: str, target: str) -> str:
    try:
        url = urldefrag(urljoin(page, target)).url
        scheme = urlsplit(url).scheme
    except ValueError as error:
        raise FormatError(page, f"names {target!r} as its next page, which is no URL") from error
    if scheme not in {"http", "https"}:
        raise FormatError(page, f"names {target!r} as its next page, which is no http or https address")
    return url


def next_by_link(header: str | None, page: str) -> str | None:
    """The address in `Link: <...>; rel="next"` (RFC 8288)."""
    for match in _LINK.finditer(header or ""):
        rel = _REL.search(match[2])
        if rel and "next" in (rel[1] or rel[2] or "").lower().split():
            return _resolved(page, match[1].strip())
    return None


def next_by_content(path: Path, form: str, url: str, limits: Limits, *, isolation_required: bool = True) -> str | None:
    """The address of the page after the one in a file, read in a cage; None at once where no paging term is in it."""
    if not _mentions_paging(path):
        return None
    order = {"path": str(path), "format": form, "page": url}
    try:
        found = list(lines("loaders.paging:next_in_file", order, limits, isolation_required=isolation_required))
    except FormatError as error:
        raise SourceError(error.location, error.reason) from error
    except CageError as error:
        raise SourceError(url, f"its link to the next page could not be read: {error}") from error
    return found[0].decode().strip() if found else None


def _mentions_paging(path: Path) -> bool:
    if path.stat().st_size == 0:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return True  # UTF-16: let the child look
        return data.find(b"hydra") >= 0 or data.find(b"/ldp#") >= 0


def next_in_file(argument: dict[str, str], out: BinaryIO) -> None:
    """The child's side of next_by_content: writes the address as one line, or nothing.

    It reads with the loader's own parser, so that a page the loader can repair never looks like the last one.
    """
    page = argument["page"]
    found = statements(Path(argument["path"]), argument["format"], page, page, lambda _fault: None)
    following = next_page(found, page)
    if following is not None:
        out.write(following.encode() + b"\n")
