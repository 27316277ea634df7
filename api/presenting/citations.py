"""How a dataset, a set of dumps or a page is cited: in one line, and in the forms that reference managers read.

BibTeX: the fields of `misc`, with the styles' own `version`, `url`. RIS: two capital letters, two spaces, a hyphen and
a space, the type first and ER last. CSL-JSON: https://github.com/citation-style-language/schema, csl-data.json.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graph.formats import Format

VERSION: Final = "Version %(version)s"

BIBTEX: Final = Format("bibtex", "BibTeX", ("bib",), "application/x-bibtex")
RIS: Final = Format("ris", "RIS", ("ris",), "application/x-research-info-systems")
CSL: Final = Format("csl", "CSL-JSON", ("json",), "application/vnd.citationstyles.csl+json")

_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DOI: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)(10\.\d{4,9}/\S+)", re.IGNORECASE)
_KEY: Final = re.compile(r"[^a-zA-Z0-9-]+")


@dataclass(frozen=True, slots=True)
class Reference:
    """What is cited. `date` is a day, a month or a year; `container` is where it is listed."""

    key: str
    title: str
    address: str
    authors: tuple[str, ...] = ()
    date: str = ""
    version: str = ""
    container: str = ""
    doi: str = ""
    kind: str = "dataset"
    """A type of CSL: dataset, webpage, software."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Year, month and day, as many as are known."""
        match = _DATE.match(self.date)
        return tuple(part for part in match.groups() if part) if match else ()

    @property
    def day(self) -> str:
        return "-".join(self.parts)


def doi_of(*identifiers: str) -> str:
    """The DOI among identifiers; empty where there is none."""
    return next((match[1] for match in map(_DOI.fullmatch, identifiers) if match), "")


def text(told: Reference, version: str = VERSION) -> str:
    """In one line: who, when, what, which version of it, where; `version` is a text of the interface."""
    people, year = ", ".join(told.authors), next(iter(told.parts), "")
    who = f"{people} ({year})" if people and year else people or year
    named = version % {"version": told.version} if told.version else ""
    what = ", ".join(filter(None, (named, told.day)))
    return ". ".join(filter(None, map(_line, (who, told.title, told.container, what)))) + f". {told.address}"


def _line(given: str) -> str:
    return " ".join(given.split()).rstrip(".")


def bibtex(told: Reference) -> str:
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(told) if value)
    return f"@misc{{{_KEY.sub('-', told.key)},\n{fields}}}"


def _fields(told: Reference) -> Iterator[tuple[str, str]]:
    year, month = (*told.parts, "", "")[:2]
    yield "author", " and ".join(f"{{{_in_tex(author)}}}" for author in told.authors)
    yield "title", f"{{{_in_tex(told.title)}}}"
    yield "howpublished", _in_tex(told.container)
    yield "year", year
    yield "month", month.lstrip("0")
    yield "version", _in_tex(told.version)
    yield "doi", _in_tex(told.doi)
    yield "url", told.address


_TEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "{}&%$#_"},
    }
)


def _in_tex(given: str) -> str:
    """A text in which nothing is a command."""
    return " ".join(given.split()).translate(_TEX)


_RIS_TYPES: Final = {"dataset": "DATA", "webpage": "ELEC", "software": "COMP"}


def ris(told: Reference) -> str:
    lines = [("TY", _RIS_TYPES.get(told.kind, "GEN"))]
    lines += [("AU", author) for author in told.authors]
    lines += [("TI", told.title), ("PB", told.container), ("PY", next(iter(told.parts), ""))]
    lines += [("DA", "/".join(told.parts)), ("ET", told.version), ("DO", told.doi), ("UR", told.address)]
    said = "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines if value)
    return f"{said}ER  - \r\n"


def csl(told: Reference) -> str:
    return json.dumps([{name: value for name, value in _csl(told).items() if value}], ensure_ascii=False, indent=1)


def _csl(told: Reference) -> Mapping[str, Any]:
    return {
        "id": told.key,
        "type": told.kind,
        "title": told.title,
        "author": [{"literal": author} for author in told.authors],
        "issued": {"date-parts": [[int(part) for part in told.parts]]} if told.parts else None,
        "version": told.version,
        "publisher": told.container,
        "DOI": told.doi,
        "URL": told.address,
    }


FORMS: Final[Mapping[Format, Callable[[Reference], str]]] = {BIBTEX: bibtex, RIS: ris, CSL: csl}
"""Each form and who writes it."""
