"""What a first visit costs: bytes of page, styles and scripts as they travel, and requests.

The query editor's page, which loads the editor, is left out.
"""

from pathlib import Path

from api.http.compression import BROTLI
from tests.site.crawl import Site, inner, visit
from tests.support.portal import portal

BYTES = 60_000
REQUESTS = 3


def test_no_page_weighs_much(site: Site, published: Path) -> None:
    heavy = []
    with portal(published) as client:
        weights: dict[str, int] = {}
        for path, page in site.pages.items():
            loaded = [inner(site.base, path, address) for address in page.head.loaded()]
            for address in loaded:
                assert address is not None, f"{path} loads from another site"
                if address not in weights:
                    weights[address] = len(BROTLI.whole(visit(client, address).get_data()))
            whole = len(BROTLI.whole(page.html)) + sum(weights[address] for address in loaded if address)
            if (whole > BYTES or len(loaded) + 1 > REQUESTS) and "/sparql" not in path:
                heavy.append((path, whole, len(loaded) + 1))
    assert not heavy
