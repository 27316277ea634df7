"""The processes of a running server: its web processes, its broker, the broker's workers, and what they hold."""

from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import busy, children, open_files, resident, state


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


@dataclass(frozen=True, slots=True)
class Service:
    """Looked at from outside, by what the kernel says."""

    pid: int

    @property
    def broker(self) -> int:
        (found,) = [pid for pid in children(self.pid) if "graph.serving.broker" in _command(pid)]
        return found

    @property
    def web(self) -> list[int]:
        return [pid for pid in children(self.pid) if "spawn_main" in _command(pid)]

    @property
    def workers(self) -> list[int]:
        return children(self.broker)

    @property
    def files(self) -> dict[int, int]:
        """Open file descriptors of the processes that last."""
        return {pid: open_files(pid) for pid in [self.broker, *self.web]}

    @property
    def memory(self) -> list[int]:
        """Resident bytes of each worker."""
        return [resident(pid) for pid in self.workers]

    def calm(self, workers: int) -> bool:
        """Whether there are so many workers, and none of them is a zombie or has anything to do."""
        found = self.workers
        return len(found) == workers and all(state(pid) == "S" for pid in found) and not busy(found)
