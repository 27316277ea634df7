"""Where an address truly leads, for links whose text may say otherwise.

Hosts in other scripts than Latin are told as the network knows them: https://www.rfc-editor.org/rfc/rfc3492.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

_NAMED: Final = re.compile(r"(?:[\w-]{1,63}\.){1,20}[^\W\d_][\w-]{1,62}")
"""What readers take for a host, or for the host of a mailbox."""
_LONGEST: Final = 2_000
"""Characters of a link's text that are looked at."""


def host_behind(text: str, href: str) -> str:
    """The host that an address leads to, where the text of its link shows another or one that looks like another."""
    host = host_of(href)
    if not host:
        return ""
    known = known_as(host)
    shown = {_bare(found) for found in _NAMED.findall(unicodedata.normalize("NFKC", text[:_LONGEST]))}
    if not shown:
        return "" if _is_latin(read_as(known)) else known
    honest = {_bare(known), _bare(read_as(known))} if _is_latin(read_as(known)) else {_bare(known)}
    return "" if shown <= honest else known


def host_of(href: str) -> str:
    """The host of a page or a mailbox, as it is written; empty where there is none."""
    try:
        parts = urlsplit(href)
        host = parts.path.partition("?")[0].rpartition("@")[2] if parts.scheme == "mailto" else parts.hostname
    except ValueError:
        return ""
    return (host or "").lower()


@lru_cache(maxsize=1024)
def known_as(host: str) -> str:
    """The host as the network knows it, each label that is not ASCII in Punycode."""
    labels = (label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in host.split("."))
    return ".".join(labels)


@lru_cache(maxsize=1024)
def read_as(known: str) -> str:
    """The host as readers of its language know it."""
    return ".".join(map(_decoded, known.split(".")))


def _decoded(label: str) -> str:
    try:
        return label.removeprefix("xn--").encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.").rstrip(".")


def _is_latin(host: str) -> bool:
    """Whether all of its letters are those of Latin, with accents maybe, that nobody takes for others."""
    return "xn--" not in host and (host.isascii() or all(map(_is_familiar, host)))


def _is_familiar(sign: str) -> bool:
    name = unicodedata.name(sign, "")
    return sign.isascii() or (name.startswith("LATIN SMALL LETTER") and "WITH" in name) or sign in "ßæœø"
