"""Charts of what there is: numbers with names, addresses, and the sentence that says what is to be seen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from babel import Locale

from api.contexts.charts import Bar, Bars, Part, Strip
from api.contexts.pages import Counted
from api.portal import gettext, language, ngettext, portal
from api.presenting import charts, filters

MOST_BARS: Final = 12
_TOGETHER: Final = 3
"""Of those that share the first place, how many are named."""

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


_PATTERNS: Final = {"info": "dots", "warning": "lines", "violation": "cross"}
"""By which parts are told apart where colours are not."""


def texts() -> Iterable[str]:
    """What is looked up by the names that are here."""
    yield from (*GRADES.values(), *SEVERITIES.values(), *FACETS.values())


def locale() -> Locale:
    return portal().languages.locales[language()]


def number(count: int) -> str:
    return filters.number(count, locale())


def _share(count: int, total: int) -> str:
    """As a reader writes it; what is there is never told to be nothing, nor all where some is missing."""
    if 0 < count < total / 100:
        return f"<\N{NARROW NO-BREAK SPACE}{filters.percent(1, locale())}"
    hundredths = round(count / total * 100) if total else 0
    return filters.percent(min(hundredths, 99) if count < total else hundredths, locale())


def bars(rows: Sequence[Counted], heading: str, total: int, query: str = "", more: str = "") -> Bars | None:
    """Of those that most of the datasets have, `total` in all. None where none has any."""
    shown = [row for row in rows if row.count][:MOST_BARS]
    if not shown:
        return None
    first = [row.title.value for row in shown if row.count == shown[0].count]
    told = {"name": ", ".join(first), "num": number(shown[0].count), "of": number(total)}
    caption = ngettext("%(name)s: %(num)s of %(of)s dataset.", "%(name)s: %(num)s of %(of)s datasets.", total)
    if len(first) > _TOGETHER:
        caption = ngettext(
            "Several share the first place: %(num)s of %(of)s dataset each.",
            "Several share the first place: %(num)s of %(of)s datasets each.",
            total,
        )
    elif len(first) == 1 < len(shown):
        caption = gettext("%(name)s comes first: %(num)s of %(of)s datasets.")
    return Bars(caption % told, heading, gettext("Datasets"), tuple(_bars(shown)), query, more)


def publishers(rows: Sequence[Counted], total: int) -> Bars | None:
    """Whose most of some things are, which need not be datasets."""
    if not rows:
        return None
    told = {"name": rows[0].title.value, "num": number(rows[0].count), "of": number(total)}
    caption = gettext("%(name)s comes first: %(num)s of %(of)s.")
    if _tied(rows):
        caption = gettext("Several share the first place: %(num)s of %(of)s each.")
    return Bars(caption % told, gettext("Organisation"), gettext("Number"), tuple(_bars(rows[:MOST_BARS])))


def coverage(rows: Sequence[Counted], query: str) -> Bars | None:
    """Which high-value categories have datasets, also those that have none."""
    captions = (
        gettext("%(num)s of %(of)s categories have datasets; %(name)s has most: %(count)s."),
        gettext("%(num)s of %(of)s categories have datasets; none has more than %(count)s."),
    )
    return _by_category(rows, captions, gettext("Datasets"), gettext("no dataset yet"), query)


def offered(rows: Sequence[Counted], name: str, query: str) -> Bars | None:
    """How much of something high-value categories have."""
    captions = (
        gettext("%(num)s of %(of)s categories have some; %(name)s has most: %(count)s."),
        gettext("%(num)s of %(of)s categories have some; none has more than %(count)s."),
    )
    return _by_category(rows, captions, name, gettext("none"), query)


def _by_category(
    rows: Sequence[Counted], captions: tuple[str, str], counted: str, empty: str, query: str
) -> Bars | None:
    """The second caption is for when several have most."""
    ordered = sorted(rows, key=lambda row: (-row.count, row.title.value.casefold()))
    had = sum(1 for row in rows if row.count)
    if not had:
        return None
    most, caption = ordered[0], captions[_tied(ordered)]
    told = {"num": number(had), "of": number(len(rows)), "name": most.title.value, "count": number(most.count)}
    heading = gettext("High-value dataset category")
    return Bars(caption % told, heading, counted, tuple(_bars(ordered, empty)), query)


def _tied(ordered: Sequence[Counted]) -> bool:
    """Whether the first place is shared: then none is told to come first."""
    return len(ordered) > 1 and ordered[0].count == ordered[1].count


def _bars(rows: Sequence[Counted], empty: str = "") -> Iterable[Bar]:
    """What has nothing says so in words."""
    lengths, ours = charts.lengths([row.count for row in rows]), locale()
    for row, length in zip(rows, lengths, strict=True):
        told = filters.number(row.count, ours) if row.count or not empty else empty
        yield Bar(row.title, told, row.href, charts.percent(length))


def quality(grades: Mapping[str, int], more: str = "") -> Strip | None:
    """How datasets do; None where none was validated."""
    counts = {grade: grades.get(grade, 0) for grade in GRADES}
    total = sum(counts.values())
    if not total:
        return None
    sound = total - counts["violation"]
    told = {"num": number(sound), "of": number(total), "share": _share(sound, total)}
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
    told = {"num": number(count), "of": number(total), "share": _share(count, total)}
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
    told = {"num": number(total), "violations": number(counts.get("violation", 0))}
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
            Part(
                names[kind],
                kind,
                number(count),
                _share(count, total),
                charts.percent(mark.x),
                charts.percent(mark.width),
                _PATTERNS.get(kind, ""),
                drawn=bool(count),
            )
            for (kind, count), mark in zip(counts.items(), marks, strict=True)
        ),
        more=more,
    )
