"""Reading the model's tables: rows of a CSV file, short names of IRIs spelt out, with the line where a row is wrong."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Final

from pyoxigraph import NamedNode

from graph.errors import PortalError
from vocabularies.namespaces import PREFIXES

TRUE: Final = "TRUE"
FALSE: Final = "FALSE"


class TableError(PortalError):
    """A row of a table that says something the model has no meaning for."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


@dataclass(frozen=True, slots=True)
class Row:
    """One row; an absent column reads as an empty one."""

    file: str
    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def one_of(self, column: str, allowed: Sequence[str]) -> str:
        """The cell, which is empty or one of these."""
        text = self.text(column)
        if text and text not in allowed:
            raise self.wrong(f"{column} is {text!r}; it is empty or one of: {', '.join(allowed)}")
        return text

    def flag(self, column: str) -> bool | None:
        text = self.one_of(column, (TRUE, FALSE))
        return text == TRUE if text else None

    def names(self, column: str) -> tuple[NamedNode, ...]:
        """The IRIs of short names separated by spaces."""
        return tuple(self.expanded(name) for name in self.text(column).split())

    def name(self, column: str) -> NamedNode:
        found = self.names(column)
        if len(found) != 1:
            raise self.wrong(f"{column} takes one short name, such as dcat:Dataset, not {self.text(column)!r}")
        return found[0]

    def expanded(self, name: str) -> NamedNode:
        try:
            return expanded(name)
        except ValueError as error:
            raise self.wrong(str(error)) from error

    def texts(self, column: str, languages: Sequence[str]) -> dict[str, str]:
        """The texts of the columns `<column>@<language>`, those that are not empty."""
        found = {language: self.text(f"{column}@{language}") for language in languages}
        if len({bool(text) for text in found.values()}) > 1:
            raise self.wrong(f"{column} is given in some languages only")
        return {language: text for language, text in found.items() if text}

    def wrong(self, reason: str) -> TableError:
        return TableError(self.file, self.line, reason)


def expanded(name: str) -> NamedNode:
    """The IRI of `dcat:Dataset` or of `<http://…>`. Raises ValueError."""
    if name.startswith("<") and name.endswith(">"):
        return NamedNode(name[1:-1])
    prefix, colon, local = name.partition(":")
    if not colon or prefix not in PREFIXES:
        raise ValueError(f"{name!r} is no short name with a prefix of vocabularies/namespaces.py, nor an <IRI>")
    return NamedNode(PREFIXES[prefix] + local)


def shortened(term: NamedNode) -> str:
    """The short name of an IRI by the longest prefix that leaves a plain name; `<IRI>` where there is none."""
    for prefix, start in sorted(PREFIXES.items(), key=lambda item: -len(item[1])):
        local = term.value.removeprefix(start)
        if local != term.value and local.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return str(term)


def rows(folder: Traversable, name: str) -> Iterator[Row]:
    """The rows of a table; none where the folder has no such file."""
    file = folder.joinpath(name)
    if not file.is_file():
        return
    with file.open(encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        for cells in reader:
            yield Row(f"{folder.name}/{name}", reader.line_num, {key: value or "" for key, value in cells.items()})
