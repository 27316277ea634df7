from collections.abc import Iterable
from ipaddress import ip_network
from typing import Any

import pytest

from api.http.forwarding import PEER, Forwarding

PROXIES = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("::1")]


def _seen(peer: str, forwarded: str | None) -> tuple[str, str | None]:
    """What the application takes for its client, and who is connected where that is somebody else."""
    environ: dict[str, Any] = {"REMOTE_ADDR": peer}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    seen = []

    def application(environ: dict[str, Any], _start: object) -> Iterable[bytes]:
        seen.append((environ["REMOTE_ADDR"], environ.get(PEER)))
        return []

    Forwarding(application, PROXIES)(environ, lambda *_: lambda _: None)
    return seen[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "192.0.2.7, 10.1.2.3", "192.0.2.7"),
        ("127.0.0.1", "192.0.2.7:4711", "192.0.2.7"),
        ("::1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "10.9.9.9", "10.9.9.9"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7, <script>", "127.0.0.1"),
    ],
)
def test_a_client_is_whom_the_last_proxy_of_ours_was_connected_with(
    peer: str, forwarded: str | None, client: str
) -> None:
    assert _seen(peer, forwarded) == (client, peer)


def test_nobody_else_is_believed() -> None:
    assert _seen("192.0.2.66", "198.51.100.1") == ("192.0.2.66", None)
    assert _seen("", "198.51.100.1") == ("", None)
