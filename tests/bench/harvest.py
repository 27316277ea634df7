"""How fast a harvester takes the whole catalogue home: page by page in Turtle, then again with the tags it kept."""

import http.client
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from tests.bench.pages import portal
from tests.bench.process import MeasurementFailed, measure
from tests.bench.table import Row, Target, median
from tests.bench.workbench import Workbench, command

FIRST: Final = Target("floor", 2_000)
AGAIN: Final = Target("floor", 10_000)
_START: Final = "/catalogue.ttl"
_NEXT: Final = re.compile(r'<([^<>]*)>; rel="next"')


def rows(bench: Workbench) -> Iterator[Row]:
    """Datasets a second of two crawls by one client; each first crawl meets web processes that have just begun."""
    measure([command("catalograph"), "--data", bench.portal, "prepare"])  # servers do it beside their work
    first, again = [], []
    for _ in range(bench.short_runs):
        with portal(bench) as port:
            harvester = _Harvester(port)
            first.append(bench.size / harvester.crawl(http.client.OK))
            again.append(bench.size / harvester.crawl(http.client.NOT_MODIFIED))
    yield Row(f"first crawl of {bench.size:,} datasets, all pages", median(first), None, "datasets/s", FIRST)
    yield Row("a second crawl, with entity tags", median(again), None, "datasets/s", AGAIN)


@dataclass(slots=True)
class _Harvester:
    """Follows the links in the headers, and keeps the entity tag of each page."""

    port: int
    tags: dict[str, str] = field(default_factory=dict)

    def crawl(self, status: int) -> float:
        """The seconds it took; each page must answer with this status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began, path = time.perf_counter(), _START
        while path:
            path = self._page(connection, path, status)
        connection.close()
        return time.perf_counter() - began

    def _page(self, connection: http.client.HTTPConnection, path: str, status: int) -> str:
        """The path of the next page; empty at the last."""
        headers = {"If-None-Match": self.tags[path]} if path in self.tags else {}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != status:
            raise MeasurementFailed(f"{path} answered {answer.status}, not {status}")
        self.tags[path] = answer.getheader("ETag", "")
        following = _NEXT.search(answer.getheader("Link", ""))
        if following is None:
            return ""
        address = urlsplit(following[1])
        return f"{address.path}?{address.query}"
