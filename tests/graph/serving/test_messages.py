import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import (
    CageError,
    PortalError,
    QueryError,
    QueryParameterError,
    QueryRefused,
    QuerySyntaxError,
    QueryTooLarge,
)
from graph.serving.messages import (
    LONGEST,
    Question,
    Reply,
    hear,
    receive_reply,
    say,
    send_answer,
    send_failure,
    send_not_offered,
)

Channels = tuple[socket.socket, socket.socket]


@pytest.fixture
def channels() -> Iterator[Channels]:
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with near, far:
        yield near, far


def _reply(channel: socket.socket) -> Reply:
    reply = receive_reply(channel, memoryview(bytearray(LONGEST)))
    assert reply is not None
    return reply


def test_a_question_survives_its_packing() -> None:
    question = Question("ASK\n{}\té".encode(), "csv", "", ("http://a/", "http://b/"), ("http://c/",))
    assert Question.unpack(question.pack()) == question
    assert Question.unpack(Question(b"").pack()) == Question(b"")


def test_a_small_answer_travels_inline(channels: Channels) -> None:
    send_answer(channels[0], b"body", None, 4, rdf=True, seconds=0.5, worn=True)
    assert _reply(channels[1]) == Reply(4, b"body", None, rdf=True, seconds=0.5, worn=True)


def test_a_large_answer_travels_as_an_open_file(channels: Channels, tmp_path: Path) -> None:
    (tmp_path / "answer").write_bytes(b"long")
    with (tmp_path / "answer").open("rb") as file:
        send_answer(channels[0], b"", file.fileno(), 4, rdf=False, seconds=0, worn=False)
    reply = _reply(channels[1])
    assert reply.handle is not None
    assert not os.get_inheritable(reply.handle)
    assert os.read(reply.handle, 10) == b"long"
    os.close(reply.handle)


@pytest.mark.parametrize(
    "failure",
    [
        QuerySyntaxError("expected }", 2, 3),
        QueryTooLarge(5, "bytes of answer"),
        QueryRefused("no"),
        QueryParameterError("which?"),
        QueryError("could not"),
        CageError("died", "crash"),
    ],
)
def test_a_failure_arrives_as_what_it_was(channels: Channels, failure: PortalError) -> None:
    send_failure(channels[0], failure, seconds=0, worn=False)
    told = _reply(channels[1]).failure
    assert type(told) is type(failure)
    assert str(told) == str(failure)


def test_a_form_nobody_accepts_is_no_failure_of_the_query(channels: Channels) -> None:
    send_not_offered(channels[0], rdf=True, worn=False)
    reply = _reply(channels[1])
    assert (reply.offered, reply.rdf, reply.failure) == (False, True, None)


def test_a_dead_worker_has_no_reply(channels: Channels) -> None:
    channels[0].close()
    assert receive_reply(channels[1], memoryview(bytearray(LONGEST))) is None


def test_the_broker_is_heard_with_what_it_hands_over(channels: Channels, tmp_path: Path) -> None:
    (tmp_path / "thing").write_bytes(b"thing")
    with (tmp_path / "thing").open("rb") as file:
        say(channels[0], {"op": "grant"}, file.fileno())
    say(channels[0], {"op": "recall"})
    heard = hear(channels[1])
    assert heard is not None
    assert heard[0] == {"op": "grant"}
    assert heard[1] is not None
    assert os.read(heard[1], 10) == b"thing"
    os.close(heard[1])
    assert hear(channels[1]) == ({"op": "recall"}, None)
    channels[0].close()
    assert hear(channels[1]) is None
