"""What the pages are made of by which readers go through the catalogue: the values of its axes, and ways into it."""

from dataclasses import dataclass

from api.contexts.charts import Bars, Sparkline, Strip
from api.contexts.maps import Map
from api.contexts.pages import Beside, Counted, Fact, Item, Pager, SearchBox, TermsOfUse, Text, Value


@dataclass(frozen=True, slots=True)
class Below:
    """A value that is narrower than another, with the number of datasets that have it or one below it."""

    title: Text
    href: str
    count: int


@dataclass(frozen=True, slots=True)
class Datasets:
    """The datasets that have a value: one page of them."""

    items: tuple[Item, ...]
    total: int
    pager: Pager
    listed: str = ""
    """The same as a list that can be searched and filtered; empty where lists have no such filter."""
    unopened: Counted | None = None
    """How many like these are known and not open yet, and where they are listed."""
    charts: tuple[tuple[str, Bars], ...] = ()
    """What they have besides: heading, and the most frequent values of another axis."""
    value: Strip | None = None
    """How many of them are of high value."""
    mixed: bool = False
    """Whether services, reuses and others are among them."""


@dataclass(frozen=True, slots=True)
class ValuePage:
    """A value of an axis, or a concept: what it is, where it is in its scheme, which datasets have it."""

    template = "value.html"
    title: Text
    kind_name: str
    definitions: tuple[Text, ...]
    other_names: tuple[Text, ...]
    facts: tuple[Fact, ...]
    iri: str
    """Empty for a keyword, which is a word."""
    above: tuple[Value, ...]
    """From the top of its scheme down to what is next above it."""
    below: tuple[Below, ...]
    datasets: Datasets | None
    """None where no dataset can have it, or only other things do."""
    others: tuple[Counted, ...]
    """By which properties other things name it, and where those are listed."""
    beside: Beside
    notation: str = ""
    vocabulary: Value | None = None
    everything: str = ""
    """Where all that names it is listed."""
    spellings: tuple[Counted, ...] = ()
    """The same keyword written otherwise."""
    map: Map | None = None
    """Of a place."""

    @property
    def covered(self) -> tuple[Below, ...]:
        return tuple(each for each in self.below if each.count)

    @property
    def uncovered(self) -> tuple[Below, ...]:
        """What is narrower and no dataset has."""
        return tuple(each for each in self.below if not each.count)


@dataclass(frozen=True, slots=True)
class Overview:
    """All values of an axis that datasets have, with their numbers."""

    template = "axis.html"
    title: str
    about: str
    rows: tuple[Counted, ...]
    pager: Pager
    beside: Beside
    unused: tuple[Value, ...] = ()
    """The values of its vocabulary that no dataset has, where those are few."""
    others: tuple[Value, ...] = ()
    """The other axes."""
    map: Map | None = None
    """Of places."""


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    """Who publishes, those with most datasets first."""

    template = "organisations.html"
    has_search = True
    heading: str
    box: SearchBox
    organisations: tuple[tuple[Counted, Sparkline | None], ...]
    """Each with how much happened to its datasets, month by month."""
    pager: Pager
    known: Counted | None = None
    """All that are known, where some of them publish nothing."""

    @property
    def has_courses(self) -> bool:
        return any(course for _, course in self.organisations)


@dataclass(frozen=True, slots=True)
class Standard:
    """What data follows, and how many datasets, files and services do."""

    title: Text
    href: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StandardsPage:
    template = "standards.html"
    title: str
    about: str
    rows: tuple[Standard, ...]
    pager: Pager
    beside: Beside
    listed: str
    """The list of the standards and assets that are described here; empty where none is."""
    others: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A dataset that meets a condition, and what of it does."""

    item: Item
    reasons: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ConditionPage:
    """The datasets that meet a condition, page by page, each with why it is listed."""

    template = "condition.html"
    title: str
    about: str
    rule: str
    """What counts, in the words of the question that finds them."""
    question: str
    rows: tuple[Meeting, ...]
    total: int
    pager: Pager
    beside: Beside
    advice: str = ""


@dataclass(frozen=True, slots=True)
class AboutPage:
    """What the portal is, whose, and how its descriptions come about."""

    template = "about.html"
    title: str
    publisher: str
    mailbox: str
    counts: tuple[Counted, ...]
    sources: int
    terms: TermsOfUse | None
    version: str
    links: tuple[Value, ...]
    beside: Beside


@dataclass(frozen=True, slots=True)
class Criterion:
    """A success criterion of WCAG, and how it was checked."""

    number: str
    name: Text
    level: str
    href: str
    state: str
    """`tested`, `looked` (at by people), `absent` (what it is about) or `unchecked`."""
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accessibility:
    """The statement on how accessible the pages are."""

    template = "accessibility.html"
    title: str
    portal: str
    publisher: str
    address: str
    mailbox: str
    version: str
    assessed: str
    axe: str
    """The version of axe-core that found nothing."""
    criteria: tuple[Criterion, ...]
    states: tuple[tuple[str, int], ...]
    """How each state is called, and how many criteria are in it."""


@dataclass(frozen=True, slots=True)
class OperationParameter:
    name: str
    required: bool
    about: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An address that answers programs."""

    method: str
    path: str
    summary: str
    description: Text
    parameters: tuple[OperationParameter, ...]
    media_types: tuple[str, ...]
    href: str
    """Where a question of the library has its page."""


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    about: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class ApiPage:
    """The interfaces for programs, made of their description in OpenAPI."""

    template = "api.html"
    title: str
    document: str
    base: str
    sparql: str
    topics: tuple[Topic, ...]
    errors: tuple[tuple[str, str], ...]
    """Status, and what it says, in English."""
    seconds: float
    client_seconds: float
    bytes: int
    crawl_delay: int
