"""XML text cut into elements by its tags alone, forgiving what is not well-formed; and what is refused beforehand.

Nothing here gives statements: the strict parser judges every part that is cut out.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from graph.errors import FormatError
from loaders.syntax.octets import place

_START: Final = re.compile(
    r"""<([^\s<>/!?="'&]+)((?:\s+[^\s=<>/"']+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>""",
)
_END: Final = re.compile(r"</([^\s<>/]+)\s*>")
_ENDS: Final = re.compile(r"(?:</[^<>]{1,200}>\s*){500}")
_ATTRIBUTE: Final = re.compile(r"""([^\s=<>/"']+)\s*=\s*("[^"]*"|'[^']*')""")
_DOCTYPE: Final = re.compile(r"""<!DOCTYPE\s+[^\[>"']*(?:"[^"]*"\s*|'[^']*'\s*){0,2}(?:\[(.*?)\]\s*)?>""", re.DOTALL)
_ENTITY: Final = re.compile(r"""<!ENTITY\s+([^\s%"'>]+)\s+("[^"]*"|'[^']*')\s*>""")
_DECLARATION: Final = re.compile(r"<!--.*?-->|<!(?:ELEMENT|ATTLIST|NOTATION)\s[^>]*>|\s+", re.DOTALL)
_CHARACTER: Final = re.compile(r"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")

ENTITIES: Final = 64 << 10
"""Characters that the entities of one document may have in all."""

DEEPEST: Final = 1000
"""Levels of nesting beyond which a document is refused: the native parser needs time by the square of them."""

_MARKUP: Final = frozenset({0x25, 0x26, 0x3C})


class TooDeep(SyntaxError):
    """A document nested beyond what anybody means."""


@dataclass(slots=True, eq=False)
class Element:
    """Offsets in the text: `start` to `inner` is the start tag, `close` to `end` the end tag."""

    name: str
    start: int
    inner: int
    close: int
    end: int
    parent: "Element | None"
    children: "list[Element]" = field(default_factory=list)
    broken: bool = False

    @property
    def local(self) -> str:
        return self.name.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Attribute:
    """`start` to `end` is the value with its quotes."""

    name: str
    start: int
    end: int
    value: str


def elements(text: str, start: int) -> Element:
    """The tree of the tags from `start`, under an element without a name. Raises TooDeep."""
    top = current = Element("", start, start, len(text), len(text), None)
    position, depth = start, 0
    while (position := text.find("<", position)) >= 0:
        skipped = _skipped(text, position)
        if skipped:
            position = skipped
        elif match := _START.match(text, position):
            element = Element(match[1], position, match.end(), match.end(), match.end(), current)
            current.children.append(element)
            if not match[3]:
                current, depth = element, depth + 1
            if depth > DEEPEST:
                raise TooDeep(f"nested more than {DEEPEST} levels deep")
            position = match.end()
        elif match := _END.match(text, position):
            current, closed = _closed(current, match)
            depth -= closed
            position = match.end()
        else:
            position += 1
    while current.parent:
        current.broken, current.close, current.end = True, len(text), len(text)
        current = current.parent
    return top


def _skipped(text: str, position: int) -> int:
    """Where a comment, a CDATA section or an instruction ends that begins here; 0 for none."""
    for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")):
        if text.startswith(opening, position):
            end = text.find(closing, position + len(opening))
            return end + len(closing) if end >= 0 else len(text)
    return 0


def _closed(current: Element, tag: re.Match[str]) -> tuple[Element, int]:
    """The element that is open after an end tag, and how many it closed; what was left open inside is broken."""
    closed = 1
    target: Element | None = current
    while target and target.name != tag[1]:
        target = target.parent
    if target is None or target.parent is None:
        current.broken = True
        return current, 0
    while current is not target and current.parent:
        closed += 1
        current.broken, current.close, current.end = True, tag.start(), tag.start()
        current = current.parent
    current.close, current.end = tag.start(), tag.end()
    return current.parent or current, closed


def attributes(text: str, element: Element) -> list[Attribute]:
    """Of the start tag."""
    begin = element.start + 1 + len(element.name)
    found = _ATTRIBUTE.finditer(text, begin, element.inner)
    return [Attribute(match[1], match.start(2), match.end(2), match[2][1:-1]) for match in found]


def beginning(text: str, location: str) -> tuple[int, str]:
    """Where the root element's place begins, and the document type declaration.

    Refuses what an attack would use: entities that refer to entities or to files, or that are too many or too long.
    """
    position = 0
    declared = ""
    while (position := text.find("<", position)) >= 0:
        skipped = _skipped(text, position)
        if skipped:
            position = skipped
        elif text.startswith("<!", position):
            match = _DOCTYPE.match(text, position)
            if match is None or declared:
                raise _refused(location, text, position, "a document type declaration that is not understood")
            _check(match[1] or "", text, location, position)
            declared, position = match.group(), match.end()
        else:
            break
    if text.count("<!ENTITY") != declared.count("<!ENTITY"):
        raise _refused(
            location, text, text.rfind("<!ENTITY"), "an entity declared outside the document type declaration"
        )
    return max(position, 0), declared


def _refused(location: str, text: str, position: int, reason: str) -> FormatError:
    return FormatError(location, f"refused: {reason}", *place(text, position))


def _check(subset: str, text: str, location: str, position: int) -> None:
    total = expanded = done = 0
    while done < len(subset):
        if other := _DECLARATION.match(subset, done):
            done = other.end()
            continue
        match = _ENTITY.match(subset, done)
        if match is None:
            raise _refused(location, text, position, "a document type declaration with more than plain entities")
        done, value = match.end(), match[2][1:-1]
        if not _flat(value):
            raise _refused(location, text, position, f"the entity {match[1]} refers to another one")
        total += len(value)
        expanded += len(value) * text.count(f"&{match[1]};")
    if total > ENTITIES or expanded > (1 << 20) + 16 * len(text):
        raise _refused(location, text, position, f"entities of {max(total, expanded)} characters")


def _flat(value: str) -> bool:
    codes = [int(match[1], 16) if match[1] else int(match[2]) for match in _CHARACTER.finditer(value)]
    return not set(codes) & _MARKUP and not re.search("[&%<]", _CHARACTER.sub("", value))


def in_double_quotes(declared: str) -> str:
    """The declaration, as long as before, with its values in the quotes that the native parser asks for."""
    return _ENTITY.sub(lambda found: _double(found) if found[2].startswith("'") else found.group(), declared)


def _double(found: re.Match[str]) -> str:
    value = found[2][1:-1]
    return found.group() if '"' in value else found.group().replace(found[2], f'"{value}"')


def entity_values(declared: str) -> dict[str, str]:
    """The entities of a document type declaration that was found harmless."""
    return {match[1]: html.unescape(match[2][1:-1]) for match in _ENTITY.finditer(declared)}


def ill_formed(text: str) -> tuple[str, int, int] | None:
    """Why the text is no well-formed XML, with line and column; None if it is.

    The RDF parser takes a document that ends too early for a whole one; this notices.
    """
    parser = expat.ParserCreate()
    try:
        for part in _parts(text):
            parser.Parse(part, False)  # noqa: FBT003  expat takes no keywords
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        return expat.ErrorString(error.code), error.lineno, error.offset + 1
    return None


def is_deep(text: str) -> bool:
    """Whether so many elements end in one place that the native parser would need time by the square of them."""
    return _ENDS.search(text) is not None


def _parts(text: str) -> Iterator[bytes]:
    step = 1 << 20
    for start in range(0, len(text), step):
        yield text[start : start + step].encode("utf-8", "replace")
