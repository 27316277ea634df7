"""Whose request it is where reverse proxies stand before us: what they say in X-Forwarded-For, and nobody else."""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PEER: Final = "catalograph.peer"
"""Where a request keeps the address of who is connected, which may be a proxy."""

Network = IPv4Network | IPv6Network


def peer(environ: Mapping[str, Any]) -> str:
    """The address of who is connected: the client, or the last proxy before us."""
    told: str = environ.get(PEER) or environ.get("REMOTE_ADDR", "")
    return told


class Forwarding:
    """Makes REMOTE_ADDR the address of the client, seen through the proxies that the operator names.

    Each proxy adds to the right whom it was connected with: the client is the first from the right that is no proxy of
    ours. What stands further left anybody may have written.
    """

    def __init__(self, served: "WSGIApplication", proxies: Sequence[Network]) -> None:
        self._served = served
        self._proxies = proxies

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        connected = environ.get("REMOTE_ADDR", "")
        if self._is_proxy(connected):
            environ[PEER] = connected
            environ["REMOTE_ADDR"] = self._client(environ, connected)
        return self._served(environ, start_response)

    def _client(self, environ: Mapping[str, Any], connected: str) -> str:
        client = connected
        for told in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            address = _address(told)
            if address is None:  # not written by a proxy of ours: whoever it was, this one let it in
                break
            client = address
            if not self._is_proxy(client):
                break
        return client

    def _is_proxy(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._proxies)


def _address(text: str) -> str | None:
    """An address as X-Forwarded-For has it, with a port or without."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None
