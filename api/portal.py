"""What one application has, and what one request asks for; only this module knows where Flask keeps it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import Final, TypeVar, cast

from flask import Flask, current_app, g, request

from api.declared import Declared
from api.harvest.budget import CrawlBudget
from api.http.limits import Places
from api.languages import Languages
from api.links import Urls
from api.presenting.presentation import Presenter
from api.readers import Readers
from api.settings import Settings
from api.views import View
from graph.iris import Iris
from graph.serving.client import Client
from loaders.pictures.album import Album

_KEY: Final = "catalograph"

_Found = TypeVar("_Found")

DOWNLOADS: Final = (32, 8)
"""How many long files a process sends at once, each of which holds a thread, and how many to one client."""


@dataclass(frozen=True, slots=True)
class Portal:
    """What the application was built from; nothing in it changes."""

    settings: Settings
    iris: Iris
    readers: Readers
    languages: Languages
    stylesheet: str
    """The digest of the style sheet, part of its address."""
    declared: Declared
    """The model and the shapes, which change with the program only."""
    crawls: CrawlBudget
    queries: Client | None = None
    """Who answers public queries; None where this application has no query service beside it."""
    album: Album = field(init=False)
    """Pictures that were fetched."""
    downloads: Places = field(default_factory=lambda: Places(*DOWNLOADS, "files going out"))

    def __post_init__(self) -> None:
        object.__setattr__(self, "album", Album(self.settings.data))

    @property
    def pictured(self) -> str:
        """What changes when a page may show another picture than before, whatever else it shows."""
        return self.album.state() if self.settings.pictures else ""


def install(app: Flask, portal: Portal) -> None:
    app.extensions[_KEY] = portal


def portal() -> Portal:
    return portal_of(current_app)


def portal_of(app: Flask) -> Portal:
    """The portal of an application that has no request now."""
    return cast("Portal", app.extensions[_KEY])


def view() -> View:
    """The generation this request reads, from its first question to its end. Raises StoreError."""
    return _once("view", _current)


def _current() -> View:
    return portal().readers.acquire()


def read_at(number: int) -> View:
    """Let the request read that generation instead of the current one. Raises NotFound, GenerationGone, StoreError."""
    release()
    g.view = portal().readers.at(number)
    return cast("View", g.view)


def release() -> None:
    """Give the generation back, if the request read one."""
    g.pop("presenter", None)
    held = g.pop("view", None)
    if held is not None:
        portal().readers.release(held)


def language() -> str:
    """The language to answer in: the address names it, or Accept-Language does, or it is the portal's first."""
    return _once(
        "language",
        lambda: named_language() or portal().languages.preferred(request.headers.get("Accept-Language")),
    )


def named_language() -> str | None:
    """The language that the address names."""
    return cast("str | None", g.get("named_language"))


def speak(language: str | None) -> None:
    """Let the request be answered in the language that its address names, or as if it did."""
    g.named_language = language
    for depends_on_it in ("language", "urls", "texts", "presenter"):
        g.pop(depends_on_it, None)


def urls() -> Urls:
    """Links in the language that the address names; a page asks a hundred times."""
    return _once("urls", lambda: Urls(portal().iris, named_language()))


def presenter() -> Presenter:
    return _once(
        "presenter",
        lambda: Presenter(view(), language(), portal().languages.locales[language()], urls(), portal().declared),
    )


def gettext(text: str) -> str:
    """A text of the interface in the reader's language."""
    return _texts().gettext(text)


def ngettext(singular: str, plural: str, number: int) -> str:
    return _texts().ngettext(singular, plural, number)


def _texts() -> NullTranslations:
    return _once("texts", lambda: portal().languages.catalogues[language()])


def _once(name: str, find: Callable[[], _Found]) -> _Found:
    """What a request asks for again and again, found when it first does; `release` and `speak` take it away."""
    found = g.get(name)
    if found is None:
        found = find()
        setattr(g, name, found)
    return cast("_Found", found)
