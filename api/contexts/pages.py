"""What each page is made of: one dataclass per page, its fields all that the template may print."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from api.presenting.visible import spoken, visible
from api.problems.kinds import Kind


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its language where that differs from the page's; nothing is in it that cannot be seen."""

    value: str
    lang: str | None = None
    translated: str | None = None
    """For what a machine translated: the name of the language it did from, empty where nobody says."""
    reduced: bool = False
    """Whether something was left out that cannot be seen, or towers over its line."""

    def __post_init__(self) -> None:
        shown = visible(self.value)
        if shown != self.value:
            object.__setattr__(self, "value", shown)
            object.__setattr__(self, "reduced", True)
        if self.lang is not None:
            object.__setattr__(self, "lang", spoken(self.lang))


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property: a text, maybe a link, maybe further facts (of what has no name)."""

    text: Text
    href: str | None = None
    external: bool = False
    facts: tuple["Fact", ...] = ()
    note: str = ""
    """What is said behind it."""
    out: str | None = None
    """Its own address where the link leads to what is said of it here."""


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    """Text of the interface, or a prefixed name where `plain`."""
    values: tuple[Value, ...]
    plain: bool = False
    hint: str = ""
    """The property's IRI."""
    more: int = 0
    """How many values there are besides those told."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is served here, in one or two sizes."""

    href: str
    """Of the smallest."""
    srcset: str
    width: int
    """Of the largest, as its height is."""
    height: int
    largest: str
    is_logo: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A record in a list."""

    title: Text
    href: str
    kind: str
    summary: Text | None = None
    publisher: Value | None = None
    date: str | None = None
    formats: tuple[str, ...] = ()
    not_open: Text | None = None
    """The status of known data that is not open yet."""
    picture: Picture | None = None
    status: Text | None = None
    """How far a request has come."""
    planned: str | None = None
    """The day on which known data is to be opened."""
    reasons: tuple[Text, ...] = ()
    """Why known data is not open."""
    kind_name: str = ""
    high_value: bool = False
    licence: Text | None = None
    also: Text | None = None
    """The title in another language, where what was looked for is in that one."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A thing with a count, and where that leads."""

    title: Text
    count: int
    href: str | None
    active: bool = False
    icon: str = ""
    """The drawing beside it, one of icons.html."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value to filter by, or one that is; the address is the list with it, or without it."""

    title: Text
    count: int | None
    """How many it would find; None where that is not known."""
    href: str
    chosen: bool = False
    value: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a filter that most have, those in force first."""

    name: str
    parameter: str
    values: tuple[FacetValue, ...]
    more: str = ""
    """Where all values are."""
    open: bool = True


@dataclass(frozen=True, slots=True)
class SearchBox:
    """The form of a search, and what its script needs."""

    action: str
    query: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    """Parameters that the form carries on."""
    suggestions: str = ""
    """The address that suggests what may be meant."""
    script: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """What to try where nothing, or not quite what was asked for, was found."""

    relaxed: bool = False
    """Whether what is shown has only some of the words."""
    meant: Counted | None = None
    without: tuple[Counted, ...] = ()
    """Filters whose removal would find something."""
    elsewhere: tuple[Counted, ...] = ()
    """Other kinds of which some have the words."""
    fewer: bool = False
    """Whether those have only some of the words."""
    everything: Counted | None = None
    """The list without words and filters, where nothing at all was found."""


@dataclass(frozen=True, slots=True)
class Validity:
    """How many results a report has, by severity, and where it is."""

    counts: tuple[tuple[str, int], ...]
    href: str

    @property
    def sound(self) -> bool:
        return not any(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class Pager:
    """Where one is in a list; hrefs are None where there is no such page."""

    page: int
    pages: int
    total: int
    previous: str | None
    following: str | None


@dataclass(frozen=True, slots=True)
class Form:
    """Another form of the same resource."""

    label: str
    href: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Cited:
    """How to cite a page: in one line, in BibTeX, and in the forms that reference managers read."""

    text: str
    bibtex: str
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes along with a page; a page that has a field `beside` tells what differs from the frame's own."""

    summary: str = ""
    """What the page tells, for search engines and for whoever shares it."""
    query: str = ""
    """Where the question behind the page is asked anew."""
    problem: str = ""
    """Where to report a problem of what is shown; empty for the portal's own mailbox."""
    cited: Cited | None = None
    """None where it is cited as a page of the portal."""
    kind: str = "website"
    """As Open Graph has it."""
    picture: str = ""
    """The address of a picture for whoever shares the page."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page."""

    title: str
    language: str
    portal: str
    path: str
    home: str
    search: str
    sparql: str
    stylesheet: str
    navigation: tuple[Counted, ...]
    languages: tuple[tuple[str, str, str], ...]
    """Code, own name and address of the page in each language."""
    canonical: str
    further: tuple[tuple[str, tuple[Counted, ...]], ...] = ()
    """Where a page's foot leads, under headings."""
    alternates: tuple[Form, ...] = ()
    hreflang: tuple[tuple[str, str], ...] = ()
    crumbs: tuple[tuple[str, str], ...] = ()
    describedby: str | None = None
    generation: int | None = None
    updated: datetime | None = None
    beside: Beside = Beside()
    structured: str = ""
    """What the page says to search engines, as JSON-LD that may stand in HTML."""
    locales: tuple[str, ...] = ()
    """Those of the page's language and of the others, as Open Graph writes them."""
    icon: str = ""
    opensearch: str = ""
    """What browsers read to search here."""
    quick: bool = True
    """Whether the head has a field for words: not where the page has one of its own."""


@dataclass(frozen=True, slots=True)
class ListPage:
    template = "list.html"
    has_search = True
    kind: str | None
    heading: str
    """What windows and citations call the list: its name and the words."""
    name: str
    box: SearchBox
    sorts: tuple[tuple[str, str, bool], ...]
    """Parameter, name, whether it is so."""
    items: tuple[Item, ...]
    words: tuple[str, ...]
    """What is marked in texts."""
    facets: tuple[Facet, ...]
    chosen: tuple[tuple[str, Counted], ...]
    """The filters in force by name; each href is the list without it."""
    nothing_chosen: str
    """The list without any filter."""
    pager: Pager
    help: Help
    table: str
    """Where what was found is had as a table."""
    rows: int
    """How much of it the table has."""
    lead: str = ""
    """What is on the list, where its heading does not say it."""
    beside: Beside = Beside()
    unopened: Counted | None = None
    """On a list of datasets: how many like these are known and not open yet, and where they are listed."""


@dataclass(frozen=True, slots=True)
class FacetPage:
    """All values of a filter that what was found has."""

    template = "facet.html"
    heading: str
    action: str
    name: str
    parameter: str
    values: tuple[FacetValue, ...]
    kept: tuple[tuple[str, str], ...]
    back: str
    pager: Pager
    complete: bool
    """Whether there are no more values than can be listed."""


@dataclass(frozen=True, slots=True)
class TermsOfUse:
    """On which terms descriptions may be used: a licence, and whom to name."""

    licence: Value | None
    attribution: str


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """A catalogue for people: what is in it, and how programs take it home."""

    template = "catalogue.html"
    title: str
    description: str
    total: int
    forms: tuple[Form, ...]
    profiles: tuple[tuple[str, str, str], ...]
    """Title, address of the catalogue by it, address of what it asks."""
    parameters: tuple[tuple[str, str, str], ...]
    """Name, what it does, an address with an example."""
    doors: tuple[tuple[str, str, str], ...]
    """Other ways in: title, address, by which standards."""
    terms: TermsOfUse | None
    sources: str
    counts: tuple[Counted, ...] = ()
    licences: tuple[Counted, ...] = ()
    formats: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True)
class ProblemPage:
    template = "problem.html"
    has_search = True
    status: int
    heading: str
    title: str
    """The status in the words of HTTP."""
    detail: str
    offered: tuple[str, ...] = ()
    advice: str = ""
    ways: tuple[tuple[str, str], ...] = ()
    """Titles of what helps, and where they lead."""
    instead: str | None = None
    """Where to go on from."""
    retry_after: int | None = None
    """Seconds after which the same may be asked again."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as RFC 9457 has it."""

    status: int
    title: str
    detail: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    retry_after: int | None = None
    kind: Kind | None = None
    """None where the status says it all."""
    headers: tuple[tuple[str, str], ...] = ()
    """What the status goes with: the methods that are allowed, how long the file is that has no such range."""


class Page(Protocol):
    """What is rendered: the fields of a page, and the template that prints them."""

    @property
    def template(self) -> str: ...
