"""What a harvester asks for: parameters of the address become a selection, and go back into links in one order."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from flask import request
from pyoxigraph import NamedNode

from api.pages import gone
from api.portal import view
from graph.errors import HarvestParameterError, NotFound
from graph.iris import key_of_slug
from queries.selections import ANY_CATEGORY, Selection
from vocabularies.namespaces import AUTHORITY, HVD

_LONGEST: Final = 2_000
_CODE: Final = re.compile(r"[A-Za-z0-9_]{1,40}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def selection() -> Selection:
    """What the address selects. Raises HarvestParameterError for what means nothing, NotFound for what is not there."""
    given = dict(parameters())
    for name, text in given.items():
        if len(text) > _LONGEST:
            raise HarvestParameterError(f"{name} is longer than {_LONGEST} characters")
    moment = given.pop("modified_since", None)
    read = {name: READERS[name](text) for name, text in given.items()}
    return Selection(**read, modified_since=None if moment is None else since(moment))


def parameters() -> tuple[tuple[str, str], ...]:
    """Those of the address that select, as given."""
    return tuple((name, text) for name in READERS if (text := request.args.get(name, "").strip()))


def since(text: str) -> float:
    """A date, or a date with time, in seconds since 1970; without a time zone it is UTC."""
    try:
        return _second(text.replace(" ", "+"))  # what a plus sign becomes that was not encoded
    except (ValueError, OverflowError) as error:
        raise HarvestParameterError(
            f"modified_since must be a date or a date with time, such as 2026-11-20 or 2026-11-20T06:00:00Z, "
            f"not {text[:40]!r}"
        ) from error


def _second(text: str) -> float:
    moment = datetime.fromisoformat(text if _MOMENT.fullmatch(text) else "")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def organisation(text: str) -> str:
    """An IRI, or the slug of a page here."""
    return _iri("organisation", text) if ":" in text else organisation_of(text)


def organisation_of(slug: str) -> str:
    """The IRI of the organisation whose page has this slug. Raises NotFound, or ResourceGone."""
    key = key_of_slug(slug)
    found = view().by_key(key, "organisations") if key else []
    if not found:
        raise gone.belonging("organisations", slug)
    return found[0].iri


def _theme(text: str) -> str:
    """An IRI, or a code of the table of data themes."""
    if ":" in text:
        return _iri("theme", text)
    return _of_table("theme", text, AUTHORITY[f"data-theme/{_code('theme', text).upper()}"])


def _category(text: str) -> str:
    """`true`, or a category: its IRI, or the code at the end of that."""
    if text.lower() in {"true", "1", "yes"}:
        return ANY_CATEGORY
    return _iri("hvd", text) if ":" in text else _of_table("hvd", text, HVD[_code("hvd", text)])


def _of_table(name: str, text: str, concept: NamedNode) -> str:
    """A code that is in its table: who mistypes one must not be told that there is nothing."""
    if view().entry(concept.value) is None:
        raise HarvestParameterError(f"{name} knows no code {text!r}; give one of its table, or an IRI")
    return concept.value


def _source(text: str) -> str:
    if text not in view().generation.manifest.sources:
        raise NotFound("source", text[:100])
    return text


def _iri(name: str, text: str) -> str:
    try:
        return NamedNode(text).value
    except ValueError as error:
        raise _neither(name, text) from error


def _code(name: str, text: str) -> str:
    if not _CODE.fullmatch(text):
        raise _neither(name, text)
    return text


def _neither(name: str, text: str) -> HarvestParameterError:
    other = "the end of the address of its page here" if name == "organisation" else "a code"
    return HarvestParameterError(f"{name} must be an IRI or {other}, not {text[:100]!r}")


READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "organisation": organisation,
    "theme": _theme,
    "hvd": _category,
    "source": _source,
    "modified_since": str,
}
"""The parameters that select, in the order in which links have them."""


def others(*names: str) -> tuple[tuple[str, str], ...]:
    """More of the address's parameters, as given."""
    return tuple((name, request.args[name]) for name in names if name in request.args)


def check_names(*more: str) -> None:
    """Raises HarvestParameterError for a parameter that nobody reads, or that comes twice.

    To leave it out would answer another question: who means `modified_since` and mistypes it would get everything.
    """
    known = (*READERS, *more)
    for name, values in request.args.lists():
        if name not in known:
            raise HarvestParameterError(f"there is no parameter {name[:40]!r} here; there are {', '.join(known)}")
        if name in READERS and not values[0].strip():
            raise HarvestParameterError(f"{name} is empty; give a value, or leave it out for all")
        if len(values) > 1:
            raise HarvestParameterError(f"{name} comes {len(values)} times; give it once")
