"""Questions of all sorts, each answer compared with what the engine itself says of the same generation."""

import random
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import Literal, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Store, parse

from tests.support.crowd import Outcome
from tests.support.hostile import bombs
from tests.support.leaving import ENDLESS
from vocabularies.namespaces import XSD

_TITLE: Final = "<http://purl.org/dc/terms/title>"
_ROWS: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
_RDF: Final = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig")
_BOMBS: Final = [text for _, text in bombs(2000)]


@dataclass(frozen=True, slots=True)
class Paper:
    """One question: `kind` of it, the form asked for, whether packed, and how slowly the answer is read.

    In `text`, SUBJECT stands for some dataset, OFFSET and LIMIT for numbers, BOMB for one of the ways to nest.
    """

    kind: str
    text: str
    accept: tuple[str, ...] = tuple(_ROWS)
    packed: bool = False
    pause: float = 0.0

    def written(self, size: int) -> "Paper":
        """With something in place of what is left open."""
        text = self.text.replace("SUBJECT", f"<http://example.org/dataset/{random.randrange(size)}>")
        text = text.replace("OFFSET 0", f"OFFSET {random.randrange(9)}").replace(
            "LIMIT", f"LIMIT {random.randrange(15)}"
        )
        return replace(self, text=text.replace("BOMB", random.choice(_BOMBS)), accept=(random.choice(self.accept),))


_LONG: Final = f"SELECT * {{ ?s {_TITLE} ?t }} OFFSET 0 LIMIT000"
_SHARES: Final = {
    Paper("looked up", "SELECT * { SUBJECT ?p ?o }"): 200,
    Paper("looked up, packed", "SELECT * { SUBJECT ?p ?o }", packed=True): 50,
    Paper("described", "DESCRIBE SUBJECT", _RDF): 30,
    Paper("asked", f"ASK {{ SUBJECT {_TITLE} ?t }}", tuple(_ROWS)[:2]): 20,
    Paper("constructed", f"CONSTRUCT {{ ?s {_TITLE} ?t }} {{ ?s {_TITLE} ?t }} LIMIT00", _RDF): 10,
    Paper("long", _LONG): 5,
    Paper("long, packed", _LONG, packed=True): 5,
    Paper("long, slowly read", _LONG, pause=0.01): 5,
    Paper("long, packed, slowly read", _LONG, packed=True, pause=0.01): 5,
    Paper("nested", "BOMB"): 10,
    Paper("wrong", "SELECT * { SUBJECT ?p"): 20,
    Paper("refused", "SELECT * { SERVICE <http://127.0.0.1:9/> { SUBJECT ?p ?o } }"): 10,
    Paper("in no such form", "SELECT * { SUBJECT ?p ?o }", ("image/png",)): 10,
    Paper("too long a question", "SELECT * { SUBJECT ?p ?o }" + " " * 70_000): 10,
    Paper("too long an answer", "SELECT * { ?a ?b ?c . ?d ?e ?f }"): 1,
    Paper("endless", ENDLESS): 1,
}
"""What is asked, and how often beside the others."""


class Examination:
    """Asks a server on this port, whose generation has this store."""

    def __init__(self, port: int, store: Path, size: int) -> None:
        self._port = port
        self._store = Store.read_only(str(store))
        self._size = size

    def sit(self, number: int, threads: int) -> list[Outcome]:
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(self._one, range(number)))

    def _one(self, number: int) -> Outcome:
        (asked,) = random.choices(list(_SHARES), list(_SHARES.values()))
        asked = asked.written(self._size)
        address = f"127.0.0.{50 + number % 150}"
        began = time.monotonic()
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=60, source_address=(address, 0))) as connection:
            try:
                response = self._ask(connection, asked, number)
                body = b"".join(_pieces(response, asked.pause))
            except (OSError, HTTPException) as error:
                return Outcome(asked.kind, 0, time.monotonic() - began, 0, repr(error), address)
        fault = self._fault(asked, response, body) if response.status == 200 else ""
        return Outcome(asked.kind, response.status, time.monotonic() - began, len(body), fault, address)

    @staticmethod
    def _ask(connection: HTTPConnection, asked: Paper, number: int) -> HTTPResponse:
        headers = {"Accept": asked.accept[0], "Accept-Encoding": "gzip" if asked.packed else "identity"}
        if number % 2 and len(asked.text) < 5000:
            connection.request("GET", f"/sparql?{urlencode({'query': asked.text})}", headers=headers)
        else:
            headers["Content-Type"] = "application/sparql-query"
            connection.request("POST", "/sparql", asked.text.encode(), headers)
        return connection.getresponse()

    def _fault(self, asked: Paper, response: HTTPResponse, body: bytes) -> str:
        if response.getheader("Content-Length") not in (None, str(len(body))):
            return f"{len(body)} bytes of {response.getheader('Content-Length')}"
        if response.getheader("Content-Encoding") == "gzip":
            unpacker = zlib.decompressobj(31)
            body = unpacker.decompress(body)
            if not unpacker.eof:
                return "what is packed is cut"
        media_type = response.getheader("Content-Type", "").partition(";")[0]
        if asked.kind == "nested":
            return ""  # whole as its length or last chunk says; what it means takes the engine a deep stack to tell
        return "" if self._agrees(asked.text, media_type, body) else f"not what the engine says: {body[:200]!r}"

    def _agrees(self, text: str, media_type: str, body: bytes) -> bool:
        """Rows byte by byte; statements as a set, since numbers are typed on their way out."""
        result = self._store.query(text)
        if isinstance(result, QuerySolutions | QueryBoolean):
            return result.serialize(format=_ROWS[media_type]) == body
        form = RdfFormat.from_media_type(media_type)
        assert form is not None
        said = {(str(quad.subject), str(quad.predicate), _value(quad.object)) for quad in parse(body, form)}
        return said == {(str(triple.subject), str(triple.predicate), _value(triple.object)) for triple in result}


def _value(term: object) -> str:
    """Whole numbers of any type are one."""
    if isinstance(term, Literal) and term.datatype in (XSD.integer, XSD.nonNegativeInteger):
        return term.value
    return str(term)


def _pieces(response: HTTPResponse, pause: float) -> Iterator[bytes]:
    while piece := response.read(1 << 16):
        yield piece
        if pause:
            time.sleep(pause)
