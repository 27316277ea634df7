"""What a portal takes in: catalogues as they are, and the sources of the configuration file."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click

from api.commands.terminal import FAILURE, SYNTAXES, VIOLATIONS, pipeline, tell
from api.settings import Settings
from graph.errors import PortalError


@click.command()
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
    from api.commands.console import progress, show_faults, show_repairs
    from loaders.pipeline import Order

    order = Order(
        locations, name, form, partial=partial, validate=not no_validate, strict=strict, publish=not no_publish,
        wait=wait,
    )  # fmt: skip
    with progress(name) as told:
        loaded = pipeline(settings).load(order, told)
    show_faults(loaded.faults)
    show_repairs(loaded.trailer)
    if loaded.outcome is None:
        many = f"{loaded.violations} violation" + ("s" if loaded.violations > 1 else "")
        click.echo(f"catalograph: {many}: refused, nothing has changed", err=True)
        sys.exit(VIOLATIONS)
    click.echo(json.dumps(asdict(loaded.outcome)))


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--wait", is_flag=True, help="Wait for another writer instead of failing.")
@click.pass_obj
def harvest(settings: Settings, names: Sequence[str], *, wait: bool) -> None:
    """Run the sources of the configuration file, all or some; one that fails does not stop the others."""
    from api.commands.console import progress, show_faults, show_repairs
    from loaders.configuration import orders

    failed = False
    for order in orders(settings.sources, names, wait=wait):
        try:
            with progress(order.source) as told:
                loaded = pipeline(settings).load(order, told)
        except PortalError as error:
            tell(f"{order.source}: {error}")
            failed = True
            continue
        show_faults(loaded.faults)
        show_repairs(loaded.trailer)
        if loaded.outcome is not None:
            click.echo(json.dumps(asdict(loaded.outcome)))
    if failed:
        sys.exit(FAILURE)
