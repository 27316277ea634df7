"""Whatever a stranger writes can be read, and can do nothing else."""

from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.presenting.filters import link
from api.presenting.markup import Prose, prose, without_markup
from api.presenting.rewriting import ATTRIBUTES, OUT, TAGS
from api.presenting.visible import visible
from tests.support.payloads import payloads

PIECES = st.sampled_from([
    "<", ">", "</", "<!--", "-->", "<b>", "</b>", "<p>", "<ul><li>", "</ul>", "<a href=", "'", '"', "=", "&lt;",
    "<script>", "</script>", "<svg>", "<math><mi>", "<style>", "<img src=x onerror=alert(1)>", "javascript:", "[x](",
    ")", "](", "![", "`", "```\n", "*", "_", "#", "- ", "1. ", "\n", "\n\n", "> ", "|", "|-|-|\n", "https://a.example/",
    "x", "\0", "\u202e", "<table><tr><td>", "<h1>", "</h1>", "<div", "/>", "<noscript>", "<textarea>", "]]>",
])  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))
WORDS = st.text(alphabet="abcdeéß漢 \n", min_size=1, max_size=12)
MARKS = st.sampled_from(
    ["*", "**", "_", "#", "> ", "- ", "\n\n", "|", "<", " < ", "&", "<b>", "</b>", "<p>", "</p>", "<foo>"]
)


class Read(HTMLParser):
    """The elements of a text, and what it says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(str(html))  # what is added to Markup is escaped
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in {"br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def checked(text: str) -> Prose:
    """The text as HTML, of which nothing is but what is allowed."""
    found = prose(visible(text))
    read = Read(found.html)
    assert read.open == []
    for tag, attributes in read.found:
        assert tag in TAGS
        assert set(attributes) <= set(ATTRIBUTES.get(tag, ()))
        if tag == "a":
            assert link(attributes["href"]) is not None
            assert attributes["rel"] == OUT
    again = nh3.clean(
        found.html, tags=set(TAGS), attributes={name: set(given) for name, given in ATTRIBUTES.items()}, link_rel=None
    )
    assert Read(again).found == read.found
    assert Read(again).text.split() == read.text.split()
    return found


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_text_becomes_anything_but_what_is_allowed(text: str) -> None:
    checked(text)


@pytest.mark.parametrize("payload", payloads(), ids=str)
def test_no_payload_becomes_anything_but_what_is_allowed(payload: object) -> None:
    text = str(getattr(payload, "text", ""))
    for whole in (text, f"<p>{text}</p>", f"a *b* {text}", f"[{text}](https://a.example/)", f'<a href="{text}">x</a>'):
        checked(whole)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(WORDS, MARKS), max_size=30).map("".join))
def test_every_letter_that_is_no_markup_can_still_be_read(text: str) -> None:
    def letters(of: str) -> str:
        return "".join(sign for sign in of if sign.isalpha())

    kept = text.replace("<b>", "").replace("</b>", "").replace("<p>", "").replace("</p>", "")
    found = prose(text)
    assert letters(kept) == letters(Read(found.html).text) == letters(found.text)


@given(st.text(alphabet="abc .,;:é\n\"'()", max_size=300))
def test_a_text_without_markup_stays_as_it_is(text: str) -> None:
    assert prose(text).text == without_markup(text) == text
    assert Read(prose(text).html).text.split() == text.split()


def test_markdown_is_laid_out() -> None:
    told = prose(
        "# Air\n\nMeasured *every hour*, **always**:\n\n- NO2\n- ozone\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## Who\n\n"
        "`x<y`"
    )
    names = [name for name, _ in Read(told.html).found]
    assert names == [
        "h3", "p", "em", "strong", "ul", "li", "li", "table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td",
        "h4", "p", "code",
    ]  # fmt: skip
    assert (told.left_out, told.headed) == ((), True)
    assert "x&lt;y" in told.html


def test_headings_go_below_that_of_the_place_and_skip_no_level() -> None:
    told = prose("<h1>One</h1><h4>Two</h4><h6>Three</h6><p>x</p>", below=3)
    assert [name for name, _ in Read(told.html).found] == ["h4", "h5", "h6", "p"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("![a map](http://a.example/x.png)", ("picture",)),
        ("<p>x <img src=x></p><form action=/><input name=q></form>", ("picture", "form")),
        ("<p>x</p><script>steal()</script>", ("script",)),
        ("<p>x</p><iframe src=//a.example></iframe><style>p{}</style>", ("markup",)),
        ("<p><a href='javascript:x()'>x</a></p>", ("link",)),
        ("<div><span style='color:red'>x</span></div>", ()),
    ],
)
def test_what_is_left_out_is_told_by_its_kind(text: str, kinds: tuple[str, ...]) -> None:
    told = checked(text)
    assert told.left_out == kinds
    assert "steal" not in told.html


def test_the_text_of_a_picture_is_told_instead_of_it() -> None:
    assert prose("See ![the *old* map](x.png) here").text == "See the old map here"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://a.example/x?a=1&b=2.", "https://a.example/x?a=1&b=2."),
        ("(see http://a.example/x_(y))", "(see http://a.example/x_(y))"),
        ("[https://bank.example/login](https://evil.example/)", "https://bank.example/login [evil.example]"),
        ("[www.a.example](https://a.example/x)", "www.a.example"),
        ("[here](https://a.example/x)", "here"),
        ("https://bank.example@evil.example/", "https://bank.example@evil.example/ [evil.example]"),
        ("[a](https://\u0430pple.example/)", "a [xn--pple-43d.example]"),
        ("[a](https://xn--pple-43d.example/)", "a [xn--pple-43d.example]"),
        ("https://xn--pple-43d.example/", "https://xn--pple-43d.example/"),
        ("[a](https://müller.example/)", "a"),
        ("[help@bank.example](mailto:help@evil.example)", "help@bank.example [evil.example]"),
    ],
)
def test_a_link_that_may_mislead_shows_its_true_host(text: str, shown: str) -> None:
    told = checked(text)
    assert told.text == Read(told.html).text.strip() == shown
    assert told.html.count("<a ") == 1


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        "*a " * 4000,
        "<b>" * 4000,
        ">" * 5000,
        "<div>" * 4000,
        "`" * 5000,
        "&lt;" * 4500,
        "<!--" * 3000,
        "|a" * 6000,
    ],
)
def test_what_is_too_much_for_a_text_is_shown_as_it_is_written(text: str) -> None:
    told = checked(text)
    assert len(told.html) < 10 * len(text)


def test_a_text_has_no_more_links_and_levels_than_a_reader_takes() -> None:
    assert checked("http://a.example/ " * 300).html.count("<a ") == 100
    nested = checked("<blockquote>" * 200 + "in" + "</blockquote>" * 200)
    assert nested.html.count("<blockquote>") == 12
    assert nested.left_out == ("markup",)
    assert "in" in nested.html


@pytest.mark.parametrize(
    "text",
    ["a < b and c > d", "use <dataset-id> here", "<p and q", "x <!-- not closed", "if a<b then <c>", "3 <4", "</>"],
)
def test_signs_that_are_no_markup_stay(text: str) -> None:
    assert Read(checked(text).html).text.strip() == text
