"""Pages of a collection as harvesters know them: both generations of Hydra in the document, `Link` in the headers.

https://www.w3.org/ns/hydra/core#PartialCollectionView, and before it hydra:PagedCollection with firstPage, nextPage …
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from flask import request
from pyoxigraph import Literal, NamedNode, Triple

from api.harvest import crawl
from graph.errors import HarvestParameterError, PageNotFound
from vocabularies.namespaces import HYDRA, RDF

LIMIT: Final = 100
"""Resources, each with its full closure, on a page."""
MOST: Final = 1_000

_DIGITS: Final = 9

_RELATIONS: Final[Mapping[str, tuple[NamedNode, NamedNode]]] = {
    "first": (HYDRA.first, HYDRA.firstPage),
    "prev": (HYDRA.previous, HYDRA.previousPage),
    "next": (HYDRA.next, HYDRA.nextPage),
    "last": (HYDRA.last, HYDRA.lastPage),
}


def page_asked() -> str:
    return request.args.get("page", "1")


def limit_asked() -> int:
    """Raises HarvestParameterError for what no page can have."""
    text = request.args.get("limit", str(LIMIT))
    if not _is_number(text) or not 1 <= int(text) <= MOST:
        raise HarvestParameterError(f"limit must be a number from 1 to {MOST}, not {text[:20]!r}")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a collection in one generation. `address` is absolute; `parameters` are those that select."""

    address: str
    parameters: tuple[tuple[str, str], ...]
    generation: int
    limit: int
    total: int
    page: int = 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.limit))

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.limit

    @property
    def first(self) -> str:
        """Where the collection begins, in whichever generation is the present one."""
        return f"{self.address}?{urlencode(self.parameters)}" if self.parameters else self.address

    def turned_to(self, text: str) -> "Paging":
        """The page with this number, as asked for. Raises PageNotFound for one that is none, or after the last."""
        if not _is_number(text) or not 1 <= int(text) <= self.pages:
            raise PageNotFound("page", text[:20], f"pages are numbered from 1 to {self.pages}", self.first)
        return replace(self, page=int(text))

    def at(self, number: int) -> str:
        """The address of a page, in this generation whatever is published meanwhile."""
        bound = ((crawl.PARAMETER, str(self.generation)), ("page", str(number)))
        return f"{self.address}?{urlencode((*self.parameters, *bound))}"

    def related(self) -> Iterator[tuple[str, str]]:
        """The pages that this one leads to, by relation."""
        yield "first", self.at(1)
        if self.page > 1:
            yield "prev", self.at(self.page - 1)
        if self.page < self.pages:
            yield "next", self.at(self.page + 1)
        yield "last", self.at(self.pages)

    def statements(self, collection: NamedNode) -> Iterator[Triple]:
        """`collection` is what the pages are of."""
        here = NamedNode(self.at(self.page))
        yield Triple(collection, RDF.type, HYDRA.Collection)
        yield Triple(collection, HYDRA.totalItems, Literal(self.total))
        yield Triple(collection, HYDRA.view, here)
        yield Triple(here, RDF.type, HYDRA.PartialCollectionView)
        yield Triple(here, RDF.type, HYDRA.PagedCollection)
        yield Triple(here, HYDRA.totalItems, Literal(self.total))
        yield Triple(here, HYDRA.itemsPerPage, Literal(self.limit))
        for relation, address in self.related():
            for predicate in _RELATIONS[relation]:
                yield Triple(here, predicate, NamedNode(address))

    def links(self) -> Iterator[str]:
        """For the header `Link`."""
        return (f'<{address}>; rel="{relation}"' for relation, address in self.related())
