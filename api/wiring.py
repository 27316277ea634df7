"""Settings into the arguments of the lower layers."""

from datetime import timedelta

from api.settings import Settings
from graph.cage import Limits
from graph.iris import Iris
from loaders.fetch import FetchLimits
from loaders.paging import CrawlLimits
from loaders.pipeline import Pipeline
from loaders.reading import Limiting
from loaders.unpack import UnpackLimits


def pipeline(settings: Settings) -> Pipeline:
    """The pipeline of the settings' data directory, with their limits."""
    limits = Limiting(
        parse=Limits(cpu_seconds=settings.parse_seconds, memory=settings.parse_memory),
        fetch=FetchLimits(
            deadline=settings.fetch_seconds, raw_bytes=settings.fetch_bytes, redirects=settings.fetch_redirects
        ),
        unpack=UnpackLimits(unpacked_bytes=settings.fetch_unpacked_bytes, ratio=settings.fetch_ratio),
        crawl=CrawlLimits(pages=settings.fetch_pages),
        allow_private_addresses=settings.allow_private_addresses,
        isolation_required=settings.isolation_required,
        keep=timedelta(seconds=settings.keep),
        retained=settings.retained,
        archive_age=timedelta(days=settings.archive_days),
    )
    return Pipeline(settings.data, Iris(settings.base), limits)
