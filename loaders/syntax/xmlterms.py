"""Repairs inside one element of RDF/XML: attributes that hold IRIs and languages, and characters XML does not take."""

import html
import re
from collections.abc import Iterator, Mapping
from html.entities import html5
from typing import Final
from xml.sax.saxutils import escape

from loaders.repair import accepted_label, escaped_label, repaired_datatype, repaired_iri, repaired_language
from loaders.syntax.markup import Attribute, Element, attributes, elements
from loaders.syntax.terms import Mend, applied
from vocabularies.namespaces import RDF, XSD

_REFERENCE: Final = re.compile(r"&([A-Za-z_][\w.-]*);")
_STRAY: Final = re.compile(
    r"(?P<kept><!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>)"
    r"|(?P<character>&#(?:x[0-9A-Fa-f]+|[0-9]+);)"
    r"|&(?P<name>[A-Za-z][\w.-]*);"
    r"|(?P<bare>[&]|<(?![^\W\d]|[/!?]))"
    r"|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+)",
    re.DOTALL,
)
_BOUND: Final = re.compile(rf"""xmlns:([\w.-]+)\s*=\s*["']{re.escape(RDF.prefix)}["']""")
_NAME: Final = re.compile(r"[^\W\d][\w.\-·]*\Z")
_LITERAL: Final = frozenset({"Literal", "literal"})


def rdf_prefixes(text: str) -> frozenset[str]:
    """The prefixes that stand for the RDF vocabulary in the document."""
    return frozenset(_BOUND.findall(text)) or frozenset({"rdf"})


def unescaped(value: str, entities: Mapping[str, str]) -> str:
    """An attribute's value as an XML parser gives it."""
    return html.unescape(_REFERENCE.sub(lambda found: entities.get(found[1], found.group()), value))


def cleaned(text: str, entities: Mapping[str, str]) -> tuple[str, list[Mend]]:
    """Text with the characters escaped or left out that no XML parser takes."""
    mends = [mend for match in _STRAY.finditer(text) for mend in _stray(match, entities)]
    return applied(text, mends), mends


def _stray(match: re.Match[str], entities: Mapping[str, str]) -> Iterator[Mend]:
    original = match.group()
    if match["kept"]:
        return
    if match["character"]:
        code = int(original[3:-1], 16) if original[2] == "x" else int(original[2:-1])
        if not _allowed(code):
            yield Mend(match.start(), original, "", "a character that XML does not allow, left out")
    elif match["name"]:
        name = match["name"]
        if name not in {"amp", "lt", "gt", "quot", "apos"} and name not in entities:
            known = html5.get(f"{name};")
            replacement = escape(known) if known else f"&amp;{name};"
            yield Mend(match.start(), original, replacement, "an entity that is not declared, replaced")
    elif match["bare"]:
        yield Mend(match.start(), original, escape(original), f"{original} in text, escaped")
    else:
        yield Mend(match.start(), original, "", "a character that XML does not allow, left out")


def _allowed(code: int) -> bool:
    return code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def mended(text: str, prefixes: frozenset[str], entities: Mapping[str, str]) -> tuple[str, list[Mend]]:
    """An element with its terms repaired as far as they can be.

    A mend without a reason is none of a fault: the native parser does not take the valid `xml:lang=""`, which is
    written as a datatype for it.
    """
    clean, mends = cleaned(text, entities)
    more = sorted(_tree(clean, elements(clean, 0), prefixes, entities), key=lambda mend: mend.start)
    return applied(clean, more), [*mends, *more]


def _tree(text: str, top: Element, prefixes: frozenset[str], entities: Mapping[str, str]) -> Iterator[Mend]:
    waiting = [(child, False) for child in top.children]
    while waiting:
        element, untagged = waiting.pop()
        own = attributes(text, element)
        roles = {_role(attribute.name, prefixes): attribute for attribute in own}
        for attribute in own:
            yield from _attribute(text, attribute, prefixes, entities)
        if "xml:lang" in roles:
            untagged = not _language(unescaped(roles["xml:lang"].value, entities))
        if not element.children:
            yield from _leaf(text, element, roles, prefixes, untagged=untagged)
        elif "parseType" not in roles or roles["parseType"].value not in _LITERAL:
            waiting += [(child, untagged) for child in element.children]


def _leaf(
    text: str, element: Element, roles: Mapping[str, Attribute], prefixes: frozenset[str], *, untagged: bool
) -> Iterator[Mend]:
    inner = text[element.inner : element.close]
    if "resource" in roles:
        if inner.strip():
            yield Mend(element.inner, inner, "", "text beside rdf:resource, left out")
    elif untagged and inner and not roles.keys() & {"datatype", "parseType", "nodeID"}:
        declared = f' {min(prefixes)}:datatype="{XSD.string.value}"'
        yield Mend(element.inner - 1, ">", f"{declared}>", "")


def _language(written: str) -> str | None:
    return repaired_language(written) if written else None


def _role(name: str, prefixes: frozenset[str]) -> str:
    """The local name of an attribute of the RDF vocabulary, `xml:lang` and `xml:base` as they are, else nothing."""
    prefix, _, local = name.rpartition(":")
    return local if prefix in prefixes else name if prefix == "xml" else ""


def _attribute(
    text: str, attribute: Attribute, prefixes: frozenset[str], entities: Mapping[str, str]
) -> Iterator[Mend]:
    written = unescaped(attribute.value, entities)
    original = text[attribute.start : attribute.end]
    match _role(attribute.name, prefixes):
        case "about" | "resource" | "xml:base":
            repaired, reason = repaired_iri(written), "not a valid IRI, percent-encoded"
        case "datatype":
            repaired, reason = repaired_datatype(written), "not a valid datatype, corrected"
            if repaired is None:
                start = text.rindex(attribute.name, 0, attribute.start)
                yield Mend(start, text[start : attribute.end], "", "not a valid datatype, left out")
        case "xml:lang":
            repaired, reason = _language(written), "not a valid language tag, corrected"
            if repaired is None:
                start = text.rindex(attribute.name, 0, attribute.start)
                reason = "not a valid language tag, left out" if written else ""
                yield Mend(start, text[start : attribute.end], "", reason)
        case "nodeID":
            repaired, reason = _label(written), "not a valid rdf:nodeID, replaced by one"
        case _:
            return
    if repaired is not None and repaired != written:
        yield Mend(attribute.start, original, f'"{escape(repaired, {chr(34): "&quot;"})}"', reason)


def _label(written: str) -> str:
    """A label that XML takes, the same for the same text."""
    if _NAME.match(written) and accepted_label(written):
        return written
    return escaped_label(written)
