"""Pages as browsers read them: with the parser that HTML describes, https://html.spec.whatwg.org/multipage/parsing.html."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5rdf

_LEADING: Final = ("href", "src", "action", "formaction", "srcset", "poster", "cite", "data", "ping", "background")
SCHEMES: Final = frozenset({"", "http", "https", "mailto"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """An element of a page; whether it stands in a text that a stranger wrote."""

    name: str
    attributes: dict[str, str]
    text: str
    described: bool

    def addresses(self) -> Iterator[str]:
        for name in _LEADING:
            if name in self.attributes:
                yield self.attributes[name]


def elements(html: bytes) -> list[Parsed]:
    return list(_within(html5rdf.parse(html, namespaceHTMLElements=False), described=False))


def _within(element: Element, *, described: bool) -> Iterator[Parsed]:
    if not isinstance(element.tag, str):
        return  # a comment
    yield Parsed(element.tag, dict(element.attrib), "".join(element.itertext()), described)
    described = described or "description" in element.get("class", "").split()
    for child in element:
        yield from _within(child, described=described)


def scheme(address: str) -> str:
    """The scheme as a browser takes it: without the blanks and controls that it leaves out."""
    return urlsplit("".join(sign for sign in address if sign > " ")).scheme
