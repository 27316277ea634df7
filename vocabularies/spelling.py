"""When two spellings of a value are the same."""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

_ADDRESS: Final = re.compile(r"<?https?://(?:www\.)?(?=[^/])", re.IGNORECASE)
_LEGAL_TEXT: Final = re.compile(r"/(?:deed|legalcode)(?:\.[a-z_-]+)?$|/(?=#)")
_PARAMETERS: Final = re.compile(r"(\s*[\w.+-]+/[\w.+-]+)\s*;")
_PUNCTUATION: Final = re.compile(r"[\s.,_\-‐‑–—'’\"“”„()\[\]]+")  # noqa: RUF001 - the signs in which typists differ


def folded(value: str) -> str:
    """The form in which two spellings of one value are equal; that of an IRI begins with `//`.

    Case, spaces, dots, hyphens and accents do not count, nor what follows a media type; of an address neither do its
    scheme, `www.`, a trailing slash, percent-encoding, and the deed or legal text that a licence's address may end in.
    """
    value = value.strip()
    address = _ADDRESS.match(value)
    if address:
        rest = unquote(value[address.end() :].rstrip(">")).casefold()
        return "//" + _LEGAL_TEXT.sub("", rest.rstrip("/#"))
    media_type = _PARAMETERS.match(value)
    compatible = unicodedata.normalize("NFKD", (media_type[1] if media_type else value).casefold())
    letters = unicodedata.normalize("NFKD", compatible.casefold())
    return _PUNCTUATION.sub("", "".join(each for each in letters if not unicodedata.combining(each)))
