"""HTML that has been sanitised, written anew: headings below those of the page, links that say where they lead."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from markupsafe import escape

from api.presenting.filters import link
from api.presenting.hosts import host_behind

TAGS: Final = frozenset(
    {"p", "br", "hr", "ul", "ol", "li", "strong", "em", "sub", "sup", "code", "pre", "blockquote", "a", "table",
     "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "h3", "h4", "h5", "h6"}
)  # fmt: skip
"""What a text of a stranger may be made of."""

ATTRIBUTES: Final = {"a": ("href", "rel"), "ol": ("start",), "th": ("colspan", "rowspan"), "td": ("colspan", "rowspan")}
OUT: Final = "external nofollow noopener ugc"
"""Of links that strangers set: https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links."""

_INSTEAD: Final = {"b": "strong", "i": "em"}
_VOID: Final = frozenset({"br", "hr"})
_BLOCKS: Final = TAGS - {"strong", "em", "sub", "sup", "code", "a"}
_NUMBER: Final = re.compile(r"\d{1,4}")
_WIDEST: Final = 100
"""Cells that one takes the place of."""
_DEEPEST: Final = 12
"""Elements inside each other."""
_MOST: Final = 100
"""Links of one text."""
_LISTS: Final = frozenset({"ul", "ol"})
_LITERAL: Final = frozenset({"a", "code", "pre"})
_ADDRESS: Final = re.compile(r"\bhttps?://[^\s<>\"`]+", re.IGNORECASE)
_BEHIND: Final = ".,;:!?'*_~\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}»…"
"""What stands behind an address and is no part of it."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    html: str
    text: str
    left_out: tuple[str, ...]
    headed: bool


def rewritten(html: str, below: int) -> Rewritten:
    """The text with its headings below that level."""
    levels = sorted({int(level) for level in re.findall(r"<h([1-6])>", html)})
    writer = _Writer({f"h{level}": f"h{min(below + place, 6)}" for place, level in enumerate(levels, 1)})
    writer.feed(html)
    writer.close()
    text = re.sub(r"[ \t]*\n\s*\n\s*", "\n\n", "".join(writer.text)).strip()
    return Rewritten("".join(writer.html), text, tuple(dict.fromkeys(writer.left_out)), bool(levels))


class _Writer(HTMLParser):
    """Writes what it reads. What it reads is well-formed: each element is closed, none is open twice."""

    def __init__(self, headings: Mapping[str, str]) -> None:
        super().__init__()
        self.html: list[str] = []
        self.text: list[str] = []
        self.left_out: list[str] = []
        self._headings = headings
        self._open: list[str] = []
        """What has to be closed, innermost last; empty where nothing was written."""
        self._links = 0
        self._href = ""
        self._inside: list[str] = []
        """What the link that is open says."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = self._headings.get(tag) or _INSTEAD.get(tag, tag)
        if name in _BLOCKS:
            self.text.append("\n" if name in {"br", "li", "tr", "td", "th"} else "\n\n")
        if name in _VOID:
            self.html.append(f"<{name}>")
            return
        written = self._begun(name, dict(attrs))
        self._open.append(name if written else "")
        self.html.append(written)

    def _begun(self, name: str, told: Mapping[str, str | None]) -> str:
        if len(self._open) >= _DEEPEST:
            self.left_out.append("markup")
            return ""
        if name == "li" and not _LISTS.intersection(self._open):
            return ""
        if name == "a":
            return self._linked(told.get("href") or "")
        return f"<{name}{''.join(_numbers(name, told))}>"

    def _linked(self, href: str) -> str:
        if link(href) is None or self._links >= _MOST or "a" in self._open:
            self.left_out.append("link")
            return ""
        self._links += 1
        self._href, self._inside = href, []
        return f'<a href="{escape(href)}" rel="{OUT}">'

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self._open:
            return
        name = self._open.pop()
        if not name:
            return
        self.html.append(f"</{name}>")
        if name == "a":
            self._behind("".join(self._inside), self._href)
        if name in _BLOCKS:
            self.text.append("\n")

    def _behind(self, said: str, href: str) -> None:
        """The host that a link leads to, where its text may be taken for another."""
        host = host_behind(said, href)
        if host:
            self._say(f" [{host}]")

    def handle_data(self, data: str) -> None:
        if "a" in self._open:
            self._inside.append(data)
        last = 0
        for found in () if _LITERAL.intersection(self._open) else _ADDRESS.finditer(data):
            href = _without_what_is_behind(found[0])
            if link(href) is not None and self._links < _MOST:
                self._say(data[last : found.start()])
                self._link(href)
                last = found.start() + len(href)
        self._say(data[last:])

    def _say(self, text: str) -> None:
        self.html.append(str(escape(text)))
        self.text.append(text)

    def _link(self, href: str) -> None:
        """An address that stands in the text."""
        self._links += 1
        self.html.append(f'<a href="{escape(href)}" rel="{OUT}">')
        self._say(href)
        self.html.append("</a>")
        self._behind(href, href)


def _without_what_is_behind(address: str) -> str:
    """The address without the signs of the sentence that it stands in; a bracket is its own where it opens it."""
    while address and (address[-1] in _BEHIND or (address[-1] in ")]" and not _opens(address))):
        address = address[:-1]
    return address


def _opens(address: str) -> bool:
    opening, closing = ("(", ")") if address[-1] == ")" else ("[", "]")
    return address.count(opening) >= address.count(closing)


def _numbers(name: str, told: Mapping[str, str | None]) -> Iterator[str]:
    for each in ATTRIBUTES.get(name, ()):
        value = told.get(each) or ""
        if _NUMBER.fullmatch(value) and (name == "ol" or 1 < int(value) <= _WIDEST):
            yield f' {each}="{int(value)}"'
