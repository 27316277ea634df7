"""Is a catalogue as it should be: nothing is taken in."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import click

from api.commands.terminal import SYNTAXES, VIOLATIONS, close_output, environment, language, pipeline
from api.settings import LANGUAGES, Settings

_PROFILE_HELP: Final = (
    "dcat-ap (default), dcat-ap-hvd, dcat-ap-lu, adms, portal; may be repeated: all of them are checked."
)


@click.command()
@click.argument("locations", nargs=-1, required=True, metavar="FILE|URL…")
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help=_PROFILE_HELP)
@click.option("--shapes", multiple=True, metavar="FILE", help="Shapes of your own, beside or instead of profiles.")
@click.option("--syntax", type=click.Choice(SYNTAXES), help="Read the file in this syntax, whatever it looks like.")
@click.option("--format", "form", type=click.Choice(["text", "json", "ttl", "html"]), default="text", show_default=True)
@click.option("--fail-on", type=click.Choice(["violation", "warning"]), default="violation", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the report; else that of the terminal.")
@click.option("--limit", type=click.IntRange(0), metavar="N", help="Records that text and HTML show (50, 500).")
@click.option("--all", "everything", is_flag=True, help="Show all records and all values.")
@click.option("--all-nodes", is_flag=True, help="Judge nodes of standards and authority tables too.")
@click.pass_obj
def validate(
    settings: Settings,
    *,
    locations: Sequence[str],
    profiles: Sequence[str],
    shapes: Sequence[str],
    syntax: str | None,
    form: str,
    fail_on: str,
    lang: str | None,
    limit: int | None,
    everything: bool,
    all_nodes: bool,
) -> None:
    """Check files or addresses (- is standard input) against shapes: as received, and as publishing would mend them."""
    from api.commands.console import show_faults, show_idle, style_of
    from api.commands.reporting import Asked, checked, suggestions, write

    asked = Asked(locations, profiles, shapes, syntax, all_nodes=all_nodes)
    with checked(pipeline(settings), asked) as told:
        show_faults(told.faults)
        show_idle(told.idle)
        style = style_of(form, lang or language(), environment(), limit=limit, everything=everything)
        try:
            write(told, form, replace(style, suggestions=suggestions(told)), sys.stdout.buffer)
            sys.stdout.flush()
        except BrokenPipeError:
            close_output()  # the verdict stands, however much of the report is read
        counts = told.report.counts
    if counts["violation"] or (fail_on == "warning" and counts["warning"]):
        sys.exit(VIOLATIONS)
