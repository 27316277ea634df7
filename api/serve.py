"""The server: granian with several web processes in front of one broker of query workers.

Why granian and not gunicorn: it serves warm answers about four times as fast, and only there a look-up at /sparql
reaches the share of a bare Oxigraph server that we promise. What it lacks, seeing that a client hung up, costs at most
the query deadline: then the worker is free in any case. Its processes are spawned, not forked: none inherits a store.
"""

import contextlib
import multiprocessing
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection, HTTPException
from multiprocessing.synchronize import Semaphore
from pathlib import Path
from typing import TYPE_CHECKING, Final

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from api.app import create_app, reading
from api.background.preparing import preparing
from api.http.forwarding import Forwarding
from api.http.freshness import Editions
from api.http.packing import Packing
from api.http.page_cache import PageCache
from api.http.protection import Protection
from api.portal import DOWNLOADS, portal_of
from api.settings import SettingError, Settings
from api.sparql.endpoint import HELD, SparqlEndpoint
from api.sparql.federation import federating
from graph import manifest as manifests
from graph.collector import settle
from graph.errors import NotFound, StoreError
from graph.generations import Generations
from graph.serving import broker
from graph.serving.options import BrokerOptions
from loaders.background import end_with

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_FOR_PAGES: Final = 16
"""Threads of a web process left for pages when every query that may wait does, and slow clients hold what they may."""

_WATCH: Final = 0.5
"""Seconds between two looks at the broker."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; prints the address once it answers.

    Raises StoreError when what is published is damaged or was made for another base, SettingError for a taken port.
    """
    check(settings)
    settings = _with_port(settings)
    multiprocessing.set_start_method("spawn", force=True)
    with ExitStack() as running:
        path = running.enter_context(query_service(settings))
        running.enter_context(preparing(settings))
        server = _server(settings)
        made = multiprocessing.Semaphore(0)
        announcer = threading.Thread(target=_announce, args=(settings, made), daemon=True)
        server.on_startup(announcer.start)
        server.serve(target_loader=partial(application, settings, path, made, os.getpid()), wrap_loader=False)


def check(settings: Settings) -> None:
    """Raises StoreError unless the published generation, where there is one, is whole and of this base."""
    generations = Generations(settings.data)
    try:
        current = generations.current()
    except NotFound:
        return
    with current as generation:
        manifest = generation.manifest
        if manifest.base != settings.base:
            raise StoreError(
                f"the published generation was made for the base {manifest.base}, the setting CATALOGRAPH_BASE is "
                f"{settings.base}: set it back, or run `catalograph rebuild` to mint all IRIs anew"
            )
        damaged = manifests.damaged(generation.path, manifest)
        if damaged:
            raise StoreError(
                f"generation {generation.number} is damaged ({', '.join(damaged[:5])}): "
                "roll back to an older one, or run `catalograph rebuild`"
            )


def _with_port(settings: Settings) -> Settings:
    """The settings with a port that is free: asked for, or found where any will do."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            wanted = f"a port that can be listened on at {settings.host} ({error.strerror})"
            raise SettingError("CATALOGRAPH_PORT", str(settings.port), wanted) from error
        return replace(settings, port=int(probe.getsockname()[1]))


def options(settings: Settings) -> BrokerOptions:
    """The limits of public queries."""
    return BrokerOptions(
        seconds=settings.query_seconds,
        memory=settings.query_memory,
        answer_bytes=settings.query_bytes,
        query_bytes=settings.query_request_bytes,
        workers=settings.query_workers,
        queue=settings.query_queue,
        client_running=settings.query_client_running,
        client_waiting=settings.query_client_waiting,
        client_seconds=settings.query_client_seconds,
        isolation_required=settings.isolation_required,
        base=f"{settings.base}/sparql",
    )


@contextmanager
def query_service(settings: Settings) -> Iterator[Path]:
    """A broker that is started again should it die; yields the address that always leads to the living one."""
    with tempfile.TemporaryDirectory(prefix="catalograph-") as folder:
        address = Path(folder, "queries")
        stop = threading.Event()
        first = _start(settings, address)
        watcher = threading.Thread(target=_keep, args=(settings, address, first, stop), daemon=True)
        watcher.start()
        try:
            yield address
        finally:
            stop.set()
            watcher.join()


def _start(settings: Settings, address: Path) -> broker.BrokerProcess:
    started = broker.start(settings.data, options(settings))
    fresh = address.with_suffix(".new")
    fresh.symlink_to(started.socket_path)
    fresh.replace(address)
    return started


def _keep(settings: Settings, address: Path, current: broker.BrokerProcess, stop: threading.Event) -> None:
    while not stop.wait(_WATCH):
        if not current.alive:
            current.close()
            with contextlib.suppress(StoreError):  # tried again at the next look
                current = _start(settings, address)
    current.close()


def _server(settings: Settings) -> MPServer:
    threads = settings.query_queue + settings.query_workers + HELD + DOWNLOADS[0] + _FOR_PAGES
    return MPServer(
        "catalograph",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=threads,
        backpressure=2 * threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=int(settings.query_seconds) + 5,
    )


def application(settings: Settings, queries: Path, made: Semaphore, supervisor: int) -> "WSGIApplication":
    """What a web process runs; made in that process, which inherits nothing. Tells `made` when it is done.

    A supervisor that was killed stops nobody, and who held its port would keep the next one from starting.
    """
    end_with(supervisor)
    readers = reading(settings, early=True)
    client = federating(settings, queries, options(settings), readers)
    editions = Editions(Generations(settings.data), settings.base)
    app = create_app(settings, client, readers)
    pages = PageCache(Packing(app), editions, settings.page_cache_bytes, lambda: portal_of(app).pictured)
    endpoint = SparqlEndpoint(pages, client, settings)
    settle()
    made.release()
    return Protection(Forwarding(endpoint, settings.proxies) if settings.proxies else endpoint, settings)


def _announce(settings: Settings, made: Semaphore) -> None:
    """Print the address once every web process has its application and one of them answers."""
    for _ in range(settings.workers):
        made.acquire()
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104  asked, not listened on
    while not _answers(host, settings.port):
        time.sleep(0.05)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    sys.stdout.write(f"Serving on http://{shown}:{settings.port}\n")
    sys.stdout.flush()


def _answers(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/-/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
