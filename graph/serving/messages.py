"""What is said between web process and worker (packed, on the hot path) and between web process and broker (JSON).

All channels are local sockets that keep message boundaries (SOCK_SEQPACKET); an open file or socket travels beside a
message where one is handed over.
"""

import array
import json
import os
import socket
import struct
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from graph.errors import (
    CageError,
    PortalError,
    QueryError,
    QueryParameterError,
    QueryRefused,
    QueryServiceFailed,
    QuerySyntaxError,
    QueryTooLarge,
)

LONGEST: Final = 192 << 10
"""Bytes of the longest message: a query with its graphs, or an answer that travels inline."""

_ANSWER: Final = struct.Struct("<BBIQ")
_WORN, _FILE, _RDF = 1, 2, 4
_ANSWERED, _FAILED, _NOT_OFFERED, _NEEDING = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Search:
    """Words for the search index. `columns` are variables by what they take: thing, score, language, kind.

    Empty where nothing is asked: of any kind, in any language.
    """

    words: str
    kind: str
    language: str
    limit: int
    columns: dict[str, str]


@dataclass(frozen=True, slots=True)
class Need:
    """What a SERVICE block of a query asks of whom; `search` in the place of `query` where it is the search index.

    `line` and `column` say where in the query the block begins.
    """

    endpoint: str
    silent: bool
    line: int
    column: int
    query: str = ""
    search: Search | None = None


@dataclass(frozen=True, slots=True)
class Foreign:
    """What the asker of a query can fetch: `endpoints`, and the search index under any of the names in `indexes`.

    `rows` is the most that one block may give. Once fetched, `lengths` are the bytes of each block's answer (SPARQL
    results in JSON) in the file `handle`, one after the other; None for one that failed and is SILENT.
    """

    endpoints: tuple[str, ...]
    indexes: tuple[str, ...]
    rows: int
    lengths: tuple[int | None, ...] | None = None
    handle: int | None = None

    def as_text(self) -> str:
        return json.dumps([self.endpoints, self.indexes, self.rows, self.lengths])

    @classmethod
    def of(cls, text: str, handle: int | None) -> Self:
        endpoints, indexes, rows, lengths = json.loads(text)
        return cls(tuple(endpoints), tuple(indexes), rows, None if lengths is None else tuple(lengths), handle)


@dataclass(frozen=True, slots=True)
class Question:
    """A query with the names of the forms its answer may take: one for SELECT and ASK, one for CONSTRUCT and DESCRIBE.

    An empty name says that the client accepts none of that kind. Graphs are IRIs without spaces. `bindings` are
    variables and the terms that stand in for them, written as in N-Triples: bound by the worker, never pasted. Without
    `foreign` no SERVICE is answered.
    """

    text: bytes
    results: str = "json"
    rdf: str = "turtle"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    bindings: tuple[tuple[str, str], ...] = ()
    foreign: Foreign | None = None

    def pack(self) -> bytes:
        graphs = f"{' '.join(self.default_graphs)}\t{' '.join(self.named_graphs)}"
        bound = json.dumps(self.bindings) if self.bindings else ""
        foreign = self.foreign.as_text() if self.foreign else ""
        return f"{self.results}\t{self.rdf}\t{graphs}\t{bound}\t{foreign}\n".encode() + self.text

    @classmethod
    def unpack(cls, message: bytes, handle: int | None = None) -> Self:
        head, _, text = message.partition(b"\n")
        results, rdf, default, named, bound, told = head.decode().split("\t")
        bindings = tuple((name, term) for name, term in json.loads(bound)) if bound else ()
        foreign = Foreign.of(told, handle) if told else None
        return cls(text, results, rdf, tuple(default.split()), tuple(named.split()), bindings, foreign)


@dataclass(frozen=True, slots=True)
class Reply:
    """A worker's answer as it came over the channel; `handle` is the open file that holds a long one.

    `failure` says what went wrong instead; `needs` what must be fetched first. `form` is the name of the form used,
    empty where none was acceptable; `worn` asks for the worker's replacement.
    """

    length: int
    body: bytes = b""
    handle: int | None = None
    rdf: bool = False
    seconds: float = 0.0
    worn: bool = False
    failure: PortalError | None = None
    offered: bool = True
    needs: tuple[Need, ...] = ()


def send_question(channel: socket.socket, question: Question) -> None:
    """Ask a worker; the file with foreign rows travels beside the message."""
    handle = question.foreign.handle if question.foreign else None
    if handle is None:
        channel.send(question.pack())
    else:
        socket.send_fds(channel, [question.pack()], [handle])


def receive_question(channel: socket.socket, buffer: memoryview) -> Question | None:
    """The next question; None at the end."""
    count, ancillary, _, _ = channel.recvmsg_into([buffer], _HANDLE_ROOM, socket.MSG_CMSG_CLOEXEC)
    return Question.unpack(bytes(buffer[:count]), _handle(ancillary)) if count else None


def send_answer(
    channel: socket.socket, body: bytes, handle: int | None, length: int, *, rdf: bool, seconds: float, worn: bool
) -> None:
    flags = (_WORN if worn else 0) | (_RDF if rdf else 0) | (0 if handle is None else _FILE)
    head = _ANSWER.pack(_ANSWERED, flags, int(seconds * 1e6), length)
    if handle is None:
        channel.send(head + body)
    else:
        socket.send_fds(channel, [head], [handle])


def send_failure(channel: socket.socket, failure: PortalError, *, seconds: float, worn: bool) -> None:
    body = json.dumps(_told(failure)).encode()
    channel.send(_ANSWER.pack(_FAILED, _WORN if worn else 0, int(seconds * 1e6), len(body)) + body)


def send_not_offered(channel: socket.socket, *, rdf: bool, worn: bool) -> None:
    flags = (_WORN if worn else 0) | (_RDF if rdf else 0)
    channel.send(_ANSWER.pack(_NOT_OFFERED, flags, 0, 0))


def send_needs(channel: socket.socket, needs: tuple[Need, ...], *, seconds: float, worn: bool) -> None:
    """Say what must be fetched before the question can be answered. Raises QueryRefused when that is too much."""
    body = json.dumps([asdict(need) for need in needs], ensure_ascii=False).encode()
    if _ANSWER.size + len(body) > LONGEST:
        raise QueryRefused("the SERVICE blocks of this query, with its prefixes for each, are too long to be sent on")
    channel.send(_ANSWER.pack(_NEEDING, _WORN if worn else 0, int(seconds * 1e6), len(body)) + body)


def receive_reply(channel: socket.socket, buffer: memoryview) -> Reply | None:
    """The next answer; None when the worker is gone. Raises BlockingIOError when none came in the channel's time."""
    count, ancillary, _, _ = channel.recvmsg_into([buffer], _HANDLE_ROOM, socket.MSG_CMSG_CLOEXEC)
    if count < _ANSWER.size:
        return None
    status, flags, micro, length = _ANSWER.unpack_from(buffer)
    return Reply(
        length,
        body=bytes(buffer[_ANSWER.size : count]) if status == _ANSWERED else b"",
        handle=_handle(ancillary),
        rdf=bool(flags & _RDF),
        seconds=micro / 1e6,
        worn=bool(flags & _WORN),
        failure=_retold(json.loads(bytes(buffer[_ANSWER.size : count]))) if status == _FAILED else None,
        offered=status != _NOT_OFFERED,
        needs=_needs(json.loads(bytes(buffer[_ANSWER.size : count]))) if status == _NEEDING else (),
    )


def _needs(told: list[dict[str, Any]]) -> tuple[Need, ...]:
    return tuple(Need(**{**one, "search": Search(**one["search"]) if one["search"] else None}) for one in told)


_HANDLE_ROOM: Final = socket.CMSG_SPACE(array.array("i").itemsize)


def _handle(ancillary: list[tuple[int, int, bytes]]) -> int | None:
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS and len(data) >= 4:
            return int(array.array("i", data[:4])[0])
    return None


_BY_REASON: Final[dict[str, type[PortalError]]] = {
    "refused": QueryRefused,
    "parameter": QueryParameterError,
    "query": QueryError,
}
"""Kinds of failure that a reason says all of; the most special first."""


def _told(failure: PortalError) -> dict[str, Any]:
    match failure:
        case QuerySyntaxError():
            return {"kind": "syntax", "reason": failure.reason, "line": failure.line, "column": failure.column}
        case QueryTooLarge():
            return {"kind": "large", "limit": failure.limit, "unit": failure.unit}
        case QueryServiceFailed():
            return {"kind": "service", "endpoint": failure.endpoint, "reason": failure.reason, "late": failure.late}
        case _:
            kind = next((kind for kind, one in _BY_REASON.items() if isinstance(failure, one)), "crash")
            return {"kind": kind, "reason": str(failure)}


def _retold(told: dict[str, Any]) -> PortalError:
    match told["kind"]:
        case "syntax":
            return QuerySyntaxError(told["reason"], told["line"], told["column"])
        case "large":
            return QueryTooLarge(told["limit"], told["unit"])
        case "service":
            return QueryServiceFailed(told["endpoint"], told["reason"], late=told["late"])
        case "crash":
            return CageError(told["reason"], "crash")
        case kind:
            return _BY_REASON[kind](told["reason"])


def say(channel: socket.socket, message: dict[str, Any], handle: int | None = None) -> None:
    """Send one message between web process and broker."""
    data = json.dumps(message).encode()
    if handle is None:
        channel.send(data)
    else:
        socket.send_fds(channel, [data], [handle])


def hear(channel: socket.socket) -> tuple[dict[str, Any], int | None] | None:
    """The next message between web process and broker with what was handed over; None at the end."""
    data, ancillary, _, _ = channel.recvmsg(_CONTROL, _HANDLE_ROOM, socket.MSG_CMSG_CLOEXEC)
    if not data:
        return None
    message = json.loads(data)
    if not isinstance(message, dict):
        raise TypeError(message)
    return message, _handle(ancillary)


_CONTROL: Final = 8 << 10


def close_quietly(handle: int | None) -> None:
    if handle is not None:
        os.close(handle)
