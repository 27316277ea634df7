"""The one-command start: the bundled example catalogue loaded, validated, published and served."""

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.resources import as_file, files
from typing import Final
from urllib.parse import quote

import httpx

from api.commands.console import progress, say, show_faults
from api.serve import serve
from api.settings import Settings, as_environ
from api.wiring import pipeline
from graph.errors import NotFound, SourceError
from graph.generations import Generations
from loaders.pictures.addresses import wanted
from loaders.pictures.album import Album
from loaders.pictures.bundled import take
from loaders.pictures.gathering import Bounds
from loaders.pipeline import Order

SOURCE: Final = "example"


def run(settings: Settings, *, once: bool) -> None:
    """Load and serve; `once` asks the server for its home page and stops."""
    settings = replace(settings, isolation_required=False)  # on loopback a machine without isolation gets a warning
    settings = replace(settings, base=base_of(settings))
    with as_file(files("loaders") / "example") as folder, progress(SOURCE) as told:
        loaded = pipeline(settings).load(Order([str(folder)], SOURCE, wait=True), told)
    show_faults(loaded.faults)
    if loaded.outcome:
        say(f"{loaded.outcome.triples:,} triples of the example catalogue are published")
        _take_pictures(settings)
    if once:
        _ask_once(replace(settings, port=0))
    else:
        serve(settings)


def base_of(settings: Settings) -> str:
    """The base of an example that is read where it is served: the address listened on, unless one was chosen.

    What is published already keeps the base that it has.
    """
    if settings.base != Settings().base:
        return settings.base
    with contextlib.suppress(NotFound), Generations(settings.data).current() as generation:
        return generation.manifest.base
    local = settings.host == Settings().host and settings.port
    return f"http://{settings.host}:{settings.port}" if local else settings.base


def _take_pictures(settings: Settings) -> None:
    album = Album(settings.data)
    with Generations(settings.data).current() as generation:
        addresses = wanted(generation, Bounds().wanted)
    take(album, addresses, datetime.now(UTC))


def _ask_once(settings: Settings) -> None:
    """Start the server as a process of its own, read the home page and a SPARQL answer, stop it.

    Raises SourceError when one of them is not what it should be.
    """
    command = [sys.executable, "-P", "-m", "api.cli", "serve"]
    environ = {**os.environ, **as_environ(settings)}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = _address(server)
            for path in ("/", "/datasets", f"/sparql?query={quote('ASK { ?s ?p ?o }')}"):
                _ask(address + path)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def _address(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None  # noqa: S101  asked for above
    for line in server.stdout:
        if line.startswith("Serving on "):
            return line.split()[-1]
    raise SourceError("the server", f"ended with status {server.wait()} before it answered")


def _ask(url: str) -> None:
    answer = httpx.get(url, timeout=30, trust_env=False)
    if answer.status_code != HTTPStatus.OK:
        raise SourceError(url, f"answered {answer.status_code}")
    say(f"{url}: {answer.status_code}, {len(answer.content):,} bytes")
