"""A report as a page on its own: no scripts, nothing fetched, filtered by severity through plain links."""

from collections.abc import Iterator

from shapes.reporting.forms.notation import harmless, harmless_link
from shapes.reporting.forms.style import (
    Style,
    counted,
    entries_of,
    hidden,
    profile_titles,
    unknown_of,
    verdict_of,
    worst_of,
)
from shapes.reporting.report import SEVERITIES, Report


def as_page(report: Report, style: Style) -> Iterator[str]:
    """Piece by piece."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # takes long, and other forms need none of it

    environment = Environment(
        loader=PackageLoader("shapes.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(harmless=harmless, link=harmless_link)
    summary, words, worst = report.summary, style.words, worst_of(report, style)
    stream = environment.get_template("report.html").stream(
        words=words,
        report=report,
        profiles=profile_titles(report),
        verdict=verdict_of(report),
        received=counted(words, report.counts),
        published=counted(words, summary.remaining) if report.compared and summary.repaired else None,
        severities=[severity for severity in SEVERITIES if report.counts[severity]],
        unknown=unknown_of(report, style),
        worst=worst,
        others=len(summary.received) - len(worst),
        entries=entries_of(report, style),
        hidden=hidden(report, style),
    )
    stream.enable_buffering(100)
    return iter(stream)
