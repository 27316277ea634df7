"""A portal on data of a test's own: what is published, asked without a server between."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from pyoxigraph import Dataset, RdfFormat, parse
from werkzeug.test import TestResponse

from api.app import create_app
from api.settings import Settings
from api.wiring import pipeline
from loaders.pipeline import Order

EXAMPLE = Path(__file__).parents[2] / "loaders" / "example"


def publish(data: Path, *locations: Path, source: str = "example") -> int:
    """Load documents as the whole state of a source and publish it; the number of the generation."""
    loaded = pipeline(Settings(data=data, isolation_required=False)).load(
        Order([str(location) for location in locations], source)
    )
    assert loaded.outcome is not None
    assert loaded.outcome.generation is not None
    return loaded.outcome.generation


@contextmanager
def portal(data: Path, **settings: Any) -> Iterator[FlaskClient]:
    app = create_app(Settings(data=data, **settings))
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
