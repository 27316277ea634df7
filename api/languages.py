"""The interface's languages: which one a reader gets, and the texts in it.

The catalogues are the `.po` files in `translations/`, read and compiled in memory when the application is made: nothing
has to be compiled before a wheel is built, and no binary file can fall behind its source.
"""

import gettext
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from graph.formats import negotiate_language

SOURCE: Final = "en"
"""The language the texts in code and templates are in; its catalogue holds only plural forms."""

_WRITTEN: Final[Mapping[str, str]] = {"en": "en_GB"}
"""As which country writes dates and numbers, where a language by itself would stand for one outside of Europe."""

NEXT_BEST: Final[Mapping[str, Sequence[str]]] = {
    "fr": ("fr", "en", "de", "lb"),
    "de": ("de", "en", "fr", "lb"),
    "en": ("en", "fr", "de", "lb"),
    "lb": ("lb", "de", "fr", "en"),
}
"""In which language a text is shown that is not there in the reader's."""

_SPOKEN: Final = (
    "", "fr", "de", "en", "lb", "bg", "cs", "da", "el", "es", "et", "fi", "ga", "hr", "hu", "it", "lt", "lv", "mt",
    "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
LOOKED_UP: Final = (*_SPOKEN, *(f"{to}-t-{of}" for to in NEXT_BEST for of in (*NEXT_BEST, "nl") if to != of))
"""Tags that a keyword is looked up with: none, the languages of the interface and of the Union, and those of what a
machine translated."""


def catalogue(language: str) -> gettext.NullTranslations:
    """The texts of the interface in a language."""
    if language == SOURCE:
        return gettext.NullTranslations()
    source = files("api").joinpath("translations", f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages offered, preferred first, with their catalogues."""

    offered: tuple[str, ...]
    catalogues: Mapping[str, gettext.NullTranslations] = field(repr=False)
    locales: Mapping[str, Locale] = field(repr=False)

    @classmethod
    def load(cls, offered: tuple[str, ...]) -> "Languages":
        return cls(
            offered,
            {language: catalogue(language) for language in offered},
            {language: Locale.parse(_WRITTEN.get(language, language)) for language in offered},
        )

    def own_name(self, language: str) -> str:
        """What a language calls itself, whatever country its locale is of."""
        return (self.locales[language].get_language_name(language) or language).capitalize()

    def preferred(self, accept_language: str | None) -> str:
        """The reader's language, by Accept-Language; the portal's first where that names none of ours."""
        return negotiate_language(accept_language, self.offered) or self.offered[0]
