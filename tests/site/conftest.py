"""The example portal, crawled once."""

from pathlib import Path

import pytest

from api.settings import Settings
from tests.site.crawl import Site, crawl, kinds
from tests.support.portal import EXAMPLE, portal, publish

_MOST = 3
"""Pages of each kind: what is true of three is true of the rest, or the long proof finds it."""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("site") / "data"
    publish(data, EXAMPLE)
    return data


@pytest.fixture(scope="session")
def site(published: Path) -> Site:
    with portal(published) as client:
        return crawl(client, Settings().base, _MOST, kinds(client))
