"""Long texts of strangers as HTML: what they wrote in Markdown or HTML, as little of it as helps reading.

This is the one place where harvested text becomes HTML. Markdown is CommonMark (https://spec.commonmark.org/0.31.2/)
with tables; nh3 (Ammonia) has the first and the last word on what is kept. Most texts have no markup at all, and
are not parsed.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from api.presenting.filters import paragraphs
from api.presenting.rewriting import ATTRIBUTES, TAGS, rewritten

_UNSIGNED: Final = re.compile(r"[^<&`*_\]]*+")
"""A text without any sign that markup inside of lines needs; most have none, and this is the quickest way to know."""
_INSIDE: Final = re.compile(r"<[A-Za-z/!]|&#?\w{1,31};|`|\*\S|\b_\S|\]\(")
_AT_LINE: Final = re.compile(r"#{1,6}\s|>|[-+*]\s|\d{1,9}[.)]\s|~~~|---|===|\|")
_SCHEME: Final = "://"

_HTML: Final = re.compile(r"<(?:p|div|ul|ol|dl|table|h[1-6]|blockquote|pre|section|article)(?=[\s/>])", re.IGNORECASE)
"""What only somebody who writes HTML writes; with nothing but `<br>` or `<b>` in it a text is Markdown."""

_KEPT: Final = (*sorted(TAGS), "b", "i", "h1", "h2")
_PASSED_OVER: Final = (
    "abbr", "acronym", "address", "article", "aside", "big", "body", "center", "cite", "dd", "del", "details", "dfn",
    "div", "dl", "dt", "figcaption", "figure", "font", "footer", "head", "header", "html", "ins", "kbd", "label",
    "main", "mark", "nav", "q", "s", "samp", "section", "small", "span", "strike", "summary", "time", "tt", "u", "var",
    "wbr",
)  # fmt: skip
"""Elements whose text is kept without them."""

_LEFT_OUT: Final = {
    "picture": ("img", "picture", "svg", "image", "canvas", "video", "audio", "source", "track"),
    "form": ("form", "input", "button", "select", "textarea", "option", "fieldset", "keygen", "isindex"),
    "script": ("script",),
    "markup": (
        "style", "math", "iframe", "frame", "frameset", "object", "embed", "applet", "noscript", "template", "link",
        "meta", "base", "portal", "marquee", "title", "param", "dialog", "slot", "bgsound", "layer", "map", "area",
    ),
}  # fmt: skip
"""Elements that are left out and said to be, by the kind that readers are told."""

_CONTENT_TOO: Final = frozenset(
    {"script", "style", "svg", "math", "iframe", "object", "noscript", "template", "textarea", "select", "title",
     "canvas", "video", "audio", "frameset", "applet"}
)  # fmt: skip
"""Those whose content goes with them."""

_KIND: Final = {name: kind for kind, names in _LEFT_OUT.items() for name in names}
_NAMES: Final = "|".join(sorted((*_KEPT, *_PASSED_OVER, *_KIND, "!doctype"), key=len, reverse=True))
_TAG: Final = re.compile(
    rf"""</?({_NAMES})(?=[\s/>])(?:[\s/]++[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]{{0,4000}}+"|'[^']{{0,4000}}+'|[^\s"'<>`]++))?+)*+[\s/]*+>""",
    re.IGNORECASE,
)
"""A whole tag of an element that there is: any other sign that is less than something is just that."""
_LESS: Final = re.compile(r"<(!--)?")

_DEEPEST: Final = 40
"""Levels of Markdown: below, its parser would drop text."""
_LONGEST: Final = 20_000
"""Characters of a text that is parsed."""
_CROWDED: Final = 4_000
"""Signs of markup in one text: who has more of them writes no text."""
_SIGNS: Final = re.compile(r"[<*_`\[\]&>|]")


@dataclass(frozen=True, slots=True)
class Prose:
    """A text for a page: as HTML, as text, and which kinds of things were left out of it."""

    html: Markup
    text: str
    left_out: tuple[str, ...] = ()
    headed: bool = False
    """Whether it has headings of its own."""


def prose(text: str, below: int = 2) -> Prose:
    """The text as HTML that can be read and nothing else; its headings are of levels below that one."""
    if _SCHEME not in text and not _is_marked(text):
        return _plain(text)
    return _prose(text[:_LONGEST], below)


def without_markup(text: str) -> str:
    """What one reads of a text, for summaries and whoever takes no HTML; of one with markup, the beginning."""
    return _prose(text[:_LONGEST], 2).text if _is_marked(text) else text


def _is_marked(text: str) -> bool:
    """Whether there may be markup."""
    if not _UNSIGNED.fullmatch(text) and _INSIDE.search(text):
        return True
    return any(_AT_LINE.match(line.lstrip(" ")) for line in text.split("\n"))


@lru_cache(maxsize=1024)
def _prose(text: str, below: int) -> Prose:
    if len(_SIGNS.findall(text)) > _CROWDED:
        return _plain(text, ("markup",))
    html = _as_html(text)
    if html is None:
        return _plain(text, ("markup",))
    written = rewritten(_cleaned(html, frozenset(_KEPT)), below)
    left_out = dict.fromkeys((*_found(html), *written.left_out))
    last = Markup(_cleaned(written.html, TAGS))  # noqa: S704  just sanitised
    return Prose(last, written.text, tuple(left_out), written.headed)


def _cleaned(html: str, tags: AbstractSet[str]) -> str:
    return nh3.clean(
        html,
        tags=set(tags),
        clean_content_tags=set(_CONTENT_TOO),
        attributes={name: set(given) for name, given in ATTRIBUTES.items()},
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
    )


def _plain(text: str, left_out: tuple[str, ...] = ()) -> Prose:
    return Prose(_in_paragraphs(text), text, left_out)


def _in_paragraphs(text: str) -> Markup:
    return Markup("\n").join(Markup("<p>{}</p>").format(part) for part in paragraphs(text))


def _as_html(text: str) -> str | None:
    """The text as HTML that anybody may have written; None where it is nested deeper than anybody reads."""
    if _HTML.search(text):
        return _allowed(text)
    return _from_markdown(text) if _is_marked(text) else str(_in_paragraphs(text))


def _found(html: str) -> Iterator[str]:
    for tag in _TAG.finditer(html):
        kind = _KIND.get(tag[1].lower())
        if kind:
            yield kind


def _allowed(html: str) -> str:
    """The HTML with each sign that begins no tag, or none that there is, as the sign it is."""
    commented = html.rfind("-->")

    def meant(found: re.Match[str]) -> str:
        if (found[1] and found.start() < commented) or _TAG.match(html, found.start()):
            return found[0]
        return f"&lt;{found[1] or ''}"

    return _LESS.sub(meant, html)


def _from_markdown(text: str) -> str | None:
    parser = _parser()
    tokens = parser.parse(text)
    every = [*tokens, *(child for token in tokens for child in token.children or ())]
    if max((token.level for token in every), default=0) >= _DEEPEST - 1:
        return None
    for token in every:
        _restrain(token)
    return str(parser.renderer.render(tokens, parser.options, {}))


@cache
def _parser() -> MarkdownIt:
    """CommonMark without what plain texts have by accident: code by indentation, links told elsewhere in the text."""
    options = {"html": True, "maxNesting": _DEEPEST}
    return MarkdownIt("commonmark", options).enable("table").disable(["code", "reference"])


def _restrain(token: Token) -> None:
    """HTML that is none becomes text; so does what a picture shows, in its place."""
    if token.type.startswith("html_"):
        token.content = _allowed(token.content)
    elif token.type == "image":
        told = "".join(child.content for child in token.children or ())
        token.type, token.content = "html_inline", f"<img>{escape(told)}"
