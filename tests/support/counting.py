"""A target for the cage that reads a document and says how many statements it has."""

from pathlib import Path
from typing import Any, BinaryIO

from loaders.parse import statements


def count(argument: dict[str, Any], out: BinaryIO) -> None:
    quads = statements(Path(argument["path"]), argument["form"], "http://base.example/", "document", lambda _: None)
    out.write(b"%d" % sum(1 for _ in quads))
