"""What is kept of a portal: its generations, what is made of them, and whether all of it is sound."""

import json
import sys
from dataclasses import asdict

import click

from api.commands.terminal import FAILURE, pipeline, tell, tell_findings
from api.settings import Settings


@click.command()
@click.pass_obj
def publish(settings: Settings) -> None:
    """Move readers to the newest sealed generation."""
    click.echo(json.dumps({"generation": pipeline(settings).publish()}))


@click.command()
@click.pass_obj
def prepare(settings: Settings) -> None:
    """Answer the library's questions and count what /void tells, ahead of readers; a running server does so itself."""
    from loaders.preparation import prepare as run

    done = run(settings.data, tell)
    click.echo(json.dumps({"generation": done.generation, "made": done.made, "kept": done.kept}))
    if done.failed:
        sys.exit(FAILURE)


@click.command()
@click.option("--check", is_flag=True, help="Make none: compare those that are kept with their checksums.")
@click.option("--deep", is_flag=True, help="With --check: read each file by its syntax, and count what it says.")
@click.pass_obj
def dump(settings: Settings, *, check: bool, deep: bool) -> None:
    """Make dumps of what is published, now; a running server does so itself when the newest are a day old."""
    from api.background.dumping import run
    from api.commands.console import progress

    if deep and not check:
        raise click.UsageError("--deep goes with --check")
    if check:
        from loaders.dumps.checking import findings

        tell_findings(findings(settings.data, deep=deep, isolation_required=settings.isolation_required))
        return
    with progress("dump") as told:
        done = run(settings, told)
    files = {file.name: file.size for file in done.dumped.files}
    click.echo(json.dumps({"generation": done.dumped.number, "made": done.fresh, "files": files}))


@click.command()
@click.option("--left-out", is_flag=True, help="Fetch none: list the addresses that gave no picture, and why.")
@click.pass_obj
def pictures(settings: Settings, *, left_out: bool) -> None:
    """Fetch pictures of reuses and logos that are new or due, now; a running server does so itself."""
    from api.background.picturing import gathering
    from shapes.reporting.forms.notation import harmless

    if left_out:
        for note in gathering(settings).left_out():
            click.echo(f"{harmless(note.address)}\t{harmless(note.reason)}")
        return
    click.echo(json.dumps(asdict(gathering(settings).run(lambda address, reason: tell(f"{address}: {reason}")))))


@click.command()
@click.pass_obj
def generations(settings: Settings) -> None:
    """List the generations that are kept."""
    from api.commands.output import generation_lines

    for line in generation_lines(pipeline(settings).generations):
        click.echo(line)


@click.command()
@click.argument("number", type=int)
@click.option("--wait", is_flag=True, help="Wait for another writer instead of failing.")
@click.pass_obj
def rollback(settings: Settings, number: int, *, wait: bool) -> None:
    """Publish a new generation with the content of generation NUMBER."""
    click.echo(json.dumps({"generation": pipeline(settings).rollback(number, wait=wait), "content_of": number}))


@click.command()
@click.option("--wait", is_flag=True, help="Wait for another writer instead of failing.")
@click.pass_obj
def rebuild(settings: Settings, *, wait: bool) -> None:
    """Make everything anew from the archive: after a change of model, rules or base IRI."""
    from api.commands.console import progress
    from loaders.rebuild import rebuild as run

    with progress("rebuild") as told:
        outcomes = run(pipeline(settings), told, wait=wait)
    for outcome in outcomes:
        click.echo(json.dumps(asdict(outcome)))


@click.command()
@click.option("--deep", is_flag=True, help="Read everything: file digests, and the default graph against its graphs.")
@click.pass_obj
def check(settings: Settings, *, deep: bool) -> None:
    """Is this installation sound?"""
    from loaders.soundness import findings

    tell_findings(findings(settings.data, settings.base, deep=deep))
