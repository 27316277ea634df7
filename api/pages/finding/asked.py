"""What the address of a list asks for, and the addresses of lists that ask for a little more or less.

All that a list shows is in its address; the parameters have one order, so that the same list has one address.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast
from urllib.parse import quote_plus

from flask import request
from pyoxigraph import NamedNode

from api.harvest import asked as harvested
from api.portal import portal, urls
from api.views import Asked
from graph.errors import ListPageNotFound, ListParameterError, PortalError
from graph.index import DEEPEST, Sort
from vocabularies.namespaces import AUTHORITY, HVD

LONGEST: Final = 500
"""Characters of a search."""

MOST: Final = 1_000
"""Entries on a page that a program asks for."""

_MOST_SHOWN: Final = 100
"""Entries on a page for people."""

ANY: Final = "true"
"""The value of the filter by high-value category that stands for all of them."""

_LONGEST_VALUE: Final = 2_000
MOST_VALUES: Final = 60
"""Values of all filters together."""
_LONGEST_ADDRESS: Final = 4_000
"""Characters that words and filters have in an address: a page has a hundred links, and each has them all."""
_DIGITS: Final = 9
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter: the parameter of the address, the facet of the index, and its name on the page."""

    parameter: str
    facet: str
    label: str
    table: str = ""
    """What the IRIs of its table begin with: a code stands for one of them."""
    shown: bool = True
    """Whether its values are offered; others are shown where they are in force."""


_TABLES: Final = AUTHORITY.prefix

FACETS: Final[Mapping[str, Facet]] = {
    one.parameter: one
    for one in (
        Facet("kind", "kind", "Kind"),
        Facet("theme", "theme", "Theme", f"{_TABLES}data-theme/"),
        Facet("organisation", "publisher", "Organisation"),
        Facet("hvd", "hvd_category", "High-value dataset category", HVD.prefix),
        Facet("format", "format", "Format", f"{_TABLES}file-type/"),
        Facet("licence", "license", "Licence", f"{_TABLES}licence/"),
        Facet("frequency", "frequency", "Update frequency", f"{_TABLES}frequency/"),
        Facet("language", "language", "Language of the data", f"{_TABLES}language/"),
        Facet("place", "spatial", "Place"),
        Facet("access", "access", "Access rights", f"{_TABLES}access-right/"),
        Facet("source", "source", "Source"),
        Facet("missing", "missing", "Not stated"),
        Facet("type", "type", "Type of dataset", f"{_TABLES}dataset-type/", shown=False),
        Facet("series", "series", "Dataset series", shown=False),
    )
}
"""By parameter, in the order of the page and of addresses."""

SORTS: Final[Mapping[Sort, str]] = {"relevance": "Best match", "modified": "Last change", "title": "Title"}

_PARAMETERS: Final = ("q", *FACETS, "sort", "page", "limit")

Chosen = tuple[tuple[str, str], ...]
"""Parameters and values, in the order of addresses."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A list: of one kind, or of all that has a page where `kind` is None."""

    kind: str | None
    text: str = ""
    chosen: Chosen = ()
    ordered: Sort | None = None
    page: int = 1
    limit: int | None = None
    """None for as many as a page for people has."""

    @property
    def path(self) -> str:
        return f"/{self.kind}" if self.kind else "/search"

    @property
    def sort(self) -> Sort:
        return self.ordered or ("relevance" if self.text else "modified")

    @property
    def size(self) -> int:
        return self.limit or portal().settings.page_size

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    def parameters(self) -> Chosen:
        """Those of the address, in their order."""
        given = (
            ("q", self.text),
            *self.chosen,
            ("sort", self.ordered or ""),
            ("page", str(self.page) if self.page > 1 else ""),
            ("limit", str(self.limit or "")),
        )
        return tuple((name, value) for name, value in given if value)

    def href(self) -> str:
        return urls().page(self.path, self.parameters())

    def at(self, page: int) -> "Asking":
        return replace(self, page=page)

    def values(self, parameter: str) -> tuple[str, ...]:
        return tuple(value for name, value in self.chosen if name == parameter)

    def having(self, parameter: str, value: str) -> "Asking":
        """The list with one more value of a filter."""
        return replace(self, chosen=_in_order([*self.chosen, (parameter, value)]), page=1)

    def lacking(self, parameter: str, value: str | None = None) -> "Asking":
        """The list without a value of a filter, or without any."""
        kept = tuple(one for one in self.chosen if one[0] != parameter or value not in (None, one[1]))
        return replace(self, chosen=kept, page=1)

    def of(self, text: str) -> "Asking":
        """The list of what has these words."""
        return replace(self, text=text, page=1)

    def filters(self) -> dict[str, list[str]]:
        """Facets of the index and the values of which any will do."""
        found: dict[str, list[str]] = {}
        for name, value in self.chosen:
            found.setdefault(FACETS[name].facet, []).append(value)
        if ANY in found.get("hvd_category", ()):  # the others are among them
            del found["hvd_category"]
            found["hvd"] = [ANY]
        return found

    def asked(self) -> Asked:
        filters = tuple((name, tuple(values)) for name, values in self.filters().items())
        return Asked(self.text, self.kind, filters)


def read(kind: str | None, *, strictly: bool = False) -> Asking:
    """What the address asks for; `strictly` lets nothing pass that we do not know, for programs that mistype it.

    Raises ListParameterError for what cannot be meant, ListPageNotFound for a page that no list has.
    """
    found = Asking(kind)
    text = request.args.get("q", "").strip()
    if len(text) > LONGEST:
        raise _wrong(found, f"the search is longer than {LONGEST} characters")
    found = replace(found, text=text)
    if strictly:
        _check_names(found)
    found = replace(found, chosen=_chosen(found))
    found = replace(found, ordered=_sort(found), limit=_limit(found, strictly=strictly))
    return replace(found, page=_page(found))


def _check_names(asking: Asking) -> None:
    known = [name for name in _PARAMETERS if name != "kind" or asking.kind is None]
    for name in request.args:
        if name not in known:
            raise _wrong(asking, f"there is no parameter {name[:40]!r} here; there are {', '.join(known)}")


def _chosen(asking: Asking) -> Chosen:
    given = [
        (name, _value(name, text.strip()))
        for name in FACETS
        if name != "kind" or asking.kind is None
        for text in request.args.getlist(name)
        if text.strip()
    ]
    if len(given) > MOST_VALUES:
        raise _wrong(asking, f"more than {MOST_VALUES} values to filter by")
    for name, value in given:
        if len(value) > _LONGEST_VALUE:
            raise _wrong(asking, f"a value of {name} is longer than {_LONGEST_VALUE} characters")
    if sum(len(quote_plus(value)) for value in (asking.text, *(value for _, value in given))) > _LONGEST_ADDRESS:
        raise _wrong(asking, f"words and filters are longer than {_LONGEST_ADDRESS} characters in an address")
    return _in_order(given)


def _in_order(given: Iterable[tuple[str, str]]) -> Chosen:
    places = list(FACETS)
    return tuple(sorted(set(given), key=lambda one: (places.index(one[0]), one[1])))


def _value(parameter: str, text: str) -> str:
    """An IRI or a text as given; a code of a table as its IRI, the end of an organisation's page as hers."""
    if _CODE.fullmatch(text):
        table = FACETS[parameter].table
        concepts = portal().declared.concepts
        for code in (text, text.upper()) if table else ():
            if concepts.get(NamedNode(f"{table}{code}")) is not None:
                return f"{table}{code}"
    return _organisation(text) if parameter == "organisation" and ":" not in text else text


def _organisation(text: str) -> str:
    """What nobody is called so stays as it is, and finds nothing."""
    try:
        return harvested.organisation_of(text)
    except PortalError:
        return text


def _sort(asking: Asking) -> Sort | None:
    """None where it says what goes without saying."""
    given = request.args.get("sort", "")
    if given and given not in SORTS:
        raise _wrong(asking, f"sort must be one of {', '.join(SORTS)}, not {given[:40]!r}")
    if not given or given == asking.sort or (given == "relevance" and not asking.text):
        return None
    return cast("Sort", given)


def _limit(asking: Asking, *, strictly: bool) -> int | None:
    given = request.args.get("limit", "")
    if _is_number(given) and 1 <= int(given) <= MOST:
        return int(given) if strictly else min(int(given), _MOST_SHOWN)
    if given and strictly:
        raise _wrong(asking, f"limit must be a number from 1 to {MOST}, not {given[:20]!r}")
    return None


def _page(asking: Asking) -> int:
    given = request.args.get("page") or "1"  # programs that fill in a template of ours leave it empty
    if not _is_number(given) or not 1 <= int(given) <= DEEPEST:
        raise missing(asking, given, "pages are numbered from 1")
    return int(given)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def missing(asking: Asking, given: str, why: str) -> ListPageNotFound:
    return ListPageNotFound("page", given[:20], why, urls().absolute(asking.at(1).href()))


def _wrong(asking: Asking, reason: str) -> ListParameterError:
    return ListParameterError(reason, urls().absolute(asking.href()))
