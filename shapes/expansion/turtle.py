"""Turtle as the shapes files spell it."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pyoxigraph import NamedNode

from graph.model.tables import expanded, shortened
from vocabularies.namespaces import PREFIXES

_NO_NAMES: Final = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>|#[^\n]*')
_PREFIX: Final = re.compile(r"(?<![\w@:])([a-z][a-z0-9]*):(?=\w)")


def literal(text: str, language: str | None = None) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"' + (f"@{language}" if language else "")


def name(term: NamedNode) -> str:
    return shortened(term)


def texts(said: Mapping[str, str], indent: str = "        ") -> str:
    """Texts in several languages, one a line."""
    return " ,\n".join(f"{indent}{literal(text, language)}" for language, text in said.items())


def path_of(path: str) -> str:
    """A path of the tables (`^` backwards, `/` then, `|` or) as SHACL says it."""
    choices = path.split("|")
    if len(choices) > 1:
        return f"[ sh:alternativePath ( {' '.join(map(_sequence, choices))} ) ]"
    return _sequence(path)


def _sequence(path: str) -> str:
    if path.startswith("<"):
        return _step(path)
    steps = path.split("/")
    return f"( {' '.join(map(_step, steps))} )" if len(steps) > 1 else _step(path)


def _step(step: str) -> str:
    if step.startswith("^"):
        return f"[ sh:inversePath {name(expanded(step[1:]))} ]"
    return name(expanded(step))


def prefixes(body: str) -> str:
    """Declarations of the prefixes that the body uses."""
    used = set(_PREFIX.findall(_NO_NAMES.sub("", body)))
    return "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(used))


def commented(lines: Iterable[str]) -> str:
    return "".join(f"# {line}\n" for line in lines)
