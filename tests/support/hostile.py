"""Queries that mean harm: each would take for ever, all memory, or the parser's stack.

They are in the table beside this module. There `⟦40|text⟧` stands for forty times the text; in it `№` is the number of
the time, from 0, and `№+1` the one after.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_name("hostile.tsv")
_REPEATED: Final = re.compile(r"⟦(\d+)\|(.*?)⟧", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hostile:
    """`kind` is what it tries, `name` how."""

    kind: str
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


def queries() -> list[Hostile]:
    """All of the table, written out."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Hostile(row["kind"], row["name"], _written_out(row["query"])) for row in rows]


def _written_out(text: str) -> str:
    return _REPEATED.sub(lambda found: "".join(_numbered(found[2], n) for n in range(int(found[1]))), text)


def _numbered(text: str, number: int) -> str:
    return text.replace("№+1", str(number + 1)).replace("№", str(number))


def bombs(size: int) -> Iterator[tuple[str, str]]:
    """Twenty-one ways to nest, each about `size` bytes long."""
    for name, before, opened, core, closed, after in _NESTED:
        times = max(1, (size - len(before + core + after)) // max(1, len(opened + closed)))
        yield name, before + opened * times + core + closed * times + after


_FILTER = ("SELECT * { ?s ?p ?o FILTER(", ") }")
_NESTED = (
    ("groups", "SELECT * {", "{", "?s ?p ?o", "}", "}"),
    ("groups never closed", "SELECT * ", "{", "", "", ""),
    ("sub-queries", "SELECT * {", "{SELECT * {", "?s ?p ?o", "}}", "}"),
    ("optionals", "SELECT * {", "OPTIONAL{", "?s ?p ?o", "}", "}"),
    ("minus", "SELECT * {", "?s ?p ?o MINUS{", "?s ?p ?o", "}", "}"),
    ("graphs", "SELECT * {", "GRAPH ?g{", "?s ?p ?o", "}", "}"),
    ("unions in unions", "SELECT * {", "{?s ?p ?o}UNION{", "?s ?p ?o", "}", "}"),
    ("unions in a row", "SELECT * {{?s ?p ?o}", "UNION{?s ?p ?o}", "", "", "}"),
    ("exists", "SELECT * {?s ?p ?o ", "FILTER EXISTS{?s ?p ?o ", "", "}", "}"),
    ("not exists", "SELECT * {?s ?p ?o ", "FILTER NOT EXISTS{?s ?p ?o ", "", "}", "}"),
    ("brackets", _FILTER[0], "(", "1", ")", _FILTER[1]),
    ("brackets never closed", _FILTER[0], "(", "", "", ""),
    ("negations", _FILTER[0], "!", "?o", "", _FILTER[1]),
    ("minus signs", _FILTER[0], "-", "?o", "", _FILTER[1]),
    ("sums", _FILTER[0], "1+", "1", "", _FILTER[1]),
    ("conditions", _FILTER[0], "IF(1,1,", "1", ")", _FILTER[1]),
    ("functions", _FILTER[0], "STR(", "?o", ")", _FILTER[1]),
    ("lists", "SELECT * {?s ?p ", "(", "1", ")", "}"),
    ("blank nodes", "SELECT * {?s ?p ", "[?p ", "1", "]", "}"),
    ("paths", "SELECT * {?s ", "(", "<a:a>", ")*", " ?o}"),
    ("triple terms", "SELECT * {?s ?p ", "<<(?s ?p ", "1", ")>>", "}"),
)
