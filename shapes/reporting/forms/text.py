"""A report for a terminal: counts first, what to correct first, then record by record."""

import textwrap
from collections.abc import Iterator
from typing import Final

from shapes.reporting.forms.notation import harmless
from shapes.reporting.forms.style import (
    Detail,
    Entry,
    Message,
    Style,
    counted,
    entries_of,
    hidden,
    profile_titles,
    unknown_of,
    verdict_of,
    worst_of,
)
from shapes.reporting.report import Report

_CODES: Final = {
    "violation": "31;1", "warning": "33;1", "info": "36;1", "strong": "1", "faint": "2",
    "conforms": "32;1", "flawed": "33;1", "violates": "31;1",
}  # fmt: skip
_NARROWEST: Final = 60


def as_text(report: Report, style: Style) -> Iterator[str]:
    """Line by line."""
    form = _Text(style)
    yield from form.head(report)
    yield from form.worst(report)
    for entry in entries_of(report, style):
        yield from form.entry(entry)
    left = hidden(report, style)
    if left:
        yield f"\n{style.words.said('more.records', left)}\n"


class _Text:
    def __init__(self, style: Style) -> None:
        self._style = style
        self._words = style.words
        self._width = max(style.width, _NARROWEST)

    def _marked(self, text: str, kind: str) -> str:
        return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if self._style.colour else text

    def _wrapped(self, text: str, first: str, rest: str) -> Iterator[str]:
        """Lines of a text, no IRI broken, each with its indent."""
        lines = textwrap.wrap(
            harmless(text), self._width, initial_indent=first, subsequent_indent=rest,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        return (line + "\n" for line in lines)

    def head(self, report: Report) -> Iterator[str]:
        words, verdict, summary = self._words, verdict_of(report), report.summary
        colon = words["colon"]
        yield f"{profile_titles(report)}{colon}{self._marked(words[verdict], verdict)}\n"
        checked = words.counted("checked", report.records)
        if summary.flawed:
            checked += f", {words.counted('affected', summary.flawed)}"
        yield from self._wrapped(f"{checked}{colon}{counted(words, report.counts)}", "", "  ")
        if report.compared and summary.repaired:
            yield from self._wrapped(f"{words['published']}{colon}{counted(words, summary.remaining)}", "", "  ")
        if report.elsewhere:
            yield f"{words['elsewhere']}{colon}{len(report.elsewhere)}\n"
        for term, said in unknown_of(report, self._style):
            yield from self._wrapped(f"{words['unknown']}{colon}{term} {said}", "", "  ")

    def worst(self, report: Report) -> Iterator[str]:
        """Nothing for a single record: it would be said twice."""
        if report.summary.flawed < 2:
            return
        words, rows = self._words, worst_of(report, self._style)
        yield f"\n{self._marked(words['worst'], 'strong')}\n"
        for row in rows:
            severity = words[f"{row.severity}.one"]
            start = f"  {words.counted('records', row.records):>16}  {severity:<{_widest(self._style)}}  "
            marked = start.replace(severity, self._marked(severity, row.severity), 1)
            yield marked + _fit(harmless(row.text), self._width - len(start)) + "\n"
        others = len(report.summary.received) - len(rows)
        if others:
            yield f"  {words.said('others', others)}\n"

    def entry(self, entry: Entry) -> Iterator[str]:
        name = "" if entry.name is None else self._marked(harmless(entry.name), "strong")
        iri = harmless(entry.iri)
        yield f"\n{name}\n{iri}\n" if name else f"\n{iri}\n"
        for message in entry.messages:
            yield from self._message(message)

    def _message(self, message: Message) -> Iterator[str]:
        words = self._words
        severity = self._marked(words.counted(message.severity, message.count), message.severity)
        field = self._marked(harmless(message.field), "strong") if message.field else ""
        yield f"  {severity}{words['colon']}{field}\n" if field else f"  {severity}\n"
        yield from self._wrapped(message.text, "    ", "    ")
        for detail in message.details:
            yield from self._detail(detail)
        if message.more:
            yield f"      … {words.said('more.values', message.more)}\n"
        if message.clause:
            yield self._marked(f"    {words['clause']}{words['colon']}{harmless(message.clause)}", "faint") + "\n"

    def _detail(self, detail: Detail) -> Iterator[str]:
        words, colon = self._words, self._words["colon"]
        for label, text in ((words["value"], detail.found), (words["place"], detail.place)):
            if text:
                yield from self._wrapped(f"{label}{colon}{text}", "      ", "        ")
        if detail.right:
            yield from self._wrapped(f"→ {words['right']}{colon}{detail.right}", "      ", "        ")
        if detail.mended:
            yield from self._wrapped(f"✓ {detail.mended}", "      ", "        ")


def _widest(style: Style) -> int:
    return max(len(style.words[f"{severity}.one"]) for severity in ("violation", "warning", "info"))


def _fit(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(width - 1, 0)].rstrip()}…"
