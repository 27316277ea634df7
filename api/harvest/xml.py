"""Documents in XML that are no RDF: elements as text, written from within."""

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from graph.serialisation.rdfxml import UNFIT


def element(name: str, content: str = "", attributes: Mapping[str, str] | None = None) -> str:
    """An element around content that is XML already."""
    told = "".join(f" {key}={quoteattr(fit(value))}" for key, value in (attributes or {}).items())
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


def text(name: str, value: str, attributes: Mapping[str, str] | None = None) -> str:
    """An element around text."""
    return element(name, escape(fit(value)), attributes)


def fit(value: str) -> str:
    """The text with a sign in place of each character that XML cannot say."""
    return UNFIT.sub("\ufffd", value)


def document(root: str) -> bytes:
    """The whole, around its outermost element."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()
