"""The interfaces for programs besides the library of questions, as their table tells them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from graph.formats import ATOM, CSV, PLAIN_JSON, RDF_FORMATS, Format, by_extension

_TABLE: Final = "table.toml"
_FORMS: Final[Mapping[str, tuple[Format, ...]]] = {"rdf": RDF_FORMATS, "list": (PLAIN_JSON, CSV, ATOM, *RDF_FORMATS)}
"""Those of a catalogue, and those of a list that is searched."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What is asked with; `about` by language, in English at least."""

    name: str
    example: str
    about: Mapping[str, str]
    values: tuple[str, ...] = ()
    """All that it may be, where those are few."""


@dataclass(frozen=True, slots=True)
class Interface:
    """An address that answers programs. Where its path has `{format}`, `formats` are what that may be."""

    path: str
    id: str
    tag: str
    summary: str
    description: str
    formats: tuple[Format, ...]
    media_types: tuple[str, ...]
    in_path: tuple[Parameter, ...]
    required: tuple[Parameter, ...]
    optional: tuple[Parameter, ...]
    statuses: tuple[str, ...]
    """Those of problems."""
    paged: bool
    """Whether its answers lead to others in the header Link."""


@cache
def parameters() -> Mapping[str, Parameter]:
    return {
        name: Parameter(name, told["example"], told["about"], tuple(told.get("values", ())))
        for name, told in _table()["parameters"].items()
    }


@cache
def interfaces() -> tuple[Interface, ...]:
    return tuple(map(_interface, _table()["paths"]))


def tags() -> Mapping[str, str]:
    found: Mapping[str, str] = _table()["tags"]
    return found


def _interface(told: Mapping[str, Any]) -> Interface:
    formats = _FORMS.get(told.get("forms", "")) or tuple(map(_form, told.get("formats", ())))
    return Interface(
        path=told["path"],
        id=told["id"],
        tag=told["tag"],
        summary=told["summary"],
        description=told["description"],
        formats=formats,
        media_types=tuple(told.get("media_types", [form.media_type for form in formats])),
        in_path=_named(told, "in_path"),
        required=_named(told, "required"),
        optional=_named(told, "parameters"),
        statuses=tuple(told["statuses"]),
        paged=told.get("paged", False),
    )


def _named(told: Mapping[str, Any], which: str) -> tuple[Parameter, ...]:
    return tuple(parameters()[name] for name in told.get(which, ()))


def _form(extension: str) -> Format:
    found = by_extension(extension, RDF_FORMATS)
    if found is None:
        raise ValueError(extension)
    return found


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("api").joinpath("interfaces", _TABLE).read_text("utf-8"))
