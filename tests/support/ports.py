"""A free port on the loopback interface."""

import socket


def free_port() -> int:
    """Free a moment ago; nobody else has been given it by this machine in between, as a rule."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
