r"""What strangers may write into metadata to do more than be read: markup, addresses, formulas, signs that hide others.

They are in the table beside this module, written with `\n`, `\t`, `\r`, `\\`, `\uXXXX` and `\UXXXXXXXX`; `⟦40|text⟧`
stands for forty times the text. Each that can run something sets `window.hacked`, or asks for a picture elsewhere.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_name("payloads.tsv")
_ESCAPED: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([ntr\\]))")
_REPEATED: Final = re.compile(r"⟦(\d+)\|(.*?)⟧", re.DOTALL)
_SIGNS: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Payload:
    """`kind` is what it tries, `name` how."""

    name: str
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


@cache
def payloads() -> tuple[Payload, ...]:
    """All of the table, written out."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(Payload(row["name"], row["kind"], _written_out(row["payload"])) for row in rows)


def _written_out(text: str) -> str:
    return _ESCAPED.sub(_meant, _REPEATED.sub(lambda found: found[2] * int(found[1]), text))


def _meant(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _SIGNS[found[3]]
