"""Questions that people put to a catalogue, each with the records that answer it: what a search is judged by."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast

Half = Literal["tuning", "held"]

FILE: Final = Path(__file__).parents[1] / "cases" / "search" / "judgements.csv"

EXAMPLE: Final = "example"
BELGIAN: Final = "data.gov.be-subset"

LANGUAGES: Final = ("fr", "de", "en", "lb")
KINDS: Final = (
    "word", "phrase", "plural", "compound", "typo", "abbreviation", "concept", "other-language", "synonym",
    "organisation",
)  # fmt: skip
"""What is difficult about a question, as tests/cases/search/README.md tells them apart."""

_SALT: Final = "682"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`language` is the reader's; `relevant` are the IRIs of all records that answer the question, the best first."""

    query: str
    language: str
    kind: str
    portal: str
    relevant: tuple[str, ...]
    half: Half


def judgements() -> list[Judgement]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            Judgement(
                row["query"], row["language"], row["kind"], row["portal"], tuple(row["relevant"].split(" ")),
                cast("Half", row["half"]),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def half_of(query: str, language: str, portal: str) -> Half:
    """A question's half hangs on itself alone, so that one which is added moves no other."""
    digest = hashlib.sha256(f"{_SALT}\t{portal}\t{language}\t{query}".encode()).digest()
    return "held" if digest[0] % 2 else "tuning"
