"""What the pages of records are made of: what all of them tell, and what is told of each kind besides."""

from dataclasses import dataclass
from datetime import datetime

from api.contexts.charts import Bars, Columns, Sparkline, Strip
from api.contexts.maps import Map
from api.contexts.neighbourhood import Neighbourhood
from api.contexts.pages import Beside, Counted, Fact, Item, Pager, Picture, Text, Validity, Value
from shapes.reporting.forms.style import Message
from shapes.reporting.wording import Wording


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under one heading, in the order in which readers ask."""

    name: str
    facts: tuple[Fact, ...]
    map: Map | None = None
    """Of the places among them."""


@dataclass(frozen=True, slots=True)
class Described:
    """What the page of any record tells."""

    kind: str
    kind_name: str
    title: Text
    descriptions: tuple[Text, ...]
    other_titles: tuple[Text, ...]
    iri: str
    groups: tuple[Group, ...]
    others: tuple[Fact, ...]
    """What no profile declares."""
    source: str
    source_href: str
    first_seen: datetime
    changed: datetime
    last_seen: datetime | None
    understood: str
    """Where the record itself is told: what was received, and what became of it; empty where there is none."""
    statements: str
    """Where every statement about it is told, with who makes it."""
    validity: Validity | None = None
    claimants: tuple[str, ...] = ()
    """Sources that say something of it though another one owns it."""
    notes: tuple[str, ...] = ()
    """What a reader should know who finds less than expected."""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Distribution:
    title: Text
    anchor: str
    description: Text | None
    access: str | None
    download: str | None
    format: Value | None
    """Leads to the datasets in this format."""
    licence: Value | None
    size: int | None
    services: tuple[Value, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Distributions:
    """Some of a dataset's files, of all there are."""

    parts: tuple[Distribution, ...]
    total: int
    all: str
    """Where all of them are listed, page by page."""


@dataclass(frozen=True, slots=True)
class NotOpen:
    """Known data that is not open yet: how far it is, why not, and when it is planned to be."""

    status: Text
    reasons: tuple[Text, ...] = ()
    planned: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Records that have to do with this one."""

    name: str
    items: tuple[Item, ...]
    total: int = 0
    """How many there are where that is known to be more than those told."""
    href: str = ""
    """Where all of them are."""


@dataclass(frozen=True, slots=True)
class Members:
    """The datasets of an organisation or a series."""

    items: tuple[Item, ...]
    total: int
    href: str
    unopened: Counted | None = None
    """How many like these are known and not open yet, and where they are listed."""


class _OfRecord:
    """A page that is called as its record."""

    __slots__ = ()
    record: Described

    @property
    def title(self) -> Text:
        return self.record.title


@dataclass(frozen=True, slots=True)
class RecordPage(_OfRecord):
    """A record of a kind that has nothing of its own to tell."""

    template = "record.html"
    record: Described
    sections: tuple[Section, ...]
    beside: Beside
    structured: str = ""
    glance: tuple[Fact, ...] = ()
    """What readers look for first."""


@dataclass(frozen=True, slots=True)
class DatasetPage(_OfRecord):
    """A dataset, open or known and not open yet."""

    template = "dataset.html"
    record: Described
    glance: tuple[Fact, ...]
    """What readers look for first: who, when, on which terms, in which formats."""
    distributions: Distributions
    sections: tuple[Section, ...]
    beside: Beside
    not_open: NotOpen | None
    structured: str
    croissant: str
    """Where its files are described for machine learning; empty where they are not."""
    neighbourhood: Neighbourhood | None = None


@dataclass(frozen=True, slots=True)
class DistributionsPage:
    """One page of all files of a dataset."""

    template = "distributions.html"
    title: str
    dataset: Value
    distributions: Distributions
    pager: Pager
    beside: Beside


@dataclass(frozen=True, slots=True)
class GatheringPage(_OfRecord):
    """What datasets belong to: an organisation, a series."""

    template = "gathering.html"
    record: Described
    members: Members
    sections: tuple[Section, ...]
    beside: Beside
    structured: str = ""
    neighbourhood: Neighbourhood | None = None


@dataclass(frozen=True, slots=True)
class Flawed:
    """A dataset with problems."""

    title: Text
    href: str
    validity: Validity


@dataclass(frozen=True, slots=True)
class Account:
    """What is found out of the datasets of an organisation together."""

    sound: int
    flawed: int
    worst: tuple[Flawed, ...]
    contacts: tuple[Value, ...]
    activity: Columns | None
    course: Sparkline | None
    quality: Strip | None
    formats: Bars | None

    @property
    def judged(self) -> int:
        return self.sound + self.flawed


@dataclass(frozen=True, slots=True)
class OrganisationPage(_OfRecord):
    """An organisation: what it is part of, what is part of it, its datasets and how they do."""

    template = "organisation.html"
    record: Described
    above: tuple[Value, ...]
    """From the top down."""
    below: tuple[Counted, ...]
    """What is part of it, with the numbers of their datasets."""
    more_below: str
    """Where all of them are, if those are not."""
    together: Counted | None
    """The datasets of it and all that is part of it; None where nothing is, or too much for one list."""
    members: Members
    account: Account | None
    """None where it is not found out yet."""
    mailbox: str
    sections: tuple[Section, ...]
    beside: Beside
    structured: str = ""


@dataclass(frozen=True, slots=True)
class ServicePage(_OfRecord):
    """A data service: where it answers, how it is asked, and which data it gives."""

    template = "service.html"
    record: Described
    addresses: tuple[Value, ...]
    descriptions: tuple[Value, ...]
    """How it is asked: its own description, documentation, terms."""
    members: Members
    sections: tuple[Section, ...]
    beside: Beside
    structured: str = ""
    neighbourhood: Neighbourhood | None = None


@dataclass(frozen=True, slots=True)
class ReusePage(_OfRecord):
    """What somebody made of data."""

    template = "reuse.html"
    record: Described
    address: Value | None
    data: Members
    sections: tuple[Section, ...]
    beside: Beside
    structured: str = ""
    neighbourhood: Neighbourhood | None = None


@dataclass(frozen=True, slots=True)
class CorePage(_OfRecord):
    """A common core: the datasets that a kind of body is expected to have."""

    template = "core.html"
    record: Described
    expected: tuple[tuple[str, Text, Text | None], ...]
    """Code, name, definition."""
    sections: tuple[Section, ...]
    beside: Beside
    structured: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what happened to a record."""

    what: str
    generation: int
    source: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A value that is published otherwise than it was received, and by which rule."""

    field: str
    hint: str
    received: str
    rule: str
    name: str
    """Of the rule."""
    published: str
    instead: str
    """The field that it was published in, where that is another."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of one of the things that a page tells of: the record itself, or one of its files."""

    title: Text
    iri: str
    mended: tuple[Mended, ...]
    kept: tuple[tuple[str, str, str], ...]
    """What was published as it was received: field, its IRI, value."""
    more: int
    """Statements that are not told."""
    flaws: tuple[Message, ...]
    """What shapes found wrong with what was received."""
    judged: bool
    unmended: int = 0
    """Changed values that are not told."""


@dataclass(frozen=True, slots=True)
class UnderstoodPage:
    """A catalogue record for people: what was received, what became of it, and what is wrong with it."""

    template = "understood.html"
    title: str
    about: Value
    source: Value
    first_seen: datetime
    changed: datetime
    last_seen: datetime | None
    digest: str
    changes: tuple[Change, ...]
    parts: tuple[Understood, ...]
    more: int
    """Files that are not told here."""
    report: str
    words: Wording
    beside: Beside


@dataclass(frozen=True, slots=True)
class Said:
    """What one named graph says of a thing."""

    by: Value
    what: str
    """Of which kind the graph is, in words; empty where its name says it."""
    published: bool
    """Whether it is part of the default graph."""
    facts: tuple[Fact, ...]
    more: bool
    """Whether there is more than is told."""


@dataclass(frozen=True, slots=True)
class Pointing:
    """By which property how many things name this one."""

    name: str
    hint: str
    count: int
    href: str
    active: bool
    least: bool = False
    """Whether there are more than that."""


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """Any IRI of the graph: what is said of it and by whom, and what names it."""

    template = "resource.html"
    title: Text
    iri: str
    href: str | None
    """Its own address, where it can be followed."""
    record: Value | None
    """The page that we have of it besides this one."""
    said: tuple[Said, ...]
    pointing: tuple[Pointing, ...]
    subjects: tuple[Value, ...]
    """Things that name it by the property that is asked for, or by any."""
    pager: Pager | None
    beside: Beside
