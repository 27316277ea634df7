"""The published generation as a web process reads it, and the move to the next one without dropping a request."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

from pyoxigraph import NamedNode, Store

from graph import ledger
from graph.errors import GenerationGone, NotFound, NotPublished, QueryBusy, StoreError
from graph.generations import Generation, Generations
from graph.iris import Iris
from graph.ledger import Entry, Ledger, Logged
from graph.shelf import Kept
from loaders import judging
from queries import answers, pointing
from queries.descriptions import Descriptions
from queries.extracts import Parts
from queries.headers import Query
from queries.labels import labels
from queries.references import Stub, stub
from queries.selections import LISTED, Selected, Selection, high_value, select
from queries.void import count as void
from queries.void.statistics import NAME, Statistics
from shapes.reporting.report import Report
from shapes.results import Results

INTERVAL: Final = 0.2
"""Seconds between two looks at `current`: a published generation is read well within a second."""

_IDLE: Final = 60.0
"""Seconds for which an older generation stays open after its last reader: the time between two pages of a crawl."""

_OLDER: Final = 4
"""Older generations that stay open without a reader."""

_LANES: Final = 2
"""Things that are found out at the same time, where nothing is prepared yet: one that takes long leaves a lane."""

_WAITING: Final = 8
"""Requests of a web process that may wait at the same time for what is not prepared yet."""

_LOOK: Final = 0.1
"""Seconds between two looks at what another process prepares."""

_GONE_ON_FROM: Final = ("chronicle",)
"""What is found out more quickly from what was known of the generation before."""

_LONGEST_ADDRESS: Final = 500
"""Characters of an address whose ETag is kept."""

_LOG: Final = logging.getLogger(__name__)


Counts = Mapping[str, tuple[tuple[str, int], ...]]
"""Facet to its values and how many have each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is of: words, a kind, and values by facet."""

    text: str
    kind: str | None
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()


class View:
    """One generation with what its pages share. What is here never changes, so whatever was found out can be kept."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.users = 0
        self.left = 0.0
        """When its last reader left, by the clock of who hands it out."""
        self.retired = False
        self._opening = threading.Lock()
        self._judging = threading.Lock()
        self._results: Results | None = None
        self._kinds: dict[str, dict[str, int]] = {}
        self._prepared: dict[str, Any] = {}
        self.labels: Callable[[str], Mapping[str, str]] = lru_cache(maxsize=20_000)(self._labels)
        self.entry: Callable[[str], Entry | None] = lru_cache(maxsize=20_000)(self._entry)
        self.iris_of_kind: Callable[[str], list[str]] = lru_cache(maxsize=8)(self._iris_of_kind)
        self.facets: Callable[[Asked, tuple[str, ...], int], Counts] = lru_cache(maxsize=512)(self._facets)
        self.selected: Callable[[Selection], Selected] = lru_cache(maxsize=32)(self._selected)
        self.stub: Callable[[str, str], Stub] = lru_cache(maxsize=20_000)(self._stub)
        self.pointing: Callable[[NamedNode], Mapping[NamedNode, int]] = lru_cache(maxsize=5_000)(self._pointing)
        self._high_value: AbstractSet[str] | None = None
        self.descriptions = Descriptions(generation.shelf, lambda: self.store, self.iris_of_kind)
        self.parts: Parts = {}
        self.reports: dict[str, Report] = {}
        """Reports on sources, by name: to count millions of results takes seconds."""
        self.etags: dict[tuple[str, ...], str] = {}
        self.bodies: dict[tuple[str, ...], bytes] = {}
        """What takes long to write and many ask for, by path, form and language: a few."""
        self._found: dict[str, Any] = {}
        self.before: Mapping[str, Any] = {}
        """What was found out of the generation that was read before this one."""
        self._finding = threading.Lock()
        self._asking = threading.Lock()
        self._asked: dict[str, Future[Any]] = {}
        self._lanes = threading.Semaphore(_LANES)
        self._closed = threading.Event()
        self._waiting = threading.Semaphore(_WAITING)
        self._statistics: Statistics | None = None

    @property
    def store(self) -> Store:
        with self._opening:
            return self.generation.store

    @contextmanager
    def results(self) -> Iterator[Results | None]:
        """The generation's validation results, for one thread at a time; None where nothing was validated."""
        with self._judging:
            if self._results is None and (self.generation.path / judging.NAME).exists():
                self._results = Results.open(self.generation.path / judging.NAME)
            yield self._results

    @property
    def number(self) -> int:
        return self.generation.number

    def prepared(self, name: str) -> Any:
        """An answer computed at publish; an empty list where that generation has none of that name."""
        if name not in self._prepared:
            try:
                self._prepared[name] = self.generation.prepared(name)
            except NotFound:
                self._prepared[name] = []
        return self._prepared[name]

    def counts(self) -> dict[str, int]:
        """Kind to its number of records."""
        if "counts" not in self._prepared:
            with self._opening:
                self._prepared["counts"] = self.generation.ledger.counts()
        counts: dict[str, int] = self._prepared["counts"]
        return counts

    def kinds_of(self, source: str) -> dict[str, int]:
        """Kind to its number of records from one source."""
        if source not in self._kinds:
            with self._opening:
                self._kinds[source] = self.generation.ledger.counts_of(f"source/{source}")
        return self._kinds[source]

    def by_key(self, key: str, kind: str) -> list[Entry]:
        with self._opening:
            return self.generation.ledger.by_key(key, kind)

    def _entry(self, iri: str) -> Entry | None:
        with self._opening:
            return self.generation.ledger.get(iri)

    def last_change(self, iri: str) -> Logged | None:
        """What the change log says of an IRI last: all there is to say of one that is gone."""
        with self._opening:
            return self.generation.ledger.last_change(iri)

    def changes_of(self, iri: str) -> list[Logged]:
        """All that the change log says of an IRI, oldest first."""
        with self._opening:
            return self.generation.ledger.changes_of(iri)

    def _labels(self, iri: str) -> Mapping[str, str]:
        try:
            return labels(self.store, NamedNode(iri))
        except ValueError:  # a source that wrote a text where an IRI belongs
            return {}

    def _iris_of_kind(self, kind: str) -> list[str]:
        with self._opening:
            return [entry.iri for entry in self.generation.ledger.of_kind(kind)]

    def part_of_kind(self, kind: str, first: int, count: int) -> list[Entry]:
        with self._opening:
            return list(self.generation.ledger.part_of_kind(kind, first, count))

    def _selected(self, selection: Selection) -> Selected:
        """What a harvest is of; a few selections are asked for page after page."""
        kinds = {kind: self.iris_of_kind(kind) for kind in LISTED}
        with self._opening:
            since = selection.modified_since
            first = 0 if since is None else self.generation.first_unseen(since)
        with closing(Ledger.reading(self.generation.path / ledger.NAME)) as own:  # it may take long: no page waits
            return select(selection, self.store, own, kinds.__getitem__, first)

    def _pointing(self, resource: NamedNode) -> Mapping[NamedNode, int]:
        """By which properties a thing is named, and how often: counting to the bound is the dear part of its page."""
        return pointing.counts(self.store, resource)

    def _stub(self, node: str, profile: str) -> Stub:
        return stub(self.store, node, profile)

    @property
    def high_value(self) -> AbstractSet[str]:
        """What is designated as of high value."""
        if self._high_value is None:
            self._high_value = high_value(self.store)
        return self._high_value

    def _facets(self, asked: Asked, names: tuple[str, ...], most: int) -> Counts:
        """The most frequent values of facets among what is asked for; the dearest part of a list, one for all pages."""
        filters = {name: list(values) for name, values in asked.filters}
        found = self.generation.search.search(
            asked.text, kind=asked.kind, filters=filters, limit=0, facets=names, most_values=most
        )
        return found.facets

    def answer(self, query: Query, form: str, patience: float) -> Kept:
        """What a question of the library without parameters is answered with, gzipped: prepared, or found out now.

        Raises QueryBusy where that takes more than `patience` seconds; it goes on, and the next to ask may have it.
        """
        kept = answers.kept(self.generation.shelf, query, form)
        if kept is not None:
            return kept
        forms = self._early(query.name, partial(_answered, self.store, query), patience)
        if forms is None:
            raise QueryBusy("the answer to this question is being prepared", 10)
        return Kept.of(forms[form])

    def statistics(self, patience: float) -> Statistics | None:
        """The numbers that VoID tells, prepared or found out now; None where that takes more than `patience`."""
        if self._statistics is None:
            found = void.kept(self.generation.shelf) or self._early(NAME, self._counted, patience)
            if found is not None:
                self.etags.clear()  # of descriptions without them
                self._statistics = found
        return self._statistics

    def _counted(self) -> Statistics | None:
        """Whoever prepares begins with these numbers, and to count twice at the same time is no faster."""
        found = None
        while found is None and self.generation.shelf.being_filled() and not self._closed.wait(_LOOK):
            found = void.kept(self.generation.shelf)
        if found is not None or self._closed.is_set():
            return found
        return void.count(self.store, Iris(self.generation.manifest.base))

    def _early(self, name: str, work: Callable[[], Any], patience: float) -> Any:
        """What is found out because somebody asks now: once for all who ask, and again where it failed.

        None where that takes too long, or as many as may wait do wait: the threads of the rest are for pages.
        """
        with self._asking:
            known = self._asked.get(name)
            if known is None or (known.done() and known.exception() is not None):
                known = self._asked[name] = Future()
                threading.Thread(target=self._find_out, args=(known, work), daemon=True).start()  # no exit waits for it
        if known.done():
            return known.result()
        if not self._waiting.acquire(blocking=False):
            return None
        try:
            return known.result(patience)
        except TimeoutError:
            return None
        finally:
            self._waiting.release()

    def _find_out(self, answer: "Future[Any]", work: Callable[[], Any]) -> None:
        with self._lanes:
            if self._closed.is_set():
                return
            try:
                answer.set_result(work())
            except BaseException as error:  # noqa: BLE001  raised where somebody waits for it
                answer.set_exception(error)

    def once(self, name: str, find: Callable[[], Any]) -> Any:
        """What is found out when it is first asked for, and the same for all who ask; they wait for each other."""
        with self._finding:
            if name not in self._found:
                self._found[name] = find()
            return self._found[name]

    def known(self, name: str) -> Any:
        """What was found out by that name, here or for who read before; None where nobody asked."""
        return self._found.get(name, self.before.get(name))

    def follow(self, earlier: "View") -> None:
        """Remember what can be gone on from, and nothing that holds the earlier generation open."""
        self.before = {name: earlier.known(name) for name in _GONE_ON_FROM}

    def close(self) -> None:
        self._closed.set()
        if self._results is not None:
            self._results.close()
        self.generation.close()

    def remember(self, request: tuple[str, ...], etag: str) -> None:
        """Keep the ETag of an answer, so that asking for it again costs no page; of no endless address."""
        if len(self.etags) < 50_000 and len(request[0]) < _LONGEST_ADDRESS:
            self.etags[request] = etag


def _answered(store: Store, query: Query) -> Mapping[str, bytes]:
    return answers.in_all_forms(answers.rows(store, query))


class Readers:
    """Hands each request the current generation. A request keeps the one it began with, whatever is published.

    Who crawls page by page asks for the generation that the crawl began with, as long as that is kept.
    """

    def __init__(self, generations: Generations, clock: Callable[[], float] = time.monotonic) -> None:
        self._generations = generations
        self._clock = clock
        self._lock = threading.Lock()
        self._view: View | None = None
        self._older: dict[int, View] = {}
        """Those that a crawl asked for, the one asked for last at the end."""
        self._looked = float("-inf")

    def acquire(self) -> View:
        """The current view, to be given back by `release`. Raises NotPublished when there is none."""
        with self._lock:
            return _taken(self._present())

    def at(self, number: int) -> View:
        """The view of a generation that is published or was, leased until it is given back by `release`.

        Raises NotFound for a number that no reader has seen yet, GenerationGone for one that is not kept any more.
        """
        with self._lock:
            present = self._present()
            if number == present.number:
                return _taken(present)
            if not 0 < number < present.number:
                raise NotFound("published generation", str(number))
            known = self._older.pop(number, None)
            if known is not None:
                self._older[number] = known
                return _taken(known)
        opened = self._opened(number, present.generation.manifest.base)
        with self._lock:
            known = self._older.setdefault(number, opened)
            if known is not opened:  # another request was quicker
                opened.close()
            return _taken(known)

    def release(self, view: View) -> None:
        with self._lock:
            view.users -= 1
            view.left = self._clock()
            self._close_unused(view)

    def close(self) -> None:
        with self._lock:
            for view in (*self._older.values(), *([self._view] if self._view is not None else ())):
                self._retire(view)
            self._older.clear()
            self._view = None

    def _present(self) -> View:
        if self._clock() - self._looked >= INTERVAL or self._view is None:
            self._look()
        if self._view is None:
            raise NotPublished("nothing is published yet: run `catalograph demo`, or `catalograph load`")
        return self._view

    def _opened(self, number: int, base: str) -> View:
        """One that was made for another base has other IRIs, and links that lead nowhere: it is as good as gone."""
        try:
            generation = self._generations.open(number)
        except (NotFound, StoreError) as error:
            raise GenerationGone(number) from error
        if generation.manifest.base != base:
            generation.close()
            raise GenerationGone(number)
        return View(generation)

    def _look(self) -> None:
        number = self._generations.current_number()
        if number is not None and (self._view is None or self._view.number != number):
            try:
                fresh = View(self._generations.current())
            except (NotFound, StoreError) as error:
                if self._view is None:
                    raise StoreError(f"the published generation cannot be read: {error}") from error
                _LOG.exception("generation %s cannot be read; generation %s stays", number, self._view.number)
            else:
                if self._view is not None:
                    fresh.follow(self._view)
                    self._retire(self._view)
                self._view = fresh
        self._looked = self._clock()
        self._forget_older()

    def _forget_older(self) -> None:
        """Close what no crawl has asked for in a while: a lease keeps a generation on the disk."""
        unused = [view for view in self._older.values() if not view.users]
        for view in unused:
            if self._looked - view.left >= _IDLE or len(self._older) > _OLDER:
                del self._older[view.number]
                self._retire(view)

    def _retire(self, view: View) -> None:
        view.retired = True
        self._close_unused(view)

    def _close_unused(self, view: View) -> None:
        if view.retired and view.users == 0:
            view.close()


def _taken(view: View) -> View:
    view.users += 1
    return view
