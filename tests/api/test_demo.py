"""The example in one command: where its resources are named."""

from pathlib import Path

import pytest

from api.demo import base_of
from api.settings import Settings
from tests.support.portal import EXAMPLE, publish


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        (Settings(port=8123), "http://127.0.0.1:8123"),
        (Settings(port=0), "http://127.0.0.1:8000"),
        (Settings(host="0.0.0.0", port=8123), "http://127.0.0.1:8000"),  # noqa: S104  nobody listens
        (Settings(port=8123, base="https://data.example"), "https://data.example"),
    ],
)
def test_an_example_is_named_where_it_is_read(settings: Settings, base: str, tmp_path: Path) -> None:
    assert base_of(Settings(host=settings.host, port=settings.port, base=settings.base, data=tmp_path)) == base


def test_what_is_published_keeps_its_names(tmp_path: Path) -> None:
    publish(tmp_path / "data", EXAMPLE)
    assert base_of(Settings(port=8123, data=tmp_path / "data")) == "http://127.0.0.1:8000"
