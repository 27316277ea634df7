"""What the pages are made of by which the portal gives account: reports, sources, profiles, lists of its own, codes."""

from dataclasses import dataclass
from datetime import datetime

from api.contexts.charts import Bars, Columns, Strip
from api.contexts.pages import Beside, Form, Item, Pager, TermsOfUse, Text, Validity, Value
from shapes.reporting.forms.style import Entry, Row
from shapes.reporting.wording import Wording


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A validation report: of one record, or of a source, page by page."""

    template = "report.html"
    title: str
    about: Value
    verdict: str
    conforms: str
    """Class of the verdict."""
    checked: str
    received: str
    published: str | None
    profiles: tuple[Value, ...]
    worst: tuple[Row, ...]
    entries: tuple[tuple[Entry, str | None], ...]
    """What is told of each record, and the address of its page, where it has one."""
    words: Wording
    forms: tuple[Form, ...]
    pager: Pager | None = None


@dataclass(frozen=True, slots=True)
class SourceRow:
    name: str
    href: str
    records: int
    seen: datetime
    validity: Validity | None


@dataclass(frozen=True, slots=True)
class SourcesPage:
    template = "sources.html"
    title: str
    sources: tuple[SourceRow, ...]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A harvest of a source, in records: `received` is what was taken in and what was set aside."""

    began: datetime
    state: str
    """done, failed, running."""
    received: int = 0
    published: int = 0
    quarantined: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    seconds: float | None = None
    generation: int | None = None


@dataclass(frozen=True, slots=True)
class SourcePage:
    template = "source.html"
    title: str
    history: tuple[RunRow, ...]
    beside: Beside
    addresses: tuple[str, ...]
    since: datetime
    seen: datetime
    records: tuple[tuple[str, int], ...]
    quarantined: int
    triples: int
    validity: Validity | None
    terms: TermsOfUse | None
    harvests: Columns | None
    quality: Strip | None


@dataclass(frozen=True, slots=True)
class Field:
    """A property as a profile declares it on a class."""

    anchor: str
    label: str
    name: str
    href: str
    obligation: str
    cardinality: str
    ranges: tuple[str, ...]
    vocabularies: tuple[Value, ...]
    notes: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeclaredClass:
    label: str
    name: str
    href: str
    clause: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class ProfileRow:
    title: str
    href: str
    specification: str
    classes: int
    fields: int
    judged: bool


@dataclass(frozen=True, slots=True)
class ProfilesPage:
    template = "profiles.html"
    title: str
    profiles: tuple[ProfileRow, ...]


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """A profile with all its classes, or with one."""

    template = "profile.html"
    title: str
    profile: ProfileRow
    classes: tuple[DeclaredClass, ...]
    forms: tuple[Form, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    href: str
    issued: str
    notes: Text | None


@dataclass(frozen=True, slots=True)
class HighValuePage:
    """The list of high-value datasets, or one version of it with what came and what went."""

    template = "hvd.html"
    title: Text
    description: Text | None
    total: int
    coverage: Bars | None
    """The six categories at the top, also those that nothing belongs to."""
    charts: tuple[tuple[str, Bars], ...]
    """Formats and licences of all data of high value."""
    versions: tuple[VersionRow, ...]
    items: tuple[Item, ...]
    came: tuple[Value, ...]
    went: tuple[Value, ...]
    pager: Pager | None
    terms: TermsOfUse | None
    beside: Beside


@dataclass(frozen=True, slots=True)
class TableRow:
    title: str
    href: str
    concepts: int
    entities: int | None
    version: str


@dataclass(frozen=True, slots=True)
class VocabulariesPage:
    template = "vocabularies.html"
    title: str
    tables: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """A concept in the tree of its vocabulary."""

    notation: str
    title: Text
    href: str | None
    depth: int
    count: int
    """How many datasets have it."""


@dataclass(frozen=True, slots=True)
class VocabularyPage:
    """One page of the concepts of a vocabulary."""

    template = "vocabulary.html"
    title: str
    table: TableRow
    scheme: str
    licence: str
    source: str
    concepts: tuple[ConceptRow, ...]
    pager: Pager
    counted: bool
    """Whether datasets can have its concepts."""
    beside: Beside
    overview: str = ""
    """Where its concepts are listed by how many datasets have them."""


@dataclass(frozen=True, slots=True)
class Held:
    """A class, a property, a graph, or what is linked to, with its numbers."""

    name: str
    title: Text
    href: str | None
    numbers: tuple[int, ...]
    parts: tuple["Held", ...] = ()


@dataclass(frozen=True, slots=True)
class VoidPage:
    """What the data is, in numbers."""

    template = "void.html"
    title: str
    endpoint: str
    numbers: tuple[tuple[str, int], ...]
    classes: tuple[Held, ...]
    links: tuple[Held, ...]
    graphs: tuple[Held, ...]
    forms: tuple[Form, ...]
    service: str
    """The service description."""


@dataclass(frozen=True, slots=True)
class GraphPage:
    """A named graph: how much it holds, whose it is, and how to get at it."""

    template = "graph.html"
    title: str
    iri: str
    number: int | None
    about: str | None
    about_name: str
    ask: str
    dumps: str


@dataclass(frozen=True, slots=True)
class GonePage:
    """What was in the catalogue and is no more."""

    template = "gone.html"
    kind_name: str
    title: str
    iri: str
    href: str | None
    source: str
    source_href: str | None
    first_seen: datetime
    went: datetime


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What changed last about a resource: nothing but that it did, or that it went."""

    title: Text
    href: str | None
    kind: str
    moment: datetime
    gone: bool


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """The newest changes, and how programs follow them."""

    template = "changes.html"
    title: str
    rows: tuple[ChangeRow, ...]
    ways: tuple[tuple[str, str], ...]
    """Interfaces and where they are."""
    atom: str
    pager: Pager
