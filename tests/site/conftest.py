"""The example portal, crawled once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.settings import Settings
from graph.generations import Generations
from loaders.pictures.addresses import wanted
from loaders.pictures.album import Album
from loaders.pictures.bundled import take
from tests.site.crawl import Site, crawl, kinds
from tests.support.portal import EXAMPLE, portal, publish

_MOST = 3
"""Pages of each kind: what is true of three is true of the rest, or the long proof finds it."""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("site") / "data"
    publish(data, EXAMPLE)
    with Generations(data).current() as generation:
        take(Album(data), wanted(generation, 100), datetime.now(UTC))
    return data


@pytest.fixture(scope="session")
def site(published: Path) -> Site:
    with portal(published) as client:
        return crawl(client, Settings().base, _MOST, kinds(client))
