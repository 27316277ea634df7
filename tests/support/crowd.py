"""Many clients at once, in a process of their own so that their work is not taken for the service's.

`python -m tests.support.crowd ORDER` asks as the order says and prints one line of JSON for each answer.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO, Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results

from tests.support.hostile import queries

ACCEPT: Final = "application/sparql-results+json, application/n-triples"
_PATIENCE: Final = 60
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Order:
    """`kind` is "hostile" or "light"; `addresses` are where the clients are, one each; `pause` lies between questions.

    Hostile clients take the next query of the table; each asks from another address of its own range each time.
    """

    port: int
    kind: str
    addresses: list[str]
    seconds: float
    pause: float = 0.0
    size: int = 1
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """`fault` says what is wrong with an answer of status 200; status 0 is one that broke off.

    `timing` is what the service itself says of the time.
    """

    name: str
    status: int
    seconds: float
    length: int
    fault: str = ""
    address: str = ""
    began: float = 0.0
    timing: str = ""


@contextmanager
def crowd(order: Order) -> Iterator[Callable[[], list[Outcome]]]:
    """Starts it; what is yielded waits for its end and tells all outcomes."""
    command = [sys.executable, "-P", "-m", "tests.support.crowd", json.dumps(asdict(order))]
    with (
        tempfile.TemporaryFile("w+") as out,
        subprocess.Popen(command, cwd=Path(__file__).parents[2], env=_environ(), stdout=out) as process,
    ):

        def outcomes() -> list[Outcome]:
            assert process.wait() == 0
            out.seek(0)
            return [Outcome(**json.loads(line)) for line in out]

        try:
            yield outcomes
        finally:
            process.kill()


def _environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


# one answer


def ask(connection: HTTPConnection, name: str, text: str, expected: bytes = b"") -> Outcome:
    """Put one query by POST, take in the whole answer, and look whether it is whole."""
    began = time.monotonic()
    headers = {"Content-Type": "application/sparql-query", "Accept": ACCEPT}
    with tempfile.SpooledTemporaryFile(max_size=_PIECE) as body:
        try:
            connection.request("POST", "/sparql", text.encode(), headers)
            response = connection.getresponse()
            length = _take_in(response, body)  # type: ignore[arg-type]  # a spooled file is one
        except (OSError, HTTPException) as error:
            connection.close()
            return Outcome(name, 0, time.monotonic() - began, 0, repr(error), began=began)
        seconds = time.monotonic() - began
        fault = _fault(response, body, length, expected) if response.status == 200 else ""  # type: ignore[arg-type]
        timing = response.getheader("Server-Timing", "")
        return Outcome(name, response.status, seconds, length, fault, began=began, timing=timing)


def once(port: int, name: str, text: str, expected: bytes = b"", address: str = "127.0.0.1") -> Outcome:
    """One query over a connection of its own, from this address."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=_PATIENCE, source_address=(address, 0))) as connection:
        return ask(connection, name, text, expected)


def _take_in(response: HTTPResponse, body: BinaryIO) -> int:
    length = 0
    while piece := response.read(_PIECE):
        length += body.write(piece)
    body.seek(0)
    return length


def _fault(response: HTTPResponse, body: BinaryIO, length: int, expected: bytes) -> str:
    """What is wrong with a body that was said to be an answer; empty when it is whole."""
    if response.getheader("Content-Length") not in (None, str(length)):
        return f"{length} bytes of {response.getheader('Content-Length')}"
    try:
        _read_through(body, response.getheader("Content-Type", ""))
    except (SyntaxError, ValueError, OSError) as error:
        return f"it does not parse: {error}"
    body.seek(0)
    return "" if expected in body.read(_PIECE) else f"{expected!r} is not in it"


def _read_through(body: BinaryIO, content_type: str) -> None:
    results = QueryResultsFormat.from_media_type(content_type)
    if results is None:
        form = RdfFormat.from_media_type(content_type)
        assert form is not None, content_type
        for _ in parse(body, form):
            pass
        return
    rows = parse_query_results(body, results)
    if isinstance(rows, QuerySolutions):
        for _ in rows:
            pass


# what they ask


def light(number: int, size: int) -> tuple[str, str, bytes]:
    """A question that costs next to nothing about one of `size` datasets, and what its answer must contain."""
    chosen = random.randrange(size)
    subject = f"<http://example.org/dataset/{chosen}>"
    title = "<http://purl.org/dc/terms/title>"
    kinds = (
        ("title", f"SELECT ?t {{ {subject} {title} ?t }}", b"Title %d" % chosen),
        ("described", f"DESCRIBE {subject}", b"Title %d" % chosen),
        ("asked", f"ASK {{ {subject} {title} ?t }}", b"true"),
        ("looked up by title", f'SELECT ?s {{ ?s {title} "Title {chosen}"@en }}', b"dataset/%d" % chosen),
        ("some", f"SELECT * {{ ?s {title} ?t }} OFFSET {number % 50} LIMIT 20", b"Title "),
    )
    return kinds[number % len(kinds)]


class _Crowd:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._until = time.monotonic() + order.seconds
        self._lock = threading.Lock()
        self._hostile = queries()
        random.Random(order.seed).shuffle(self._hostile)
        self._turn = 0

    def run(self) -> None:
        work = self._ask_lightly if self._order.kind == "light" else self._ask_hostilely
        threads = [threading.Thread(target=work, args=(address,)) for address in self._order.addresses]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    def _tell(self, outcome: Outcome, address: str) -> None:
        with self._lock:
            sys.stdout.write(json.dumps({**asdict(outcome), "address": address}) + "\n")

    def _ask_lightly(self, address: str) -> None:
        connection = HTTPConnection("127.0.0.1", self._order.port, timeout=_PATIENCE, source_address=(address, 0))
        number = 0
        while time.monotonic() < self._until:
            number += 1
            name, text, expected = light(number, self._order.size)
            self._tell(ask(connection, name, text, expected), address)
            time.sleep(self._order.pause * random.uniform(0.5, 1.5))
        connection.close()

    def _ask_hostilely(self, address: str) -> None:
        while time.monotonic() < self._until:
            with self._lock:
                query = self._hostile[self._turn % len(self._hostile)]
                self._turn += 1
            self._tell(once(self._order.port, str(query), query.text, address=address), address)
            time.sleep(self._order.pause)


if __name__ == "__main__":
    _Crowd(Order(**json.loads(sys.argv[1]))).run()
