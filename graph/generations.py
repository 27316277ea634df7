"""Generations: immutable, numbered states of the whole catalogue, changed only by cloning, sealing and flipping.

    generations/000042/   store/ (RocksDB)  search/ (tantivy)  ledger.sqlite  results.sqlite  prepared/  manifest.json
    prepared/000042/      what is made of it after the flip (graph/shelf.py)
    current               -> generations/000042
    published.tsv         which was seen from when on (graph/publications.py)

Nothing ever writes into a sealed folder. A crash leaves an unsealed one (`.unsealed-000043`), which `recover` deletes.
"""

import fcntl
import json
import os
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from pyoxigraph import Store

from graph import index, ledger
from graph import manifest as manifests
from graph.errors import NotFound, StoreError
from graph.indexing.names import StoreKnowledge
from graph.iris import Iris
from graph.ledger import Change, Ledger
from graph.manifest import Manifest
from graph.publications import Publications, seen_by_all
from graph.shelf import FOLDER, Shelf
from graph.store import Changes, open_sealed

_UNSEALED: Final = ".unsealed-"


class Generation:
    """One sealed generation, open for reading and leased: it is not removed while any process holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = Manifest.read(path)
        self._lease = os.open(path / manifests.NAME, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._lease, fcntl.LOCK_SH)
        self._store: Store | None = None
        self._ledger: Ledger | None = None
        self._search: index.Searcher | None = None
        self._begun: list[tuple[int, int]] | None = None

    @property
    def number(self) -> int:
        return self.manifest.number

    @property
    def shelf(self) -> Shelf:
        """What was made of it after the flip."""
        return Shelf(self.path.parent.parent / FOLDER / self.path.name, self.manifest.content)

    @property
    def store_path(self) -> Path:
        return self.path / "store"

    @property
    def store(self) -> Store:
        """A read-only handle, opened at first use. Raises StoreError when the store is damaged."""
        if self._store is None:
            self._store = open_sealed(self.store_path)
        return self._store

    @property
    def ledger(self) -> Ledger:
        if self._ledger is None:
            self._ledger = Ledger.reading(self.path / ledger.NAME)
        return self._ledger

    @property
    def search(self) -> index.Searcher:
        if self._search is None:
            self._search = index.Searcher(self.path / "search", StoreKnowledge(lambda: self.store))
        return self._search

    def prepared(self, name: str) -> Any:
        """What was computed at publish under this name. Raises NotFound for a name that was not prepared."""
        try:
            return json.loads((self.path / "prepared" / f"{name}.json").read_bytes())
        except FileNotFoundError as error:
            raise NotFound("prepared answer", name) from error

    def first_unseen(self, second: float) -> int:
        """The first generation with changes that readers had not seen by then; one beyond this one where they had all.

        Where nobody wrote down when it was published, it was before the load of a later one began.
        """
        begun = self._begun = self._begun or self.ledger.begun()
        following = [*begun, (self.number, int(self.manifest.sealed_at.timestamp()))]
        by_load = max((one for one, _ in begun for next_, at in following if one < next_ and at <= second), default=0)
        seen = Publications(self.path.parent.parent).seen(second, by_load)
        return next((number for number, _ in begun if number > seen), self.number + 1)

    def close(self) -> None:
        if self._ledger is not None:
            self._ledger.close()
        self._store = self._ledger = self._search = None
        os.close(self._lease)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Draft:
    """The generation being made: a clone of its parent that only this process sees, until it is sealed.

    As a context manager: what is not sealed when the block ends is removed.
    """

    def __init__(self, folder: Path, number: int, parent: Manifest | None, iris: Iris) -> None:
        self.folder = folder
        self.number = number
        self.parent = parent
        self.iris = iris
        self.vocabularies = dict(parent.vocabularies) if parent else {}
        self.sources = dict(parent.sources) if parent else {}
        self.retold = False
        """Whether our own records say something that no change of a source made them say."""
        self.unchanged = False
        """Whether the default graph is that of the parent."""
        self.ledger = Ledger.writing(folder / ledger.NAME)
        self._store: Store | None = Store(str(folder / "store"))
        self.changes = Changes(self._store, iris)
        self.unindexed = index.is_outdated(self.search)
        """Whether the records of the parent are in no index of this program, and so in none of this generation."""
        if self.unindexed:
            shutil.rmtree(self.search)
        index.IndexWriter(self.search)  # makes an empty one, or finds out now that it cannot be written

    @property
    def search(self) -> Path:
        """The folder of the search index; whoever changes it does so before the draft is sealed."""
        return self.folder / "search"

    @property
    def parent_folder(self) -> Path | None:
        """The sealed generation this one was cloned from."""
        return self.folder.parent / f"{self.parent.number:06d}" if self.parent else None

    @property
    def store(self) -> Store:
        """The writable store; changes go through `changes`, this is for reading once those are finished."""
        if self._store is None:
            raise StoreError(f"generation {self.number} is sealed")
        return self._store

    def seal(self, reason: str, now: datetime, target: Path) -> None:
        """Close and sync everything, write the manifest, and take the final name: from here on nothing changes."""
        counts = self._counts()
        self.ledger.close()
        self.store.flush()
        self.changes.close()
        self._store = None  # the last handle: RocksDB closes its files
        del self.changes
        manifests.sync_tree(self.folder)
        files = manifests.digests(self.folder, self.parent.files if self.parent else {})
        parent = self.parent.number if self.parent else None
        same_as = self.parent.content if self.parent and self.unchanged else ""
        manifest = Manifest(
            self.number, self.iris.base, now, reason, parent, counts, self.vocabularies, self.sources, files,
            same_as=same_as,
        )  # fmt: skip
        manifest.write(self.folder)
        manifests.sync_folder(self.folder)
        self.folder.rename(target)
        manifests.sync_folder(target.parent)

    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for (graph, owned), total in self.ledger.triples_by_graph().items():
            path = graph if owned else graph.replace("source/", "claims/", 1)
            name = f"{self.iris.base}/graph/{path}"
            counts[name] = counts.get(name, 0) + total
        return dict(sorted(counts.items()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.folder.exists():
            self.changes.close()
            self._store = None
            shutil.rmtree(self.folder, ignore_errors=True)


class Generations:
    """All generations of one data directory."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._folder = data / "generations"
        self._current = os.fspath(data / "current")

    def path(self, number: int) -> Path:
        return self._folder / f"{number:06d}"

    def numbers(self) -> list[int]:
        """The sealed generations, oldest first."""
        if not self._folder.is_dir():
            return []
        return sorted(int(entry.name) for entry in self._folder.iterdir() if entry.name.isdigit())

    def head_number(self) -> int | None:
        """The newest sealed generation, which the next load clones."""
        return max(self.numbers(), default=None)

    def current_number(self) -> int | None:
        """The generation that readers see; one readlink, so cheap enough to ask at each request."""
        try:
            return int(os.path.basename(os.readlink(self._current)))  # noqa: PTH115, PTH119  a hot path: no Path objects
        except FileNotFoundError:
            return None

    def publications(self) -> dict[int, int]:
        """Generation to the second since 1970 by which all readers saw it, of those that were published."""
        known = Publications(self._data).moments()
        for _ in range(3):  # a flip may fall between the two looks
            number = self.current_number()
            if number is None or number in known:
                break
            flipped = os.lstat(self._current).st_mtime  # its line is yet to be written, or never was
            if number == self.current_number():
                return {**known, number: seen_by_all(flipped)}
        return known

    def open(self, number: int) -> Generation:
        """Raises NotFound when the generation is not (or no longer) there."""
        try:
            generation = Generation(self.path(number))
        except (StoreError, FileNotFoundError) as error:
            if self.path(number).exists():
                raise
            raise NotFound("generation", str(number)) from error
        if not self.path(number).exists():  # it was removed between the look and the lease
            generation.close()
            raise NotFound("generation", str(number))
        return generation

    def current(self) -> Generation:
        """Raises NotFound when nothing is published yet."""
        for _ in range(3):  # a flip and a clean-up may fall between the two steps
            number = self.current_number()
            if number is None:
                raise NotFound("published generation", "current")
            try:
                return self.open(number)
            except NotFound:
                continue
        raise NotFound("published generation", str(number))

    def recover(self) -> list[str]:
        """Delete what an interrupted writer left; the caller holds the writer's lock. Returns the names removed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        left = [entry for entry in self._folder.iterdir() if entry.name.startswith(_UNSEALED)]
        for entry in left:
            shutil.rmtree(entry, ignore_errors=True)
        return sorted(entry.name for entry in left)

    def draft(self, iris: Iris, parent: int | None) -> Draft:
        """Clone `parent` (None: an empty catalogue) under the next number; the caller holds the writer's lock.

        Raises StoreError when the folder cannot be written, or when the parent was made for another base IRI.
        """
        try:
            return self._draft(iris, parent)
        except OSError as error:
            self.recover()
            raise StoreError(f"a new generation cannot be written in {self._folder}: {error}") from error

    def _draft(self, iris: Iris, parent: int | None) -> Draft:
        self.recover()
        number = (self.head_number() or 0) + 1
        folder = self._folder / f"{_UNSEALED}{number:06d}"
        folder.mkdir()
        (folder / "prepared").mkdir()
        if parent is None:
            return Draft(folder, number, None, iris)
        origin = self.path(parent)
        manifest = Manifest.read(origin)
        if manifest.base != iris.base:
            raise StoreError(
                f"generation {parent} was made for the base IRI {manifest.base}, the setting is {iris.base}: "
                "set CATALOGRAPH_BASE back, or run `catalograph rebuild` to mint all IRIs anew"
            )
        open_sealed(origin / "store").backup(str(folder / "store"))
        index.clone(origin / "search", folder / "search")
        shutil.copyfile(origin / ledger.NAME, folder / ledger.NAME)  # SQLite changes its file in place
        return Draft(folder, number, manifest, iris)

    def seal(self, draft: Draft, reason: str, now: datetime) -> int:
        """Seal a draft; readers do not see it before `flip`. Raises StoreError when the disk refuses."""
        try:
            draft.seal(reason, now, self.path(draft.number))
        except OSError as error:
            raise StoreError(f"generation {draft.number} could not be sealed: {error}") from error
        self.shelf(draft.number).remove()  # a number may have been another generation's, removed by hand
        if draft.unchanged and draft.parent is not None:
            self.shelf(draft.number).take_over(self.shelf(draft.parent.number))
        return draft.number

    def shelf(self, number: int) -> Shelf:
        """What was made of a sealed generation after its flip."""
        return Shelf(self._data / FOLDER / f"{number:06d}", Manifest.read(self.path(number)).content)

    def flip(self, number: int) -> None:
        """Make a sealed generation what readers see, at once and durably."""
        if number not in self.numbers():
            raise NotFound("generation", str(number))
        link = self._data / f".current-{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("generations") / f"{number:06d}")
        link.replace(self._data / "current")
        manifests.sync_folder(self._data)
        Publications(self._data).add(number, time.time())

    def rollback(self, number: int, iris: Iris, now: datetime) -> Draft:
        """A draft with the content of an older generation, numbered anew, whose change log says what that reverses."""
        head = self.head_number()
        if number not in self.numbers() or head is None:
            raise NotFound("generation", str(number))
        with self.open(head) as newest:
            reversed_changes = newest.ledger.difference(self.path(number) / ledger.NAME)
            logged = list(newest.ledger.changes())
            left = newest.ledger.departures(number + 1)
        draft = self.draft(iris, number)
        known = {(change.generation, change.iri) for change in draft.ledger.changes()}
        draft.ledger.log(change for change in logged if (change.generation, change.iri) not in known)
        draft.ledger.depart(left)
        draft.ledger.log(
            Change(draft.number, now, iri, kind, graph, change) for iri, kind, graph, change in reversed_changes
        )
        return draft

    def retain(self, keep: timedelta, minimum: int, now: datetime) -> list[int]:
        """Remove generations older than `keep`, but never the last `minimum`, the current one, or a leased one."""
        candidates = self.numbers()[:-minimum] if minimum else self.numbers()
        removed = []
        for number in candidates:
            if number == self.current_number() or Manifest.read(self.path(number)).sealed_at > now - keep:
                continue
            if self._remove_unleased(number):
                removed.append(number)
        return removed

    def _remove_unleased(self, number: int) -> bool:
        handle = os.open(self.path(number) / manifests.NAME, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            gone = self._folder / f"{_UNSEALED}removed-{number:06d}"  # from here on nobody can open it
            shelf = self.shelf(number)
            self.path(number).rename(gone)
            shelf.remove()
            shutil.rmtree(gone, ignore_errors=True)
        except BlockingIOError:
            return False
        finally:
            os.close(handle)
        return True
