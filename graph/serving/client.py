"""The web side: ask a question, get the whole answer or the reason why not."""

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from graph.serving.link import Link, Lost
from graph.serving.messages import Question, Reply
from graph.serving.options import BrokerOptions


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. Either `body` holds it, or `file`, open at its start and to be closed by the receiver, does.

    `rdf` tells statements from rows; `offered` is False when the client accepts no form of that kind.
    """

    generation: int
    rdf: bool
    length: int
    body: bytes
    file: BinaryIO | None
    seconds: float
    offered: bool = True


class Client:
    """What a web process asks through; any number of its threads may. Connects at the first question."""

    def __init__(self, socket_path: Path, options: BrokerOptions) -> None:
        self._path = socket_path
        self._options = options
        self._link: Link | None = None
        self._lock = threading.Lock()

    def ask(self, question: Question, client: str) -> Answer:
        """The answer; `client` is whose budget pays. Raises QueryError's kinds, or CageError when the worker died."""
        until = time.monotonic() + self._options.seconds
        link = self._connected()
        while True:
            lease = link.take(client, until)
            try:
                lease.channel.send(question.pack())
            except (BrokenPipeError, ConnectionResetError):
                link.drop(lease)  # it died while idle: take another
                continue
            with contextlib.suppress(Lost):
                return _answer(link.await_answer(lease, client, until), lease.generation)

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


def _answer(reply: Reply, generation: int) -> Answer:
    if reply.failure is not None:
        raise reply.failure
    file = None if reply.handle is None else os.fdopen(reply.handle, "rb")
    if file is not None:
        file.seek(0)
    return Answer(generation, reply.rdf, reply.length, reply.body, file, reply.seconds, reply.offered)
