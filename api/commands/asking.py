"""What can be asked without a server: questions, the whole catalogue, the authority tables."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from api.commands.terminal import language, pipeline
from api.settings import LANGUAGES, Settings


@click.command()
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
    from api.commands.output import about_lines, answer, question_lines

    if name is None or about:
        spoken = lang or language()
        for line in question_lines(spoken) if name is None else about_lines(name, spoken):
            click.echo(line)
        return
    told = dict(_pair(param) for param in params)
    sys.stdout.buffer.write(answer(pipeline(settings).generations, name, told, form))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is not of the form name=value", param_hint="--param")
    return name, value


@click.command()
@click.option("--format", "form", default="ttl", show_default=True, help="ttl, nt, rdf, jsonld, trig, nq.")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; else stdout.")
@click.pass_obj
def export(settings: Settings, *, form: str, output: Path | None) -> None:
    """Write the whole published catalogue, typed as DCAT-AP asks."""
    from api.commands.output import export_to

    export_to(pipeline(settings).generations, form, output)


@click.group(invoke_without_command=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the list.")
@click.pass_context
def vocabularies(ctx: click.Context, *, form: str) -> None:
    """List the authority tables: version, date, concepts, languages, licence, source."""
    if ctx.invoked_subcommand is None:
        from api.commands.output import vocabulary_lines
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

    from api.commands.console import show_faults
    from api.commands.output import renewal_lines
    from api.wiring import pipeline
    from loaders.renewal import Renewing
    from vocabularies.concepts import FOLDER

    limits = pipeline(settings).limits
    renewing = Renewing(settings.data / FOLDER, limits.parse, isolation_required=limits.isolation_required)
    renewal = renewing.renew(name, file, datetime.now(UTC))
    show_faults(renewal.faults)
    for line in renewal_lines(renewal):
        click.echo(line)
