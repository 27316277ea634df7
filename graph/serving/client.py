"""The web side: ask a question, get the whole answer or the reason why not."""

import os
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from graph.errors import QueryTimeout
from graph.serving.link import Asker, Link, Lost, Presence, Tried, Usage, always
from graph.serving.messages import Need, Question, Reply, send_question
from graph.serving.options import BrokerOptions


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. Either `body` holds it, or `file`, open at its start and to be closed by the receiver, does.

    `rdf` tells statements from rows; `seconds` is what it cost, `waited` how long it waited for a worker; `offered` is
    False when the client accepts no form of that kind.
    """

    generation: int
    rdf: bool
    length: int
    body: bytes
    file: BinaryIO | None
    seconds: float
    waited: float = 0.0
    offered: bool = True
    needs: tuple[Need, ...] = ()
    """What must be fetched before there is an answer; only for questions that say what their asker can fetch."""


class Client:
    """What a web process asks through; any number of its threads may. Connects at the first question."""

    def __init__(self, socket_path: Path, options: BrokerOptions) -> None:
        self._path = socket_path
        self._options = options
        self._link: Link | None = None
        self._lock = threading.Lock()

    def ask(
        self, question: Question, client: str, present: Presence = always, *, within: float | None = None
    ) -> Answer:
        """The answer; `client` is whose budget pays, `present` tells whether anybody still waits for it.

        `within` is what is left of the seconds where it is less than a query may take. Raises QueryError's kinds, or
        CageError when the worker died.
        """
        began = time.monotonic()
        asker = Asker(client, began + (self._options.seconds if within is None else within), present)
        link = self._connected()
        while True:
            lease = link.take(asker)
            waited = time.monotonic() - began
            try:
                send_question(lease.channel, question)
            except (BrokenPipeError, ConnectionResetError):
                link.drop(lease)  # it died while idle: take another
                continue
            try:
                return _answer(link.await_answer(lease, asker), lease.generation, waited)
            except Lost:
                if asker.left <= 0:
                    raise QueryTimeout(self._options.seconds) from None
            except Tried:
                asker = replace(asker, tried=True)

    def charge(self, client: str, seconds: float) -> None:
        """Let a client pay for work done for it outside the workers."""
        self._connected().charge(client, seconds)

    def usage(self, client: str) -> Usage:
        """What a client may use and has left."""
        return self._connected().usage(client)

    def _connected(self) -> Link:
        link = self._link
        if link is not None and link.alive:
            return link
        with self._lock:
            if self._link is None or not self._link.alive:
                self._link = Link(self._path, self._options)
            return self._link

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


def _answer(reply: Reply, generation: int, waited: float) -> Answer:
    if reply.failure is not None:
        raise reply.failure
    file = None if reply.handle is None else os.fdopen(reply.handle, "rb")
    if file is not None:
        file.seek(0)
    told = (reply.rdf, reply.length, reply.body, file, reply.seconds)
    return Answer(generation, *told, waited, reply.offered, reply.needs)
