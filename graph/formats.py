"""Every form an answer can take, and the choice among them by name, by extension, by Accept."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, TypeVar

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True, slots=True)
class Format:
    """`extensions` have no dot, the first is the one we write; `aliases` are media types other software uses for it."""

    kind: ClassVar[Literal["rdf", "results", "html"]] = "html"

    name: str
    label: str
    extensions: tuple[str, ...]
    media_type: str
    aliases: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        return self.extensions[0]

    @property
    def content_type(self) -> str:
        """The media type as a header says it: text with its charset."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


@dataclass(frozen=True, slots=True)
class RdfForm(Format):
    """A syntax for statements; `engine` is Oxigraph's name for it."""

    kind: ClassVar[Literal["rdf", "results", "html"]] = "rdf"

    engine: RdfFormat = RdfFormat.TURTLE

    @property
    def named_graphs(self) -> bool:
        """Whether the syntax can say which graph a statement is in."""
        return self.engine.supports_datasets


@dataclass(frozen=True, slots=True)
class ResultForm(Format):
    """A syntax for the answer of SELECT or ASK; `engine` is Oxigraph's name for it."""

    kind: ClassVar[Literal["rdf", "results", "html"]] = "results"

    engine: QueryResultsFormat = QueryResultsFormat.JSON


TURTLE: Final = RdfForm(
    "turtle", "Turtle", ("ttl",), "text/turtle", ("application/x-turtle", "application/turtle"), RdfFormat.TURTLE
)
N_TRIPLES: Final = RdfForm("ntriples", "N-Triples", ("nt",), "application/n-triples", (), RdfFormat.N_TRIPLES)
RDF_XML: Final = RdfForm(
    "rdfxml",
    "RDF/XML",
    ("rdf", "xml", "owl", "rdfs"),
    "application/rdf+xml",
    ("application/xml", "text/xml"),
    RdfFormat.RDF_XML,
)
JSON_LD: Final = RdfForm(
    "jsonld", "JSON-LD", ("jsonld", "json"), "application/ld+json", ("application/json",), RdfFormat.JSON_LD
)
TRIG: Final = RdfForm("trig", "TriG", ("trig",), "application/trig", ("application/x-trig",), RdfFormat.TRIG)
N_QUADS: Final = RdfForm("nquads", "N-Quads", ("nq",), "application/n-quads", ("text/x-nquads",), RdfFormat.N_QUADS)
N3: Final = RdfForm("n3", "Notation3", ("n3",), "text/n3", ("text/rdf+n3",), RdfFormat.N3)

JSON: Final = ResultForm(
    "json",
    "SPARQL results, JSON",
    ("json", "srj"),
    "application/sparql-results+json",
    ("application/json",),
    QueryResultsFormat.JSON,
)
XML: Final = ResultForm(
    "xml",
    "SPARQL results, XML",
    ("xml", "srx"),
    "application/sparql-results+xml",
    ("application/xml", "text/xml"),
    QueryResultsFormat.XML,
)
CSV: Final = ResultForm("csv", "CSV", ("csv",), "text/csv", ("application/csv",), QueryResultsFormat.CSV)
TSV: Final = ResultForm("tsv", "TSV", ("tsv",), "text/tab-separated-values", (), QueryResultsFormat.TSV)

HTML: Final = Format("html", "HTML", ("html",), "text/html", ("application/xhtml+xml",))

ATOM: Final = Format("atom", "Atom", ("atom",), "application/atom+xml")
PLAIN_JSON: Final = Format("json", "JSON", ("json",), "application/json")
"""What is said in keys of our own."""

RDF_FORMATS: Final = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, TRIG, N_QUADS)
"""What we write, in our order of preference."""

READABLE_FORMATS: Final = (*RDF_FORMATS, N3)
"""What we read: N3 comes in, but never goes out."""

RESULT_FORMATS: Final = (JSON, XML, CSV, TSV)
FORMATS: Final[tuple[Format, ...]] = (HTML, *RESULT_FORMATS, *RDF_FORMATS, N3)

_F = TypeVar("_F", bound=Format)


def by_name(name: str, offered: Sequence[_F]) -> _F | None:
    """The form called so: its name, or any of its extensions; names go first, so `json` is no JSON-LD beside JSON."""
    wanted = name.lower()
    named = (form for form in offered if form.name == wanted)
    return next(named, None) or by_extension(wanted, offered)


def by_extension(extension: str, offered: Sequence[_F]) -> _F | None:
    """The first of the offered forms with this extension, dot or none; `.json` is therefore what the caller offers."""
    wanted = extension.lower().removeprefix(".")
    return next((form for form in offered if wanted in form.extensions), None)


def by_media_type(media_type: str, offered: Sequence[_F]) -> _F | None:
    """The form of a Content-Type header, parameters ignored; a media type of one's own goes before an alias."""
    wanted = media_type.partition(";")[0].strip().lower()
    own = (form for form in offered if form.media_type == wanted)
    return next(own, None) or next((form for form in offered if wanted in form.aliases), None)


def negotiate(accept: str | None, offered: Sequence[_F]) -> _F | None:
    """The form to answer with, by RFC 9110 section 12.5.1; None where all that is offered was refused.

    Highest quality wins, then the one asked for by name rather than by wildcard, then the order of the offer. No
    header, or one without a readable part, asks for the first.
    """
    ranges = list(_ranges(accept or "", _MEDIA_RANGE))
    if not ranges:
        return offered[0] if offered else None
    wishes = [(_wish(form, ranges), -place, form) for place, form in enumerate(offered)]
    (quality, _), _, best = max(wishes, key=lambda wish: wish[:2], default=((0.0, 0), 0, None))
    return best if quality else None


def negotiate_language(accept_language: str | None, offered: Sequence[str]) -> str | None:
    """The language to answer in, by RFC 4647 look-up: `de-AT` finds `de`; None where nothing offered was asked for.

    Of equal qualities the first in the header wins, since people write their languages in order; `*` comes last.
    """
    ranges = list(_ranges(accept_language or "", _LANGUAGE_RANGE))
    if not ranges:
        return offered[0] if offered else None
    wishes = [(_language_wish(tag.lower(), ranges), tag) for tag in offered]
    (quality, _, _), best = max(wishes, key=lambda wish: wish[0], default=((0.0, False, 0), None))
    return best if quality else None


_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  a token of RFC 9110
_MEDIA_RANGE: Final = re.compile(rf"{_TOKEN}/{_TOKEN}")
_LANGUAGE_RANGE: Final = re.compile(r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_QUALITY: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[,;]|[^,;"]+|"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Range:
    name: str
    quality: float
    plain: bool
    """Without parameters: those ask for a variant of the form, of which we have but one."""


def _ranges(header: str, pattern: re.Pattern[str]) -> Iterator[_Range]:
    """The readable parts of the header."""
    for name, *parameters in _parts(header):
        qualities = [value for key, value in map(_parameter, parameters) if key == "q"]
        quality = qualities[0] if qualities else "1"
        if pattern.fullmatch(name) and _QUALITY.fullmatch(quality):
            yield _Range(name.lower(), float(quality), len(parameters) == len(qualities))


def _parts(header: str) -> Iterator[list[str]]:
    """The header cut at its commas, each part at its semicolons; in quotes neither cuts."""
    part = [""]
    for piece in _PIECE.findall(header):
        if piece == ",":
            yield [field.strip() for field in part]
            part = [""]
        elif piece == ";":
            part.append("")
        else:
            part[-1] += piece
    yield [field.strip() for field in part]


def _parameter(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key.strip().lower(), value.strip()


def _wish(form: Format, ranges: Sequence[_Range]) -> tuple[float, int]:
    """Quality, and how specific the range was that gave it.

    The most specific decides: the form's own media type, an alias of it, its family, anything.
    """
    family = form.media_type.partition("/")[0] + "/*"
    named: tuple[tuple[str, ...], ...] = ((form.media_type,), form.aliases, (family,), ("*/*",))
    for specificity, names in zip((4, 3, 2, 1), named, strict=True):
        found = [entry for entry in ranges if entry.name in names]
        if found:
            plain = [entry for entry in found if entry.plain] or found
            return max(entry.quality for entry in plain), specificity
    return 0.0, 0


def _language_wish(tag: str, ranges: Sequence[_Range]) -> tuple[float, bool, int]:
    """Quality, whether by name, and place in the header; the tag itself counts before a range cut down to it."""
    exact = [(entry.quality, True, -place) for place, entry in enumerate(ranges) if entry.name == tag]
    longer = [(entry.quality, True, -place) for place, entry in enumerate(ranges) if entry.name.startswith(f"{tag}-")]
    anything = [(entry.quality, False, 0) for entry in ranges if entry.name == "*"]
    return max(exact or longer or anything, default=(0.0, False, 0))
