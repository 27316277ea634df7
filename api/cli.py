"""The command line.

Data on stdout, diagnostics on stderr. Exit 0: done; 1: the data has violations; 2: misuse or failure.
"""

import os
from dataclasses import replace
from pathlib import Path

import click

from api.commands import asking, harvesting, keeping, serving, validating
from api.commands.terminal import Group
from api.settings import Settings, unknown


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="catalograph")
@click.option("--data", type=click.Path(path_type=Path), help="The data directory (CATALOGRAPH_DATA; default ./var).")
@click.pass_context
def main(ctx: click.Context, data: Path | None) -> None:
    """An open-data catalogue as a knowledge graph: harvest, repair, validate and publish DCAT-AP."""
    settings = Settings.from_environ(os.environ)
    for name in unknown(os.environ):
        click.echo(f"catalograph: {name} is no setting; see README.md for all of them", err=True)
    ctx.obj = replace(settings, data=data) if data else settings


for _command in (
    serving.demo,
    harvesting.load,
    harvesting.harvest,
    validating.validate,
    keeping.publish,
    keeping.prepare,
    keeping.dump,
    keeping.pictures,
    keeping.generations,
    keeping.rollback,
    keeping.rebuild,
    asking.query,
    asking.export,
    asking.vocabularies,
    serving.serve,
    keeping.check,
):
    main.add_command(_command)


if __name__ == "__main__":
    main()
