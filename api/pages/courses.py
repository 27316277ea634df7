"""Charts of what happened: to datasets month by month, to sources harvest by harvest."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from api.contexts.charts import Columns, Panel, Row, Sparkline, Tick
from api.pages.figures import locale, number
from api.portal import gettext, ngettext, view
from api.presenting import beside, charts, filters
from graph.errors import QueryBusy
from graph.formats import JSON
from loaders import surveys
from queries.library import load

MONTHS: Final = 24
"""Months of activity that are drawn."""
ACTIVITY: Final = "history/datasets-by-month"
"""The question that the activity of the whole catalogue is the answer of."""
ACTIVITY_OF_ONE: Final = "history/organisation-by-month"
"""The same of an organisation."""

_STOOD: Final = (("Added", "added"), ("Last changed", "changed"), ("Removed", "removed"))
_HARVESTED: Final = (
    ("Received", "received"),
    ("Set aside", "aside"),
    ("Added", "added"),
    ("Changed", "changed"),
    ("Removed", "removed"),
)
_MOST: Final = (
    ("Most additions were in %(month)s: %(num)s dataset.", "Most additions were in %(month)s: %(num)s datasets."),
    ("Most changes were in %(month)s: %(num)s dataset.", "Most changes were in %(month)s: %(num)s datasets."),
    ("Most removals were in %(month)s: %(num)s dataset.", "Most removals were in %(month)s: %(num)s datasets."),
)
"""What is to be seen of what happened, by what of it there is."""
_SCALE: Final = "Each row has its own scale; the number stands above its highest column."
_COUNTED: Final = (
    "A dataset counts where it came, where its description last changed, and where it went; so does data not open yet."
)
_PATIENCE: Final = 1.0
"""Seconds that a page waits for an answer that is not prepared yet."""
_EDGE: Final = 18.0
"""Hundredths of a plot from its edges within which a number begins or ends at its column."""


def texts() -> Iterable[str | tuple[str, str]]:
    """What is looked up by the names that are here."""
    yield from (_SCALE, _COUNTED, *_MOST)
    yield from (name for name, _ in (*_STOOD, *_HARVESTED))


def accounts() -> Mapping[str, Any]:
    """What is found out of organisations, and under surveys.WHOLE of the portal; empty while it is being found out."""
    found: Mapping[str, Any] = view().survey(surveys.ORGANISATIONS, _PATIENCE) or {}
    return found


def told() -> bool:
    """Whether all is found out that charts are made of."""
    return bool(accounts()) and answered(ACTIVITY) is not None


def activity(organisation: str, months: Mapping[str, tuple[int, ...]]) -> Columns | None:
    """What came, last changed and went of an organisation month by month, as the library answers it."""
    sequence = charts.in_sequence(months, MONTHS, _months_of_all())
    return _monthly(sequence, beside.question(ACTIVITY_OF_ONE, organisation=organisation))


def _months_of_all() -> Mapping[str, tuple[int, ...]]:
    """In which something happened in this portal: charts of organisations are seen beside each other."""
    return _came_and_went() or {}


def activity_of_all() -> Columns | None:
    """The same of the whole catalogue, as the library answers it; None while that is not prepared."""
    known = _came_and_went()
    if known is None:
        return None
    return _monthly(charts.in_sequence(known, MONTHS), beside.question(ACTIVITY))


def _came_and_went() -> Mapping[str, tuple[int, ...]] | None:
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


def _monthly(months: Sequence[tuple[str, tuple[int, ...]]], query: str) -> Columns | None:
    if not any(map(any, (counts for _, counts in months))):
        return None
    names, ours = [month for month, _ in months], locale()
    written = [filters.month(month, ours) for month in names]
    return Columns(
        name="activity",
        caption=_most_added(months, written),
        heading=gettext("Month"),
        panels=tuple(_panels(_STOOD, [counts for _, counts in months], written)),
        ticks=tuple(_axis(names)),
        rows=tuple(
            Row(month, told, tuple([filters.number(count, ours) for count in counts]))
            for (month, counts), told in reversed([*zip(months, written, strict=True)])
        ),
        note=gettext(_COUNTED),
        query=query,
    )


def _most_added(months: Sequence[tuple[str, tuple[int, ...]]], written: Sequence[str]) -> str:
    """Of the months; where none was added, what most was changed in."""
    which = next(place for place in (0, 1, 2) if any(counts[place] for _, counts in months))
    found = [counts[which] for _, counts in months]
    most = max(found)
    told = {"month": written[found.index(most)], "num": number(most)}
    return ngettext(*_MOST[which], most) % told


def _panels(
    kinds: Sequence[tuple[str, str]], rows: Sequence[Sequence[int | None]], written: Sequence[str]
) -> Iterable[Panel]:
    for place, (name, kind) in enumerate(kinds):
        values = [row[place] for row in rows]
        marks, greatest = charts.columns(values), max((value or 0 for value in values), default=0)
        at = next((number for number, value in enumerate(values) if greatest and value == greatest), None)
        told = {"name": gettext(name), "total": number(sum(value or 0 for value in values))}
        sentence = gettext("%(name)s: none")
        if at is not None:
            told |= {"when": written[at], "num": number(greatest)}
            sentence = gettext("%(name)s: %(total)s in all; most: %(num)s, %(when)s")
        yield Panel(
            name=gettext(name),
            kind=kind,
            sentence=sentence % told,
            path=charts.outline(marks),
            gaps=charts.outline(charts.gaps(values)),
            greatest=None if at is None else _tick(number(greatest), at, len(values)),
        )


def _tick(label: str, place: int, places: int, *, edge: float = _EDGE) -> Tick:
    """A word at the middle of a column, or at its side where it would reach over the plot."""
    wide = 100 / max(places, charts.FEWEST)
    left, right = place * wide, (place + 1) * wide
    if left < edge:
        return Tick(label, charts.percent(left), "start")
    if right > 100 - edge:
        return Tick(label, charts.percent(right), "end")
    return Tick(label, charts.percent((left + right) / 2), "middle")


def _axis(names: Sequence[str]) -> Iterable[Tick]:
    for place, name in charts.ticks(names):
        last = place in (0, len(names) - 1)
        label = filters.month(name, locale(), "LLL y" if last else "y")
        yield _tick(label, place, len(names))


def harvests(runs: Sequence[tuple[datetime, tuple[int, ...] | None]], more: str) -> Columns | None:
    """The harvests of a source, the newest first: what was received, set aside, added, changed and removed."""
    told = [*reversed(runs)]
    done = [counts for _, counts in told if counts]
    if len(told) < 2 or not done:
        return None
    written = [filters.day(f"{began:%Y-%m-%d}", locale()) for began, _ in told]
    nothing: tuple[None, ...] = (None,) * len(_HARVESTED)
    received, aside = done[-1][:2]
    caption = gettext("All that the last harvest received was taken in: %(num)s.")
    if aside:
        caption = gettext("Of %(num)s descriptions that the last harvest received, %(aside)s were set aside.")
    ends = ((0, told[0][0]), (len(told) - 1, told[-1][0]))
    return Columns(
        name="harvests",
        caption=caption % {"num": number(received), "aside": number(aside)},
        heading=gettext("Began"),
        panels=tuple(_panels(_HARVESTED, [counts or nothing for _, counts in told], written)),
        ticks=tuple(
            _tick(filters.day(f"{when:%Y-%m-%d}", locale()), place, len(told), edge=50) for place, when in ends
        ),
        rows=(),
        note=gettext(_SCALE)
        if len(done) == len(told)
        else gettext("What is shaded is a harvest that failed or goes on."),
        more=more,
    )


def sparklines(organisations: Iterable[str]) -> Iterable[Sparkline | None]:
    """How much happened to the datasets of each, all over the same months."""
    known, months = accounts(), [*_months_of_all()]
    for iri in organisations:
        told = known.get(iri, {}).get("months", ())
        yield _sparkline({name: (sum(counts),) for name, *counts in told}, months)


def sparkline_of_all() -> Sparkline | None:
    """How much happened to all datasets."""
    return _sparkline({name: (sum(counts),) for name, counts in _months_of_all().items()}, ())


def _sparkline(totals: Mapping[str, tuple[int]], months: Iterable[str]) -> Sparkline | None:
    """None where there is but one month, which is no course of things."""
    found = charts.in_sequence(totals, MONTHS, months)
    values = [count for _, (count,) in found]
    if len(values) < 2 or not any(values):
        return None
    month = filters.month(found[values.index(max(values))][0], locale())
    return Sparkline(
        sentence=gettext("Activity of %(num)s months, most of it in %(month)s") % {"num": len(values), "month": month},
        points=charts.polyline(charts.line(values, 100, 20)),
    )
