"""What the first page of the portal is made of."""

from dataclasses import dataclass, field

from api.contexts.charts import Bars, Columns, Sparkline, Strip
from api.contexts.pages import Beside, Counted, Item, SearchBox


@dataclass(frozen=True, slots=True)
class Way:
    """A way into the catalogue."""

    title: str
    about: str
    href: str
    icon: str
    """The drawing beside it, one of icons.html."""


@dataclass(frozen=True, slots=True)
class HomePage:
    """What there is, how it grew, and ways into it."""

    template = "home.html"
    has_search = True
    title: str
    box: SearchBox
    counts: tuple[Counted, ...]
    latest: tuple[Item, ...]
    organisations: tuple[Counted, ...]
    all_organisations: str
    themes: tuple[Counted, ...]
    sparql: str
    catalogue: str
    ways: tuple[Way, ...] = ()
    axes: tuple[tuple[str, str], ...] = ()
    """What else one can go through the catalogue by, and where."""
    changes: str = ""
    """Where all changes are listed."""
    beside: Beside = field(default_factory=Beside)
    structured: str = ""
    """What the page says to search engines, as JSON-LD that may stand in HTML."""
    shares: tuple[str, ...] = ()
    """How long the bars of the themes are."""
    activity: Columns | None = None
    course: Sparkline | None = None
    quality: Strip | None = None
    formats: Bars | None = None
