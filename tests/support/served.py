"""`catalograph serve` in a process of its own, for tests that speak HTTP."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.settings import Settings, as_environ
from tests.support.ports import free_port


@contextmanager
def server(data: Path, **others: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address."""
    usual = {"port": free_port(), "workers": 2, "pictures": False}
    settings = Settings(data=data, isolation_required=False, **{**usual, **others})  # type: ignore[arg-type]
    command = [sys.executable, "-P", "-m", "api.cli", "serve"]
    environ = {**os.environ, **as_environ(settings)}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line == f"Serving on http://127.0.0.1:{settings.port}\n"
            yield process, line.split()[-1]
        finally:
            if process.poll() is None:
                process.kill()
