"""What was wrong in a document, where, and what became of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

LONGEST: Final = 2000
"""Characters of the original that a fault keeps."""

_PLACE: Final = re.compile(
    r"\AParser error (?:at|between) line \d+"
    r"(?: (?:between )?columns? \d+(?: and (?:line \d+ )?(?:column )?\d+)?)?: "
)


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` and `column` count from 1; `subject` is the IRI, or the `_:label`, of the record that was hit, spelled as
    in the statements. A quarantined fault means that statements of this subject are missing.
    """

    location: str
    line: int | None
    column: int | None
    subject: str | None
    reason: str
    original: str
    action: Literal["repaired", "quarantined", "set aside"]


Report: TypeAlias = Callable[[Fault], None]


@dataclass(frozen=True, slots=True)
class Reporter:
    """Reports the faults of one document."""

    location: str
    report: Report

    def repaired(
        self, reason: str, original: str, line: int | None = None, column: int | None = None, subject: str | None = None
    ) -> None:
        self.report(Fault(self.location, line, column, subject, reason, original[:LONGEST], "repaired"))

    def quarantined(
        self, reason: str, original: str, line: int | None = None, column: int | None = None, subject: str | None = None
    ) -> None:
        self.report(Fault(self.location, line, column, subject, reason, original[:LONGEST], "quarantined"))


def reason_of(error: SyntaxError) -> str:
    """What the parser complains of, without the place, which was counted in a part of the document."""
    return _PLACE.sub("", str(error.msg)).strip()
