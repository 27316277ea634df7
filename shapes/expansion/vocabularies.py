"""What shapes need of a controlled vocabulary: its scheme or the form of its IRIs, its title, one of its members."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from pyoxigraph import NamedNode

from graph.model.declarations import LANGUAGES
from graph.model.tables import Row, rows
from vocabularies.concepts import Concepts, Table


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`pattern`: where our copy lacks members, or there is none, the form of an IRI decides; else membership does."""

    name: str
    scheme: NamedNode
    pattern: str
    example: str
    titles: Mapping[str, str]


def load() -> Mapping[str, Vocabulary]:
    """Every authority table, and what vocabularies.csv adds or says besides."""
    said = {row.text("vocabulary"): row for row in rows(files("shapes.expansion"), "vocabularies.csv")}
    known = {table.name: _of_table(table, said.get(table.name)) for table in Concepts.load().tables}
    others = {name: _of_row(name, row) for name, row in said.items() if name not in known}
    return MappingProxyType(known | others)


def _of_table(table: Table, row: Row | None) -> Vocabulary:
    example = row.text("example") if row else min(table.concepts)
    if example not in table.concepts:
        raise ValueError(f"{example} is no member of {table.name}")
    return Vocabulary(table.name, table.scheme, row.text("pattern") if row else "", example, table.titles)


def _of_row(name: str, row: Row) -> Vocabulary:
    titles = row.texts("title", LANGUAGES)
    if not (titles and row.text("pattern") and row.text("example")):
        raise row.wrong("a vocabulary without an authority table has a title, a pattern and an example")
    return Vocabulary(name, NamedNode(row.text("scheme")), row.text("pattern"), row.text("example"), titles)
