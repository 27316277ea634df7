"""The LDES client of RDF-Connect keeps in step with our change feed, and asks only for what can have changed."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from api.settings import Settings
from api.wiring import pipeline
from loaders.pipeline import Order
from tests.support.followed import PIECES, PREFIXES
from tests.support.live import live
from tests.support.ports import free_port
from vocabularies.namespaces import AS

CLIENT: Final = Path(__file__).with_name("node_modules") / ".bin" / "ldes-client"
NODE: Final = shutil.which("node")

pytestmark = pytest.mark.skipif(
    NODE is None or not CLIENT.exists(), reason="the client is not installed: `make clients` does, with npm and node"
)


def test_the_client_takes_everything_and_then_what_is_new(tmp_path: Path) -> None:
    port = free_port()
    settings = Settings(data=tmp_path / "data", base=f"http://127.0.0.1:{port}", isolation_required=False)
    publish(settings, tmp_path, PIECES)
    with live(settings, port) as server:
        first = follow(server.address, tmp_path)
        assert {entity.rpartition("/")[2] for entity in first} == {"air", "water", "air.csv", "office"}
        publish(settings, tmp_path, {name: text for name, text in PIECES.items() if name != "water"})
        server.asked.clear()
        assert follow(server.address, tmp_path) == {"http://a.example/water": AS.Delete}
        assert [path for path in server.asked if re.fullmatch(r"/feed/\d+/\d+", path)] == ["/feed/2/1"]


def publish(settings: Settings, folder: Path, pieces: dict[str, str]) -> None:
    file = folder / "catalogue.ttl"
    file.write_text(PREFIXES + "".join(pieces.values()))
    pipeline(settings).load(Order([str(file)], "example"))


def follow(address: str, folder: Path) -> dict[str, NamedNode]:
    """Entity to the kind of its event, of what the client had not seen; it keeps what it knows in the folder."""
    assert NODE is not None
    command = [
        NODE,
        str(CLIENT),
        f"{address}/feed",
        "--no-shape",
        "--ordered",
        "ascending",
        "--save",
        str(folder / "s"),
    ]
    done = subprocess.run(command, check=True, capture_output=True, timeout=120)
    quads = list(parse(done.stdout, RdfFormat.N_QUADS))
    entities = {quad.subject: quad.object for quad in quads if quad.predicate == AS.object}
    kinds = {quad.subject: quad.object for quad in quads if quad.subject in entities and quad.object in _KINDS}
    return {entities[event].value: kind for event, kind in kinds.items()}


_KINDS: Final = (AS.Create, AS.Update, AS.Delete)
