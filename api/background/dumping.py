"""Dumps as the portal makes them: with the description of its catalogue, and the terms that its settings have."""

import json
import sys
from collections.abc import Iterator
from functools import partial

from flask import Flask
from pyoxigraph import Triple

from api.app import create_app
from api.harvest import catalogue, licensing
from api.portal import read_at, release, view
from api.settings import Settings
from graph.collector import settle
from graph.errors import NotFound, PortalError
from loaders.background import behind_readers
from loaders.dumps.making import Made, Progress, dump
from loaders.terms import Terms


def run(settings: Settings, progress: Progress = lambda _step, _done: None) -> Made:
    """Make the set of what is published, unless there is one. Raises NotFound or StoreError."""
    head = partial(described, create_app(settings))
    return dump(settings.data, settings.dumps_kept, head=head, progress=progress)


def described(app: Flask, number: int) -> list[Triple]:
    """The catalogue of a generation; a newer one may have been published since it began to be dumped."""
    with app.app_context():
        try:
            read_at(number)
            return list(_head())
        finally:
            release()


def _head() -> Iterator[Triple]:
    """What the catalogue is, and the portal's terms for each source that states none: the others are in the graphs."""
    yield from catalogue.about(catalogue.WHOLE)
    states = view().generation.manifest.sources
    for node, terms in licensing.terms_of_sources():
        stated = Terms.of(states[node.value.rpartition("/")[2]], Terms())
        unstated = Terms(
            terms.licence if not stated.licence else "", terms.attribution if not stated.attribution else ""
        )
        yield from unstated.statements(node)


def main() -> None:
    """Be the process that the server starts, with the settings as JSON. Exit 0: the set is there, or none can be."""
    behind_readers()
    settle()
    try:
        run(Settings.from_environ(json.loads(sys.argv[1])))
    except NotFound:
        return
    except (PortalError, OSError) as error:
        sys.exit(f"catalograph: no dumps could be made: {error}")


if __name__ == "__main__":
    main()
