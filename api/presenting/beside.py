"""What stands beside what a page tells: the question behind it, how to cite it, whom to tell of a problem."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import quote

from api.contexts.pages import Beside, Cited, Form
from api.portal import gettext, portal, urls
from api.presenting import citations
from api.presenting.citations import Reference
from api.presenting.filters import shortened
from api.presenting.markup import without_markup

_MAILBOX: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_ITSELF: Final = "<urn:resource>"
"""What stands for the thing in the query."""
_LONGEST_TITLE: Final = 120
_LONGEST_SUMMARY: Final = 300


def question(name: str, **given: str) -> str:
    """A question of the library, asked with these values."""
    return urls().page(f"/queries/{name}", list(given.items()))


def query(text: str) -> str:
    """A query in the form where readers may change it."""
    return urls().page("/sparql", [("query", text)])


def of_resource(iri: str) -> str:
    """What is said of a thing, and what names it, in the form where readers may change the query."""
    return query(_resource_query().replace(_ITSELF, f"<{iri}>"))


@cache
def _resource_query() -> str:
    return files("queries").joinpath("extracting", "resource.rq").read_text("utf-8")


def cited(told: Reference, forms: Sequence[Form] = ()) -> Cited:
    return Cited(citations.text(told, gettext(citations.VERSION)), citations.bibtex(told), tuple(forms))


def problem(title: str, address: str, iri: str = "", to: str = "") -> str:
    """A letter about a page, to that mailbox or the portal's own; empty where neither is one."""
    mailbox = next(filter(_MAILBOX.fullmatch, (to, portal().settings.contact)), "")
    if not mailbox:
        return ""
    subject = gettext("A problem with “%(title)s”") % {"title": shortened(title, _LONGEST_TITLE)}
    lines = ["", "", "--", address, *([iri] if iri and iri != address else [])]
    body = "\r\n".join(lines)
    return f"mailto:{quote(mailbox, safe='@')}?subject={quote(subject)}&body={quote(body)}"


def mailbox(address: str) -> str:
    """The address of a mailbox as a source wrote it, with or without its scheme; empty for what is none."""
    bare = address.removeprefix("mailto:").strip()
    return bare if _MAILBOX.fullmatch(bare) else ""


def summary(text: str) -> str:
    """The beginning of a text without its markup, as long as those who show it show of it."""
    return shortened(without_markup(text), _LONGEST_SUMMARY) if text else ""


def of_page(found: Beside, told: Reference) -> Beside:
    """What a page tells of itself, and what is the same for all pages where it tells nothing."""
    return Beside(
        summary=found.summary,
        query=found.query,
        problem=found.problem or problem(told.title, told.address),
        cited=found.cited or cited(told),
        kind=found.kind,
        picture=found.picture,
    )
