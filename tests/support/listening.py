"""A listener that nobody should ever call, and names that nobody should look up."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass(slots=True)
class Listener:
    """Where it listens, and from where it was called."""

    port: int
    callers: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/trap"


@contextlib.contextmanager
def listening() -> Iterator[Listener]:
    """A listener on all of loopback; whoever calls is written down and hung up on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = Listener(server.getsockname()[1])
        server.settimeout(0.05)
        ended = threading.Event()

        def accept() -> None:
            while not ended.is_set():
                with contextlib.suppress(TimeoutError):
                    caller, address = server.accept()
                    listener.callers.append(address)
                    caller.close()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener
        finally:
            ended.set()
            thread.join()


def looked_up(patched: pytest.MonkeyPatch) -> list[str]:
    """The names that this process looks up from now on."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def counting(host: Any, *arguments: Any, **named: Any) -> Any:
        asked.append(str(host))
        return real(host, *arguments, **named)

    patched.setattr(socket, "getaddrinfo", counting)
    return asked
