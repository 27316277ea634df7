"""What a request of OAI-PMH asks for: its arguments checked, its dates read, its resumption token opened.

https://www.openarchives.org/OAI/openarchivesprotocol.html#ProtocolMessages
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from pyoxigraph import NamedNode

TOKEN: Final = "resumptionToken"  # noqa: S105  the name of an argument


class OaiError(Exception):
    """What the protocol answers with an element `error`; `code` is one of its own."""

    def __init__(self, code: str, told: str) -> None:
        super().__init__(told)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    """Its arguments. One with a token is asked with either the token alone or the others."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    resumed: bool = False


_SELECTIVE: Final = Verb(("metadataPrefix",), ("from", "until", "set"), resumed=True)

VERBS: Final[Mapping[str, Verb]] = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb((), ("identifier",)),
    "ListSets": Verb(resumed=True),
    "GetRecord": Verb(("identifier", "metadataPrefix")),
    "ListIdentifiers": _SELECTIVE,
    "ListRecords": _SELECTIVE,
}

_WORD: Final = r"[A-Za-z0-9_.!~*'()-]+"
_PATTERNS: Final = {"metadataPrefix": re.compile(_WORD), "set": re.compile(f"{_WORD}(?::{_WORD})*")}
"""As the schema of answers has them, which repeat the arguments."""

_LONGEST: Final = 2000
"""Characters of an argument that are read."""


def checked(given: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The arguments by name, `verb` among them. Raises OaiError where the protocol does not allow them."""
    pairs = list(given)
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiError("badVerb", f"there must be one argument `verb`: {', '.join(VERBS)}")
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise OaiError("badArgument", f"the argument {_shown(name)} comes more than once")
        if len(value) > _LONGEST:
            raise OaiError("badArgument", f"the argument {_shown(name)} is longer than {_LONGEST} characters")
        if name in _PATTERNS and not _PATTERNS[name].fullmatch(value):
            raise OaiError("badArgument", f"the argument {name} has characters that none can have")
        found[name] = value
    _complete(verbs[0], VERBS[verbs[0]], found.keys() - {"verb"})
    return found


def repeated(arguments: Mapping[str, str], problem: OaiError | None) -> Mapping[str, str]:
    """What an answer repeats of the arguments: nothing of bad ones."""
    if problem is not None and problem.code in {"badVerb", "badArgument"}:
        return {}
    try:
        NamedNode(arguments.get("identifier", "urn:none"))
    except ValueError:
        return {}
    return arguments


def _complete(name: str, verb: Verb, given: set[str]) -> None:
    if verb.resumed and TOKEN in given:
        if len(given) > 1:
            raise OaiError("badArgument", f"{TOKEN} stands for all other arguments and comes without them")
        return
    unknown = sorted(given - {*verb.required, *verb.optional})
    if unknown:
        known = ", ".join((*verb.required, *verb.optional)) or "none"
        raise OaiError("badArgument", f"{name} has no argument {_shown(unknown[0])}; it has: {known}")
    missing = [each for each in verb.required if each not in given]
    if missing:
        raise OaiError("badArgument", f"{name} needs the argument {missing[0]}")


def _shown(name: str) -> str:
    return repr(name[:50])


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SECOND: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


def times(arguments: Mapping[str, str]) -> tuple[int | None, int | None]:
    """`from` and `until` in seconds since 1970; a day is meant from its first second to its last."""
    since, until = arguments.get("from"), arguments.get("until")
    if since is not None and until is not None and len(since) != len(until):
        raise OaiError("badArgument", "from and until must be both days or both seconds")
    first = None if since is None else _read("from", since)
    last = None if until is None else _read("until", until)
    if first is not None and last is not None and first > last:
        raise OaiError("badArgument", "from is later than until")
    whole_day = until is not None and _DAY.fullmatch(until) is not None
    end = last + timedelta(days=1, seconds=-1) if last is not None and whole_day else last
    return _seconds(first), _seconds(end)


def _read(name: str, text: str) -> datetime:
    if _DAY.fullmatch(text) or _SECOND.fullmatch(text):
        try:
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            pass
    raise OaiError("badArgument", f"{name} must be a day as 2026-11-21 or a moment as 2026-11-21T09:30:00Z")


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


@dataclass(frozen=True, slots=True)
class Selection:
    """What a list is of, and how much of it was told; a resumption token is nothing else.

    `generation` and `content` are those of the catalogue that the list began with.
    """

    verb: str
    generation: int
    content: str
    prefix: str = ""
    set: str | None = None
    since: int | None = None
    until: int | None = None
    cursor: int = 0

    def token(self, cursor: int) -> str:
        """What asks for the list from there on."""
        fields = replace(self, cursor=cursor)
        told = [getattr(fields, name) for name in self.__slots__]
        return base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")

    @classmethod
    def resumed(cls, verb: str, token: str) -> Self:
        """Raises OaiError for what is no token of ours for this verb."""
        try:
            told = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        except (ValueError, binascii.Error, RecursionError):
            told = None
        if not isinstance(told, list) or len(told) != len(_KINDS) or not all(map(_is_of, told, _KINDS)):
            raise bad_token("is none that this service gave out")
        found = cls(*told)
        if found.verb != verb or found.cursor < 1 or found.generation < 1:
            raise bad_token(f"was not given out for {verb}")
        if found.set is not None and not _PATTERNS["set"].fullmatch(found.set):
            raise bad_token("names a set that there cannot be")
        return found


_KINDS: Final[Sequence[Any]] = (str, int, str, str, (str, type(None)), (int, type(None)), (int, type(None)), int)
"""The types of a token's fields."""


def _is_of(value: object, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def bad_token(why: str) -> OaiError:
    return OaiError("badResumptionToken", f"the token {why}; begin the list again, without a token")
