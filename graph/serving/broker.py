"""The broker process: started here, supervised by whoever started it, reached by its socket."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Self

from graph.cage import NoIsolation, deny_sockets
from graph.errors import StoreError
from graph.serving.loop import Broker
from graph.serving.options import BrokerOptions


class BrokerProcess:
    """A running broker, for the process that supervises it; ends with it, or when closed."""

    def __init__(self, data: Path, options: BrokerOptions) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="catalograph-")  # only its owner may enter
        order = {"data": str(data.absolute()), "folder": self._folder.name, "options": asdict(options)}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "graph.serving.broker", json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the supervisor, which ends this process when its own are done
        )
        self.socket_path = Path(self._folder.name, "broker.sock")
        assert self.process.stdout is not None  # noqa: S101  asked for above
        if not self.process.stdout.readline():
            self.close()
            raise StoreError("the query broker could not be started; its reason is on standard error")

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        """End the broker and its workers, and wait until they are gone."""
        assert self.process.stdin is not None  # noqa: S101  asked for above
        assert self.process.stdout is not None  # noqa: S101  asked for above
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()


def start(data: Path, options: BrokerOptions) -> BrokerProcess:
    """Start the broker of a data directory; returns once web processes can connect. Raises StoreError."""
    return BrokerProcess(data, options)


def _isolation_available() -> bool:
    """Whether a child of ours can give up its sockets (forked before anything is opened or started here)."""
    child = os.fork()
    if child == 0:
        try:
            deny_sockets()
        except NoIsolation:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def main() -> None:
    """Be the broker that the one argument, JSON, describes."""
    order = json.loads(sys.argv[1])
    if order["options"]["isolation_required"] and not _isolation_available():
        sys.exit("query workers need seccomp or an empty network namespace, and this machine offers neither")
    broker = Broker(Path(order["data"]), Path(order["folder"]), BrokerOptions(**order["options"]), sys.stdin.buffer)
    broker.listen()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    broker.run()
    shutil.rmtree(order["folder"], ignore_errors=True)  # whoever started us may have been killed


if __name__ == "__main__":
    main()
