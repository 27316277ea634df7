"""A portal on data of a test's own: what is published, asked without a server between."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from pyoxigraph import Dataset, RdfFormat, parse
from werkzeug.test import TestResponse

from api.app import create_app
from api.settings import Settings
from api.wiring import pipeline
from loaders.pipeline import Order
from tests.support.kept import kept

EXAMPLE = Path(__file__).parents[2] / "loaders" / "example"


def publish(data: Path, *locations: Path, source: str = "example") -> int:
    """Load documents as the whole state of a source and publish it; the number of the generation.

    What has been published before as the first of a data directory is taken from there.
    """
    if not data.exists():
        kept(data, lambda made: _publish(made, locations, source), "published", source, documents=locations)
        return 1
    return _publish(data, locations, source)


def _publish(data: Path, locations: tuple[Path, ...], source: str) -> int:
    loaded = pipeline(Settings(data=data, isolation_required=False)).load(
        Order([str(location) for location in locations], source)
    )
    assert loaded.outcome is not None
    assert loaded.outcome.generation is not None
    return loaded.outcome.generation


class _Compiled(BytecodeCache):
    """Templates are the same in every portal: each is compiled once."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if known := self._code.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


@cache
def _compiled() -> _Compiled:
    return _Compiled()


@contextmanager
def portal(data: Path, **settings: Any) -> Iterator[FlaskClient]:
    app = create_app(Settings(data=data, **settings))
    app.jinja_env.bytecode_cache = _compiled()
    app.testing = False  # errors are answered, as they are for readers
    with app.test_client() as client:
        yield client


def page(client: FlaskClient, path: str, language: str = "en") -> TestResponse:
    """Ask as a browser does."""
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    return client.get(path, headers={"Accept": accept, "Accept-Language": language})


def rdf(answer: TestResponse) -> Dataset:
    form = RdfFormat.from_media_type(answer.mimetype or "")
    assert form is not None
    return Dataset(parse(answer.data, form))
