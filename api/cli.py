"""The command line: each command a few lines over a function in a lower layer.

Data on stdout, diagnostics on stderr. Exit 0: done; 1: the data has violations; 2: misuse or failure.
"""

import errno
import json
import os
import sys
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from api.settings import LANGUAGES, Settings, unknown
from graph.errors import PortalError

if TYPE_CHECKING:
    from loaders.pipeline import Pipeline
    from loaders.soundness import Finding

SYNTAXES: Final = ("turtle", "ntriples", "nquads", "trig", "n3", "rdfxml", "jsonld")
VIOLATIONS: Final = 1
FAILURE: Final = 2
_UNREAD: Final = 128 + 13
"""What the shell makes of a command that SIGPIPE ended, as most do."""

_NO_ROOM: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))

_PROFILE_HELP: Final = (
    "dcat-ap (default), dcat-ap-hvd, dcat-ap-lu, adms, portal; may be repeated: all of them are checked."
)


class _Group(click.Group):
    """Commands in the order they are met, and our own errors as one line instead of a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            _close_output()
            ctx.exit(_UNREAD)
        except PortalError as error:
            _tell(str(error))
            ctx.exit(FAILURE)
        except Exception as error:  # noqa: BLE001  a fault of ours: said whole, and never with the exit status of "violations"
            if isinstance(error, OSError) and error.errno in _NO_ROOM:
                _close_output()  # Python would try once more on its way out, and change the exit status
                _tell(f"the output could not be written whole: {error.strerror}")
                ctx.exit(FAILURE)
            traceback.print_exc()
            click.echo("catalograph: this is a fault of the program; please report it with the lines above", err=True)
            ctx.exit(FAILURE)


def _close_output() -> None:
    """What is left of our output goes nowhere: its reader has read enough, or there is no room for it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _tell(text: str) -> None:
    """One line; what it quotes of a file may be meant for the terminal."""
    from shapes.reporting.forms.notation import harmless

    click.echo(f"catalograph: {harmless(text)}", err=True)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="catalograph")
@click.option("--data", type=click.Path(path_type=Path), help="The data directory (CATALOGRAPH_DATA; default ./var).")
@click.pass_context
def main(ctx: click.Context, data: Path | None) -> None:
    """An open-data catalogue as a knowledge graph: harvest, repair, validate and publish DCAT-AP."""
    settings = Settings.from_environ(os.environ)
    for name in unknown(os.environ):
        click.echo(f"catalograph: {name} is no setting; see README.md for all of them", err=True)
    ctx.obj = replace(settings, data=data) if data else settings


def _pipeline(settings: Settings) -> "Pipeline":
    from api.wiring import pipeline

    return pipeline(settings)


@main.command()
@click.option("--once", is_flag=True, help="Load, validate and publish, ask for the home page once, and stop.")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.pass_obj
def demo(settings: Settings, *, once: bool, host: str | None, port: int | None) -> None:
    """Load the bundled example catalogue, validate it, publish it and serve it."""
    from api.demo import run

    run(_with_address(settings, host, port), once=once)


@main.command()
@click.argument("locations", nargs=-1, required=True, metavar="FILE|URL…")
@click.option("--source", "name", required=True, help="The source's name; the files are its whole state.")
@click.option("--partial", is_flag=True, help="Only add and change, remove nothing.")
@click.option("--format", "form", type=click.Choice(SYNTAXES), help="Read everything in this syntax.")
@click.option("--no-validate", is_flag=True, help="Skip validation.")
@click.option("--strict", is_flag=True, help="Refuse the load, and exit 1, when the data has violations.")
@click.option("--no-publish", is_flag=True, help="Seal the generation, but leave readers on the current one.")
@click.option("--wait", is_flag=True, help="Wait for another writer instead of failing.")
@click.pass_obj
def load(
    settings: Settings,
    *,
    locations: Sequence[str],
    name: str,
    partial: bool,
    form: str | None,
    no_validate: bool,
    strict: bool,
    no_publish: bool,
    wait: bool,
) -> None:
    """Take in the whole state of a source and publish it as a new generation."""
    from api.console import progress, show_faults, show_repairs
    from loaders.pipeline import Order

    order = Order(
        locations, name, form, partial=partial, validate=not no_validate, strict=strict, publish=not no_publish,
        wait=wait,
    )  # fmt: skip
    with progress(name) as told:
        loaded = _pipeline(settings).load(order, told)
    show_faults(loaded.faults)
    show_repairs(loaded.trailer)
    if loaded.outcome is None:
        many = f"{loaded.violations} violation" + ("s" if loaded.violations > 1 else "")
        click.echo(f"catalograph: {many}: refused, nothing has changed", err=True)
        sys.exit(VIOLATIONS)
    click.echo(json.dumps(asdict(loaded.outcome)))


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--wait", is_flag=True, help="Wait for another writer instead of failing.")
@click.pass_obj
def harvest(settings: Settings, names: Sequence[str], *, wait: bool) -> None:
    """Run the sources of the configuration file, all or some; one that fails does not stop the others."""
    from api.console import progress, show_faults, show_repairs
    from loaders.configuration import orders

    failed = False
    for order in orders(settings.sources, names, wait=wait):
        try:
            with progress(order.source) as told:
                loaded = _pipeline(settings).load(order, told)
        except PortalError as error:
            _tell(f"{order.source}: {error}")
            failed = True
            continue
        show_faults(loaded.faults)
        show_repairs(loaded.trailer)
        if loaded.outcome is not None:
            click.echo(json.dumps(asdict(loaded.outcome)))
    if failed:
        sys.exit(FAILURE)


@main.command()
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
    from api.console import show_faults, show_idle, style_of
    from api.reporting import Asked, checked, suggestions, write

    asked = Asked(locations, profiles, shapes, syntax, all_nodes=all_nodes)
    with checked(_pipeline(settings), asked) as told:
        show_faults(told.faults)
        show_idle(told.idle)
        style = style_of(form, lang or _language(), os.environ, limit=limit, everything=everything)
        try:
            write(told, form, replace(style, suggestions=suggestions(told)), sys.stdout.buffer)
            sys.stdout.flush()
        except BrokenPipeError:
            _close_output()  # the verdict stands, however much of the report is read
        counts = told.report.counts
    if counts["violation"] or (fail_on == "warning" and counts["warning"]):
        sys.exit(VIOLATIONS)


@main.command()
@click.pass_obj
def publish(settings: Settings) -> None:
    """Move readers to the newest sealed generation."""
    click.echo(json.dumps({"generation": _pipeline(settings).publish()}))


@main.command()
@click.pass_obj
def prepare(settings: Settings) -> None:
    """Answer the library's questions and count what /void tells, ahead of readers; a running server does so itself."""
    from loaders.preparation import prepare as run

    done = run(settings.data, _tell)
    click.echo(json.dumps({"generation": done.generation, "made": done.made, "kept": done.kept}))
    if done.failed:
        sys.exit(FAILURE)


@main.command()
@click.option("--check", is_flag=True, help="Make none: compare those that are kept with their checksums.")
@click.option("--deep", is_flag=True, help="With --check: read each file by its syntax, and count what it says.")
@click.pass_obj
def dump(settings: Settings, *, check: bool, deep: bool) -> None:
    """Make dumps of what is published, now; a running server does so itself when the newest are a day old."""
    from api.console import progress
    from api.dumping import run

    if deep and not check:
        raise click.UsageError("--deep goes with --check")
    if check:
        from loaders.dumps.checking import findings

        _tell_findings(findings(settings.data, deep=deep, isolation_required=settings.isolation_required))
        return
    with progress("dump") as told:
        done = run(settings, told)
    files = {file.name: file.size for file in done.dumped.files}
    click.echo(json.dumps({"generation": done.dumped.number, "made": done.fresh, "files": files}))


@main.command()
@click.option("--left-out", is_flag=True, help="Fetch none: list the addresses that gave no picture, and why.")
@click.pass_obj
def pictures(settings: Settings, *, left_out: bool) -> None:
    """Fetch pictures of reuses and logos that are new or due, now; a running server does so itself."""
    from api.picturing import gathering
    from shapes.reporting.forms.notation import harmless

    if left_out:
        for note in gathering(settings).left_out():
            click.echo(f"{harmless(note.address)}\t{harmless(note.reason)}")
        return
    click.echo(json.dumps(asdict(gathering(settings).run(lambda address, reason: _tell(f"{address}: {reason}")))))


@main.command()
@click.pass_obj
def generations(settings: Settings) -> None:
    """List the generations that are kept."""
    from api.output import generation_lines

    for line in generation_lines(_pipeline(settings).generations):
        click.echo(line)


@main.command()
@click.argument("number", type=int)
@click.option("--wait", is_flag=True, help="Wait for another writer instead of failing.")
@click.pass_obj
def rollback(settings: Settings, number: int, *, wait: bool) -> None:
    """Publish a new generation with the content of generation NUMBER."""
    click.echo(json.dumps({"generation": _pipeline(settings).rollback(number, wait=wait), "content_of": number}))


@main.command()
@click.option("--wait", is_flag=True, help="Wait for another writer instead of failing.")
@click.pass_obj
def rebuild(settings: Settings, *, wait: bool) -> None:
    """Make everything anew from the archive: after a change of model, rules or base IRI."""
    from api.console import progress
    from loaders.rebuild import rebuild as run

    with progress("rebuild") as told:
        outcomes = run(_pipeline(settings), told, wait=wait)
    for outcome in outcomes:
        click.echo(json.dumps(asdict(outcome)))


@main.command()
@click.argument("name", required=False, metavar="[NAME|FILE.rq]")
@click.option("--param", "params", multiple=True, metavar="K=V", help="A parameter of the query; may be repeated.")
@click.option("--format", "form", default="csv", show_default=True, help="csv, json, xml, tsv; ttl, nt, … for graphs.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the list and of --about.")
@click.option("--about", is_flag=True, help="Say what the question answers, what it takes and what its columns are.")
@click.pass_obj
def query(
    settings: Settings, *, name: str | None, params: Sequence[str], form: str, lang: str | None, about: bool
) -> None:
    """Ask the published generation, no server needed; without a name, list the questions of the library."""
    from api.output import about_lines, answer, question_lines

    if name is None or about:
        spoken = lang or _language()
        for line in question_lines(spoken) if name is None else about_lines(name, spoken):
            click.echo(line)
        return
    told = dict(_pair(param) for param in params)
    sys.stdout.buffer.write(answer(_pipeline(settings).generations, name, told, form))


def _language() -> str:
    """The language of reports: what the terminal is set to, if it is one of ours."""
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return spoken[:2] if spoken[:2] in LANGUAGES else "en"


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is not of the form name=value", param_hint="--param")
    return name, value


@main.command()
@click.option("--format", "form", default="ttl", show_default=True, help="ttl, nt, rdf, jsonld, trig, nq.")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; else stdout.")
@click.pass_obj
def export(settings: Settings, *, form: str, output: Path | None) -> None:
    """Write the whole published catalogue, typed as DCAT-AP asks."""
    from api.output import export_to

    export_to(_pipeline(settings).generations, form, output)


@main.group(invoke_without_command=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the list.")
@click.pass_context
def vocabularies(ctx: click.Context, *, form: str) -> None:
    """List the authority tables: version, date, concepts, languages, licence, source."""
    if ctx.invoked_subcommand is None:
        from api.output import vocabulary_lines
        from vocabularies.concepts import FOLDER

        for line in vocabulary_lines(ctx.obj.data / FOLDER, form):
            click.echo(line)


@vocabularies.command("refresh")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def refresh_vocabulary(settings: Settings, *, name: str, file: Path) -> None:
    """Take the table NAME from FILE, the newer RDF of it that you downloaded."""
    from datetime import UTC, datetime

    from api.console import show_faults
    from api.output import renewal_lines
    from api.wiring import pipeline
    from loaders.renewal import Renewing
    from vocabularies.concepts import FOLDER

    limits = pipeline(settings).limits
    renewing = Renewing(settings.data / FOLDER, limits.parse, isolation_required=limits.isolation_required)
    renewal = renewing.renew(name, file, datetime.now(UTC))
    show_faults(renewal.faults)
    for line in renewal_lines(renewal):
        click.echo(line)


@main.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0: any free one.")
@click.option("--workers", type=click.IntRange(1), help="Web processes.")
@click.pass_obj
def serve(settings: Settings, *, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve what is published: pages, SPARQL, RDF."""
    from api.serve import serve as run

    settings = _with_address(settings, host, port)
    run(replace(settings, workers=workers) if workers else settings)


def _with_address(settings: Settings, host: str | None, port: int | None) -> Settings:
    return replace(settings, host=host or settings.host, port=settings.port if port is None else port)


@main.command()
@click.option("--deep", is_flag=True, help="Read everything: file digests, and the default graph against its graphs.")
@click.pass_obj
def check(settings: Settings, *, deep: bool) -> None:
    """Is this installation sound?"""
    from loaders.soundness import findings

    _tell_findings(findings(settings.data, settings.base, deep=deep))


def _tell_findings(findings: Iterable["Finding"]) -> None:
    """As they are found; exits where one is not sound."""
    sound = True
    for finding in findings:
        click.echo(f"{'ok   ' if finding.sound else 'WRONG'} {finding.text}")
        sound &= finding.sound
    if not sound:
        sys.exit(FAILURE)


if __name__ == "__main__":
    main()
