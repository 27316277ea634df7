"""Charts of what pages know: numbers with names, addresses, and the sentence that says what is to be seen."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from babel import Locale

from api.contexts.charts import Bar, Bars, Columns, Panel, Part, Row, Sparkline, Strip, Tick
from api.contexts.pages import Counted
from api.portal import gettext, language, ngettext, portal, view
from api.presenting import beside, charts, filters
from graph.errors import QueryBusy
from graph.formats import JSON
from loaders import surveys
from queries.library import load

MONTHS: Final = 24
"""Months of activity that are drawn."""
MOST_BARS: Final = 12

ACTIVITY: Final = "history/datasets-by-month"
"""The question that the activity of the whole catalogue is the answer of."""

GRADES: Final = {
    "sound": "No problem found",
    "info": "Remarks only",
    "warning": "Warnings",
    "violation": "Violations",
}
"""How datasets do, by the worst that was found, and the names of that; texts of the interface."""
SEVERITIES: Final = {"info": "Remarks", "warning": "Warnings", "violation": "Violations"}
FACETS: Final = {"publisher": "Organisation", "format": "Format", "theme": "Theme", "license": "Licence"}
"""What the values of a facet are called, texts of the interface."""

_HAPPENED: Final = (("Added", "added"), ("Changed", "changed"), ("Removed", "removed"))
_STOOD: Final = (("Added", "added"), ("Last changed", "changed"), ("Removed", "removed"))
_HARVESTED: Final = (
    ("Received", "received"),
    ("Set aside", "aside"),
    ("Added", "added"),
    ("Changed", "changed"),
    ("Removed", "removed"),
)
_MOST: Final = (
    ("Most was added in %(month)s: %(num)s dataset.", "Most was added in %(month)s: %(num)s datasets."),
    ("Most was changed in %(month)s: %(num)s dataset.", "Most was changed in %(month)s: %(num)s datasets."),
    ("Most was removed in %(month)s: %(num)s dataset.", "Most was removed in %(month)s: %(num)s datasets."),
)
"""What is to be seen of what happened, by what of it there is."""
_SCALE: Final = "Each row has its own scale; the number stands above its highest column."
_PATIENCE: Final = 1.0
"""Seconds that a page waits for an answer that is not prepared yet."""
_EDGE: Final = 18.0
"""Hundredths of a plot from its edges within which a number begins or ends at its column."""


def texts() -> Iterable[str | tuple[str, str]]:
    """What is looked up by the names that are here."""
    yield from (_SCALE, *_MOST)
    yield from (*GRADES.values(), *SEVERITIES.values(), *FACETS.values())
    yield from (name for name, _ in (*_HAPPENED, *_STOOD, *_HARVESTED))


def accounts() -> Mapping[str, Any]:
    """What is found out of organisations, and under surveys.WHOLE of the portal; empty while it is being found out."""
    found: Mapping[str, Any] = view().survey(surveys.ORGANISATIONS, _PATIENCE) or {}
    return found


def _locale() -> Locale:
    return portal().languages.locales[language()]


def _number(count: int) -> str:
    return filters.number(count, _locale())


def _share(count: int, total: int) -> str:
    """As a reader writes it; what is there is never told to be nothing, nor all where some is missing."""
    if 0 < count < total / 100:
        return f"<\N{NARROW NO-BREAK SPACE}{filters.percent(1, _locale())}"
    hundredths = round(count / total * 100) if total else 0
    return filters.percent(min(hundredths, 99) if count < total else hundredths, _locale())


def bars(rows: Sequence[Counted], heading: str, total: int, query: str = "", more: str = "") -> Bars | None:
    """Of those that most of the datasets have, `total` in all. None where none has any."""
    shown = [row for row in rows if row.count][:MOST_BARS]
    if not shown:
        return None
    told = {"name": shown[0].title.value, "num": _number(shown[0].count), "of": _number(total)}
    caption = ngettext("%(name)s: %(num)s of %(of)s dataset.", "%(name)s: %(num)s of %(of)s datasets.", total)
    if len(shown) > 1:
        caption = gettext("Most often %(name)s: %(num)s of %(of)s datasets.")
    return Bars(caption % told, heading, gettext("Datasets"), tuple(_bars(shown)), query, more)


def publishers(rows: Sequence[Counted], total: int) -> Bars | None:
    """Whose most of some things are, which need not be datasets."""
    if not rows:
        return None
    told = {"name": rows[0].title.value, "num": _number(rows[0].count), "of": _number(total)}
    caption = gettext("Most are from %(name)s: %(num)s of %(of)s.") % told
    return Bars(caption, gettext("Organisation"), gettext("Number"), tuple(_bars(rows[:MOST_BARS])))


def coverage(rows: Sequence[Counted], query: str) -> Bars | None:
    """Which high-value categories have datasets, also those that have none."""
    had = [row for row in rows if row.count]
    if not had:
        return None
    most = max(had, key=lambda row: row.count)
    told = {
        "num": _number(len(had)),
        "of": _number(len(rows)),
        "name": most.title.value,
        "count": _number(most.count),
    }
    caption = gettext("%(num)s of %(of)s categories have datasets; most has %(name)s, %(count)s.") % told
    ordered = sorted(rows, key=lambda row: (-row.count, row.title.value.casefold()))
    heading, empty = gettext("High-value dataset category"), gettext("no dataset yet")
    return Bars(caption, heading, gettext("Datasets"), tuple(_bars(ordered)), query, empty=empty)


def offered(rows: Sequence[Counted], name: str, query: str) -> Bars | None:
    """How much of something high-value categories have."""
    total, had = sum(row.count for row in rows), sum(bool(row.count) for row in rows)
    told = {"num": _number(had), "of": _number(len(rows))}
    caption = gettext("In %(num)s of %(of)s categories.") % told
    heading, empty = gettext("High-value dataset category"), gettext("none")
    return Bars(caption, heading, name, tuple(_bars(rows)), query, empty=empty) if total else None


def _bars(rows: Sequence[Counted]) -> Iterable[Bar]:
    lengths = charts.lengths([row.count for row in rows])
    for row, length in zip(rows, lengths, strict=True):
        yield Bar(row.title, row.count, row.href, charts.percent(length))


def quality(grades: Mapping[str, int], more: str = "") -> Strip | None:
    """How datasets do; None where none was validated."""
    counts = {grade: grades.get(grade, 0) for grade in GRADES}
    total = sum(counts.values())
    if not total:
        return None
    sound = total - counts["violation"]
    told = {"num": _number(sound), "of": _number(total), "share": _share(sound, total)}
    caption = ngettext(
        "%(num)s of %(of)s dataset (%(share)s) is described without a violation.",
        "%(num)s of %(of)s datasets (%(share)s) are described without a violation.",
        total,
    )
    names = {grade: gettext(name) for grade, name in GRADES.items()}
    return strip("quality", caption % told, gettext("The worst that was found"), names, counts, more=more)


def high_value(count: int, total: int) -> Strip:
    """How many of some datasets are of high value."""
    names = {"valued": gettext("High-value datasets"), "other": gettext("Other datasets")}
    told = {"num": _number(count), "of": _number(total), "share": _share(count, total)}
    caption = ngettext(
        "%(num)s of %(of)s dataset is of high value (%(share)s).",
        "%(num)s of %(of)s datasets are of high value (%(share)s).",
        count,
    )
    return strip("value", caption % told, gettext("High value"), names, {"valued": count, "other": total - count})


def severities(counts: Mapping[str, int]) -> Strip | None:
    """What was found in the descriptions of a source, by how bad it is; None where nothing was."""
    total = sum(counts.values())
    if not total:
        return None
    names = {name: gettext(label) for name, label in SEVERITIES.items()}
    told = {"num": _number(total), "violations": _number(counts.get("violation", 0))}
    caption = ngettext(
        "Validation found %(num)s problem, of which violations: %(violations)s.",
        "Validation found %(num)s problems, of which violations: %(violations)s.",
        total,
    )
    found = {name: counts.get(name, 0) for name in names}
    return strip("quality", caption % told, gettext("Severity"), names, found, counted=gettext("Problems"))


def strip(
    name: str,
    caption: str,
    heading: str,
    names: Mapping[str, str],
    counts: Mapping[str, int],
    *,
    counted: str = "",
    more: str = "",
) -> Strip:
    """Parts of a whole by their kind; datasets, unless something else is counted."""
    total, marks = sum(counts.values()), charts.parts([*counts.values()])
    return Strip(
        name=name,
        caption=caption,
        heading=heading,
        counted=counted or gettext("Datasets"),
        parts=tuple(
            Part(names[kind], kind, count, _share(count, total), charts.percent(mark.x), charts.percent(mark.width))
            for (kind, count), mark in zip(counts.items(), marks, strict=True)
        ),
        more=more,
    )


def activity(months: Mapping[str, tuple[int, ...]]) -> Columns | None:
    """What happened to datasets month by month: added, changed, removed."""
    return _monthly("activity", _HAPPENED, months, gettext(_SCALE))


def activity_of_all() -> Columns | None:
    """The same of the whole catalogue, as the library answers it; None while that is not prepared."""
    known = months_of_all()
    if known is None:
        return None
    note = gettext("A dataset counts where it came, where its description last changed, and where it went.")
    return _monthly("activity", _STOOD, known, note, beside.question(ACTIVITY))


def months_of_all() -> Mapping[str, tuple[int, ...]] | None:
    rows = answered(ACTIVITY)
    if rows is None:
        return None
    return {
        row["month"]["value"]: tuple(int(row[kind]["value"]) for kind in ("added", "updated", "removed"))
        for row in rows
    }


def answered(name: str) -> Sequence[Mapping[str, Any]] | None:
    """The rows that a question without parameters is answered with; None while they are being found out."""
    try:
        found: Sequence[Mapping[str, Any]] = view().once(f"rows of {name}", partial(_rows, name))
    except QueryBusy:
        return None
    return found


def _rows(name: str) -> Any:
    told = view().answer(load(name), JSON.name, _PATIENCE)
    return json.loads(gzip.decompress(told.body))["results"]["bindings"]


def _monthly(
    name: str, kinds: Sequence[tuple[str, str]], known: Mapping[str, tuple[int, ...]], note: str, query: str = ""
) -> Columns | None:
    months = charts.in_sequence(known, MONTHS)
    if not any(map(any, (counts for _, counts in months))):
        return None
    names, locale = [month for month, _ in months], _locale()
    written = [filters.month(month, locale) for month in names]
    return Columns(
        name=name,
        caption=_most_added(months, written),
        heading=gettext("Month"),
        panels=tuple(_panels(kinds, [counts for _, counts in months], written)),
        ticks=tuple(_axis(names)),
        rows=tuple(
            Row(month, told, tuple([filters.number(count, locale) for count in counts]))
            for (month, counts), told in reversed([*zip(months, written, strict=True)])
        ),
        note=note,
        query=query,
    )


def _most_added(months: Sequence[tuple[str, tuple[int, ...]]], written: Sequence[str]) -> str:
    """Of the months; where none was added, what most was changed in."""
    which = next(place for place in (0, 1, 2) if any(counts[place] for _, counts in months))
    found = [counts[which] for _, counts in months]
    most = max(found)
    told = {"month": written[found.index(most)], "num": _number(most)}
    return ngettext(*_MOST[which], most) % told


def _panels(
    kinds: Sequence[tuple[str, str]], rows: Sequence[Sequence[int | None]], written: Sequence[str]
) -> Iterable[Panel]:
    for place, (name, kind) in enumerate(kinds):
        values = [row[place] for row in rows]
        marks, greatest = charts.columns(values), max((value or 0 for value in values), default=0)
        at = next((number for number, value in enumerate(values) if greatest and value == greatest), None)
        told = {"name": gettext(name), "total": _number(sum(value or 0 for value in values))}
        sentence = gettext("%(name)s: none")
        if at is not None:
            told |= {"when": written[at], "num": _number(greatest)}
            sentence = gettext("%(name)s: %(total)s in all; most: %(num)s, %(when)s")
        yield Panel(
            name=gettext(name),
            kind=kind,
            sentence=sentence % told,
            path=charts.outline(marks),
            gaps=charts.outline(charts.gaps(values)),
            greatest=None if at is None else _tick(_number(greatest), at, len(values)),
        )


def _tick(label: str, place: int, places: int, *, edge: float = _EDGE) -> Tick:
    """A word at the middle of a column, or at its side where it would reach over the plot."""
    left, right = place / places * 100, (place + 1) / places * 100
    if left < edge:
        return Tick(label, charts.percent(left), "start")
    if right > 100 - edge:
        return Tick(label, charts.percent(right), "end")
    return Tick(label, charts.percent((left + right) / 2), "middle")


def _axis(names: Sequence[str]) -> Iterable[Tick]:
    for place, name in charts.ticks(names):
        last = place in (0, len(names) - 1)
        label = filters.month(name, _locale(), "LLL y" if last else "y")
        yield _tick(label, place, len(names))


def harvests(runs: Sequence[tuple[datetime, tuple[int, ...] | None]]) -> Columns | None:
    """The harvests of a source, the newest first: what was received, set aside, added, changed and removed."""
    told = [*reversed(runs)]
    done = [counts for _, counts in told if counts]
    if len(told) < 2 or not done:
        return None
    written = [filters.day(f"{began:%Y-%m-%d}", _locale()) for began, _ in told]
    nothing: tuple[None, ...] = (None,) * len(_HARVESTED)
    received, aside = done[-1][:2]
    caption = gettext("All that the last harvest received was taken in: %(num)s.")
    if aside:
        caption = gettext("Of %(num)s descriptions that the last harvest received, %(aside)s were set aside.")
    ends = ((0, told[0][0]), (len(told) - 1, told[-1][0]))
    return Columns(
        name="harvests",
        caption=caption % {"num": _number(received), "aside": _number(aside)},
        heading=gettext("Began"),
        panels=tuple(_panels(_HARVESTED, [counts or nothing for _, counts in told], written)),
        ticks=tuple(
            _tick(filters.day(f"{when:%Y-%m-%d}", _locale()), place, len(told), edge=50) for place, when in ends
        ),
        rows=(),
        note=gettext(_SCALE)
        if len(done) == len(told)
        else gettext("What is shaded is a harvest that failed or goes on."),
    )


def sparkline(months: Mapping[str, tuple[int, ...]]) -> Sparkline | None:
    """How much happened in each month; None where there is but one, which is no course of things."""
    found = [(month, sum(counts)) for month, counts in charts.in_sequence(months, MONTHS)]
    values = [total for _, total in found]
    if len(values) < 2 or not any(values):
        return None
    month = filters.month(found[values.index(max(values))][0], _locale())
    return Sparkline(
        sentence=gettext("Activity of %(num)s months, most of it in %(month)s") % {"num": len(values), "month": month},
        points=charts.polyline(charts.line(values, 100, 20)),
    )
