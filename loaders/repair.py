"""Repairs of single terms: what a publisher most likely meant, or None where that cannot be told.

Each is a pure function. What is valid comes back unchanged, what comes back is valid (as pyoxigraph judges it,
strictly), and a second repair changes nothing.
"""

import re
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from vocabularies.namespaces import PREFIXES, RDF

LONGEST: Final = 8000
"""Characters of an IRI or a language tag beyond which nothing is repaired: it is no name any more."""

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_DOUBLED: Final = re.compile(r"(?:https?://)+(?=https?://)")
_WRAPPED: Final = re.compile(r"\A<(.*)>\Z", re.DOTALL)
_AUTHORITY: Final = re.compile(r"\A((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)([^/?#]*)(.*)\Z", re.DOTALL)
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ILLEGAL: Final = re.compile(
    r"[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%"
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    "\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd\U00040000-\U000dfffd\U000e1000-\U000efffd]"
)
"""What RFC 3987 allows nowhere outside a host in brackets; private use goes too, being allowed in queries only."""

_MAILBOX: Final = re.compile(r"\A(mailto|tel):\s+", re.IGNORECASE)
_PLAIN_LABEL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?\Z")
_TWO_TERMS: Final = re.compile(r"\s(?:a|[A-Za-z][\w.-]*:(?!//)[\w.-]*)\s")
_PRIMARY: Final = re.compile(r"\A[A-Za-z]{2,3}(?:[-_]|\Z)")
_ALIASES: Final = {"dcterms": "dct"}


def namespace(prefix: str) -> str | None:
    """The IRI that everybody means by a prefix, where there is one."""
    return PREFIXES.get(_ALIASES.get(prefix, prefix))


def accepted_iri(text: str) -> bool:
    """Whether a strict parser takes the IRI; a relative one counts as resolved."""
    if _SCHEME.match(text):
        return _absolute(text)
    if any(character in text for character in "<>\\\r\n"):
        return False
    try:
        next(parse(f"<{text}> <p:p> <p:p> .".encode(), RdfFormat.TURTLE, base_iri="http://base.invalid/base/base"))
    except (SyntaxError, ValueError):
        return False
    return True


def _absolute(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def repaired_iri(text: str) -> str | None:
    """The IRI with what is illegal in it percent-encoded, so that equal faults stay equal IRIs.

    Two IRIs in one place become one IRI with an encoded space: which of them was meant, nobody can tell.
    None also where the text looks like an IRI whose end was forgotten, with the next terms behind it.
    """
    if accepted_iri(text):
        return text
    stripped = _WRAPPED.sub(r"\1", text.strip()).strip()
    if not stripped or len(stripped) > LONGEST or _TWO_TERMS.search(stripped):
        return None
    candidate = _encoded(_DOUBLED.sub("", _MAILBOX.sub(r"\1:", stripped)))
    return candidate if accepted_iri(candidate) else None


def _encoded(text: str) -> str:
    head, hash_sign, fragment = _STRAY_PERCENT.sub("%25", text).partition("#")
    parts = _AUTHORITY.match(head)
    start, authority, rest = parts.groups() if parts else ("", "", head)
    user, at, host = authority.rpartition("@")
    user = user.replace("@", "%40")
    if not (host.startswith("[") and _absolute(f"http://{host}")):
        host = _percent(host)
    return start + _percent(user) + at + host + _percent(rest) + hash_sign + _percent(fragment.replace("#", "%23"))


def _percent(text: str) -> str:
    return _ILLEGAL.sub(lambda found: "".join(f"%{byte:02X}" for byte in _octets(found.group())), text)


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def accepted_language(tag: str) -> bool:
    """Whether a strict parser takes the language tag."""
    language, separator, direction = tag.partition("--")
    if separator and direction not in {"ltr", "rtl"}:
        return False
    try:
        Literal("", language=language)
    except ValueError:
        return False
    return True


def repaired_language(tag: str) -> str | None:
    """A valid tag: underscores as hyphens, the faulty end cut off; None where no language can be read from it."""
    if accepted_language(tag):
        return tag
    candidate = re.sub(r"[_-]+", "-", tag.strip())[:LONGEST]
    if not _PRIMARY.match(candidate):
        return None
    while candidate and not accepted_language(candidate):
        candidate = candidate.rpartition("-")[0]
    return candidate or None


def repaired_datatype(text: str) -> str | None:
    """The datatype IRI; None for a plain string, as also for the datatypes that only a language tag gives."""
    candidate = repaired_iri(text)
    if candidate is None or not _absolute(candidate) or candidate in {RDF.langString.value, RDF.dirLangString.value}:
        return None
    return candidate


def expanded(name: str) -> str | None:
    """The IRI of a prefixed name such as `xsd:date`, by the prefixes everybody means alike."""
    prefix, _, local = name.partition(":")
    known = namespace(prefix)
    return known + local if known and accepted_iri(known + local) else None


def accepted_label(label: str) -> bool:
    """Whether N-Triples can spell the blank node `_:label`; some parsers take more than that."""
    if _PLAIN_LABEL.match(label):
        return True
    if any(character.isspace() or character in "<>" for character in label):
        return False
    try:
        (quad,) = parse(f"_:{label} <p:p> <p:p> .".encode("utf-8", "replace"), RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError):
        return False
    return str(quad.subject) == f"_:{label}"


def repaired_label(label: str) -> str:
    """A label that N-Triples can spell, the same for the same text."""
    return label if accepted_label(label) else escaped_label(label)


def escaped_label(label: str) -> str:
    """A label of letters, digits, dots and a hyphen that stands for any text."""
    return "n." + re.sub(r"[^A-Za-z0-9]", lambda found: f".{ord(found.group()):x}.", label) + "-"
