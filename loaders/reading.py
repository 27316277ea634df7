"""From locations to records: fetched, archived, unpacked, and parsed in the cage. Nothing is loaded."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final

from pyoxigraph import Quad, RdfFormat, parse

from graph.cage import Child, Limits
from graph.errors import CageError, SourceError, StoreError
from graph.iris import Iris
from loaders.archive import Archive
from loaders.assemble import Given
from loaders.fetch import Fetcher, FetchLimits
from loaders.handover import Frame, Handover
from loaders.paging import CrawlLimits
from loaders.parse import Fault
from loaders.sources.dcat import DcatSource, Document, Known
from loaders.unpack import UnpackLimits

WORK: Final = ".work-"
"""What the names of folders begin with that a run unpacks into."""

_NONE: Final[Mapping[str, Known]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Limiting:
    """What a run may use; all from the settings."""

    parse: Limits = field(default_factory=Limits)
    fetch: FetchLimits = field(default_factory=FetchLimits)
    unpack: UnpackLimits = field(default_factory=UnpackLimits)
    crawl: CrawlLimits = field(default_factory=CrawlLimits)
    allow_private_addresses: bool = False
    isolation_required: bool = True
    keep: timedelta = timedelta(hours=48)
    retained: int = 3
    archive_age: timedelta = timedelta(days=30)


def present() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads sources into one data directory's archive."""

    data: Path
    iris: Iris
    tables: Path
    """Where the operator's newer authority tables are, if there are any."""
    limits: Limiting = field(default_factory=Limiting)
    clock: Callable[[], datetime] = present

    @property
    def archive(self) -> Archive:
        return Archive(self.data / "archive")

    @contextmanager
    def work(self) -> Iterator[Path]:
        """A folder for what is unpacked, beside the data so that a full disk is met here."""
        folder = Path(tempfile.mkdtemp(prefix=WORK, dir=self.data))
        try:
            yield folder
        except OSError as error:
            raise StoreError(f"the data directory {self.data} could not be written: {error}") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def collect(
        self, locations: Sequence[str], form: str | None, work: Path, now: datetime, known: Mapping[str, Known] = _NONE
    ) -> list[Document]:
        """What the locations hold, archived and unpacked; `known` is what was there the last time, by address."""
        limits = self.limits
        source = DcatSource(
            fetcher=Fetcher(work, limits.fetch, allow_private_addresses=limits.allow_private_addresses),
            archive=self.archive,
            work=work,
            now=now,
            format=form,
            unpacking=limits.unpack,
            crawling=limits.crawl,
            cage=limits.parse,
            isolation_required=limits.isolation_required,
            known=known,
        )
        return list(source.collect(locations))

    @contextmanager
    def reading(self, target: str, documents: list[Document], source: str, handover: Handover) -> Iterator[IO[bytes]]:
        """What a function of loaders.assemble says of documents, which it reads in the cage."""
        limits = self.limits.parse
        argument = {
            "documents": [asdict(_given(document)) for document in documents],
            "source": source,
            "base": self.iris.base,
            "mark": handover.mark,
            "tables": str(self.tables.absolute()),
            "cpu_seconds": limits.cpu_seconds,
            "memory": limits.memory,
            "isolation_required": self.limits.isolation_required,
        }
        isolated = self.limits.isolation_required
        with Child(f"loaders.assemble:{target}", argument, limits, isolation_required=isolated) as child:
            yield child.out
            _finish(child, documents)

    def frames(self, locations: Sequence[str], form: str | None, faults: list[Fault]) -> Iterator[Frame]:
        """The records of documents as received, and as repair would publish them, read in the cage; nothing is loaded.

        They come in the byte order of subjects; what could not be read is in `faults` behind the last of them.
        """
        with self.work() as work:
            documents = self.collect(locations, form, work, self.clock())
            handover = Handover.fresh()
            with self.reading("received", documents, "received", handover) as told:
                yield from handover.frames(told, faults)

    def received(self, locations: Sequence[str], form: str | None) -> tuple[Iterator[Quad], list[Fault]]:
        """The statements of documents as they are, parsed in the cage; nothing is loaded."""
        faults: list[Fault] = []
        triples = b"".join(frame.as_received for frame in self.frames(locations, form, faults))
        return parse(triples, RdfFormat.N_TRIPLES), faults


def _finish(child: Child, documents: list[Document]) -> None:
    try:
        child.finish()
    except CageError as error:
        raise SourceError(", ".join(document.location for document in documents[:3]), str(error)) from error


def _given(document: Document) -> Given:
    return Given(str(document.path), document.format, document.base_iri, document.location)
