"""Which RDF syntax bytes are in: told by the header, else by the extension, else seen in the content.

Only the first bytes are looked at, with patterns that take linear time; parsing is the caged child's work. What the
content plainly is (XML, JSON, text) outweighs a header or an extension that says something else.
"""

import codecs
import re
from typing import Final

from graph.errors import FormatError, SourceError

HEAD_BYTES: Final = 1 << 16

FORMATS: Final[dict[str, str]] = {
    "turtle": "text",
    "ntriples": "text",
    "nquads": "text",
    "trig": "text",
    "n3": "text",
    "rdfxml": "xml",
    "jsonld": "json",
}
"""Name to what its content looks like."""

_MEDIA_TYPES: Final = {
    "text/turtle": "turtle",
    "application/turtle": "turtle",
    "application/x-turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/n-quads": "nquads",
    "text/x-nquads": "nquads",
    "application/trig": "trig",
    "application/x-trig": "trig",
    "text/n3": "n3",
    "text/rdf+n3": "n3",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
}
_EXTENSIONS: Final = {
    "ttl": "turtle",
    "turtle": "turtle",
    "nt": "ntriples",
    "nq": "nquads",
    "trig": "trig",
    "n3": "n3",
    "rdf": "rdfxml",
    "owl": "rdfxml",
    "jsonld": "jsonld",
}
_VAGUE: Final = {"xml": rb"22-rdf-syntax-ns#", "json": rb'"@(?:context|id|graph|type)"'}
"""Extensions of RDF and of much else, with what the head of an RDF file of that kind shows."""

_EXPECTED: Final = "expected Turtle, N-Triples, RDF/XML, JSON-LD, TriG, N-Quads or N3"
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

_XML_PROLOG: Final = re.compile(
    r"\s+|<\?[^>]*>|<!--.*?-->|<!DOCTYPE(?!\s+html)[^\[>]*(?:\[[^\]]*\]\s*)?>", re.DOTALL | re.IGNORECASE
)
_HTML: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_XML: Final = re.compile(r"<(?:[\w.-]+:)?[\w.-]+\s+[\w.:-]+\s*=|<\?xml|<!DOCTYPE|<!--", re.IGNORECASE)
_JSON: Final = re.compile(r'\{\s*(?:"|\}\s*\Z)|\[\s*(?:\{\s*"|\]\s*\Z)')
_COMMENTS: Final = re.compile(r"(?:\s+|#[^\n]*\n)*")

_NODE: Final = r"(?:<[^<>\s]*+>|_:[^\s<]++)"
_LITERAL: Final = r'"(?:[^"\\]|\\.)*+"(?:@[\w-]++|\^\^<[^<>\s]*+>)?'
_STATEMENT: Final = re.compile(
    rf"\s*+{_NODE}\s++<[^<>\s]*+>\s++(?:{_NODE}|{_LITERAL})\s*+(?:({_NODE})\s*+)?\.\s*+(?:#.*)?\Z"
)
_GRAPH: Final = re.compile(
    r"^[ \t]*+(?:GRAPH[ \t]++)?(?:<[^<>\s]*+>|_:[\w.-]++|[\w.-]*+:[\w.-]*+)?[ \t]*+\{", re.MULTILINE | re.IGNORECASE
)
_TURTLE: Final = re.compile(
    r"@prefix|@base|prefix\s|base\s|<|_:|\[|\(|\{\s*+[\[(<_:\w]|[\w.-]*+:[\w%./-]*+\s", re.IGNORECASE
)


def is_rdf_name(name: str) -> bool:
    """Whether a file of that name holds RDF by its extension, compressed or not; vague ones must be looked into."""
    return extension(name) in _EXTENSIONS or extension(name) in _VAGUE or name.lower().endswith(".zip")


def is_rdf_head(name: str, head: bytes) -> bool:
    """Whether a file found in a folder or a zip is RDF, where its extension (`.xml`, `.json`) leaves that open."""
    sign = _VAGUE.get(extension(name))
    return sign is None or re.search(sign, head.replace(b"\0", b"")) is not None


def extension(name: str) -> str:
    """The last extension before `.gz`, in lower case, without its dot: "nt" for `catalogue.nt.gz`."""
    base = re.split(r"[/\\]", name)[-1].lower().removesuffix(".gz")
    stem, dot, last = base.rpartition(".")
    return last if dot and stem else ""


def detect(head: bytes, location: str, *, media_type: str = "", name: str = "") -> str:
    """The name of the syntax (a key of FORMATS); raises SourceError or FormatError for what is none."""
    text = _text(head)
    if not text.strip():
        raise SourceError(location, "is empty")
    looks = _looks(text)
    if looks == "html":
        raise SourceError(location, f"line 1, column 1: is an HTML page, not RDF; {_EXPECTED}")
    told = [_MEDIA_TYPES.get(media_type.lower()), _EXTENSIONS.get(extension(name))]
    forms = [form for form in told if form is not None]
    for form in forms:
        if FORMATS[form] == looks:
            return form
    return {"xml": "rdfxml", "json": "jsonld"}.get(looks) or _of_text(text, location, forms)


def _text(head: bytes) -> str:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    if head[:4:2] == b"\0\0" or head[1:4:2] == b"\0\0":  # UTF-16 without its mark
        return head.decode("utf-16-be" if head[:1] == b"\0" else "utf-16-le", "replace")
    return head.decode("utf-8", "replace")


def _looks(text: str) -> str:
    start = text.lstrip()
    if _JSON.match(start):
        return "json"
    if _HTML.match(_after_prolog(start)):
        return "html"
    return "xml" if _XML.match(start) else "text"


def _after_prolog(text: str) -> str:
    position = 0
    while (match := _XML_PROLOG.match(text, position)) and match.end() > position:
        position = match.end()
    return text[position : position + 100]


def _of_text(text: str, location: str, told: list[str]) -> str:
    start = _COMMENTS.match(text)
    body = text[start.end() :] if start else text
    if "\0" in body or not _TURTLE.match(body):
        if told:
            return told[0]  # its parser says best what is wrong, and where
        begin = body[:40].split("\n")[0]
        raise FormatError(location, f"begins with {begin!r}, which is no RDF syntax; {_EXPECTED}", 1, 1)
    whole = body.rpartition("\n")[0] or body  # the head may end within a line
    lines = [line for line in whole.split("\n")[:50] if line.strip() and not line.lstrip().startswith("#")]
    found = [_STATEMENT.match(line) for line in lines]
    if all(found):
        return "nquads" if any(match and match[1] for match in found) else "ntriples"
    return "trig" if _GRAPH.search(body) else "turtle"
