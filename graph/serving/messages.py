"""What is said between web process and worker (packed, on the hot path) and between web process and broker (JSON).

All channels are local sockets that keep message boundaries (SOCK_SEQPACKET); an open file or socket travels beside a
message where one is handed over.
"""

import array
import json
import os
import socket
import struct
from dataclasses import dataclass
from typing import Any, Final, Self

from graph.errors import (
    CageError,
    PortalError,
    QueryError,
    QueryParameterError,
    QueryRefused,
    QuerySyntaxError,
    QueryTooLarge,
)

LONGEST: Final = 192 << 10
"""Bytes of the longest message: a query with its graphs, or an answer that travels inline."""

_ANSWER: Final = struct.Struct("<BBIQ")
_WORN, _FILE, _RDF = 1, 2, 4
_ANSWERED, _FAILED, _NOT_OFFERED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Question:
    """A query with the names of the forms its answer may take: one for SELECT and ASK, one for CONSTRUCT and DESCRIBE.

    An empty name says that the client accepts none of that kind. Graphs are IRIs without spaces. `bindings` are
    variables and the terms that stand in for them, written as in N-Triples: bound by the worker, never pasted.
    """

    text: bytes
    results: str = "json"
    rdf: str = "turtle"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    bindings: tuple[tuple[str, str], ...] = ()

    def pack(self) -> bytes:
        graphs = f"{' '.join(self.default_graphs)}\t{' '.join(self.named_graphs)}"
        bound = json.dumps(self.bindings) if self.bindings else ""
        return f"{self.results}\t{self.rdf}\t{graphs}\t{bound}\n".encode() + self.text

    @classmethod
    def unpack(cls, message: bytes) -> Self:
        head, _, text = message.partition(b"\n")
        results, rdf, default, named, bound = head.decode().split("\t")
        bindings = tuple((name, term) for name, term in json.loads(bound)) if bound else ()
        return cls(text, results, rdf, tuple(default.split()), tuple(named.split()), bindings)


@dataclass(frozen=True, slots=True)
class Reply:
    """A worker's answer as it came over the channel; `handle` is the open file that holds a long one.

    `failure` says what went wrong instead. `form` is the name of the form used, empty where none was acceptable;
    `worn` asks for the worker's replacement.
    """

    length: int
    body: bytes = b""
    handle: int | None = None
    rdf: bool = False
    seconds: float = 0.0
    worn: bool = False
    failure: PortalError | None = None
    offered: bool = True


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
    )


_HANDLE_ROOM: Final = socket.CMSG_SPACE(array.array("i").itemsize)


def _handle(ancillary: list[tuple[int, int, bytes]]) -> int | None:
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS and len(data) >= 4:
            return int(array.array("i", data[:4])[0])
    return None


def _told(failure: PortalError) -> dict[str, Any]:
    match failure:
        case QuerySyntaxError():
            return {"kind": "syntax", "reason": failure.reason, "line": failure.line, "column": failure.column}
        case QueryTooLarge():
            return {"kind": "large", "limit": failure.limit, "unit": failure.unit}
        case QueryRefused():
            return {"kind": "refused", "reason": str(failure)}
        case QueryParameterError():
            return {"kind": "parameter", "reason": str(failure)}
        case QueryError():
            return {"kind": "query", "reason": str(failure)}
        case _:
            return {"kind": "crash", "reason": str(failure)}


def _retold(told: dict[str, Any]) -> PortalError:
    match told["kind"]:
        case "syntax":
            return QuerySyntaxError(told["reason"], told["line"], told["column"])
        case "large":
            return QueryTooLarge(told["limit"], told["unit"])
        case "refused":
            return QueryRefused(told["reason"])
        case "parameter":
            return QueryParameterError(told["reason"])
        case "query":
            return QueryError(told["reason"])
        case _:
            return CageError(told["reason"], "crash")


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
