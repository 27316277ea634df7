"""The portal as it is read: with the data there is, or with the example."""

from dataclasses import replace

import click

from api.settings import Settings


@click.command()
@click.option("--once", is_flag=True, help="Load, validate and publish, ask for the home page once, and stop.")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.pass_obj
def demo(settings: Settings, *, once: bool, host: str | None, port: int | None) -> None:
    """Load the bundled example catalogue, validate it, publish it and serve it."""
    from api.demo import run

    run(_with_address(settings, host, port), once=once)


@click.command()
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
