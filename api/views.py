"""One generation with what its pages share."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from typing import Any, Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store, Triple

from api.background.early import Early
from api.background.once import Once
from graph import ledger
from graph.errors import NotFound, QueryBusy
from graph.generations import Generation
from graph.index import Hits, Sort
from graph.iris import Iris
from graph.ledger import Entry, Ledger, Logged
from graph.record import DATASETS
from graph.shelf import Kept
from graph.store import closure
from loaders import judging, surveys
from queries import answers, pointing
from queries.descriptions import Descriptions
from queries.extracts import Parts
from queries.headers import Query
from queries.labels import labels, labels_in
from queries.outlined import Outlines
from queries.outlines import Outline
from queries.references import Stub, stub
from queries.selections import LISTED, Selected, Selection, high_value, select
from queries.void import count as void
from queries.void.statistics import NAME, Statistics
from shapes.reporting.report import Report
from shapes.results import Results

_LOOK: Final = 0.1
"""Seconds between two looks at what another process prepares."""

_GONE_ON_FROM: Final = ("chronicle", "listed")
"""What is found out more quickly from what was known of the generation before."""

_SELECTIONS: Final = 32
"""Selections that are kept."""

_LATEST: Final = 8
"""Datasets of which a page tells those that it does not tell otherwise."""

_LONGEST_ADDRESS: Final = 500
"""Characters of an address whose ETag is kept."""

_LONGEST_IRI: Final = 2_000
"""Characters of an IRI whose entry is remembered."""

_LISTS: Final = 512
"""Lists whose facets are counted once for all their pages."""

_SMALL: Final = 200
"""Statements of a resource that are remembered for the other parts of a page."""

_NAMING: Final = 20
"""Statements that name a resource and are read at once; of one that more name, each property is asked for."""

_LOOKED_AT: Final = 1_000
"""Statements that name a resource by a property, among which those of named things are looked for."""

Counts = Mapping[str, tuple[tuple[str, int], ...]]
"""Facet to its values and how many have each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is of: words, a kind, and values by facet."""

    text: str
    kind: str | None
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Which part of a list is read, in which order, by a reader of which language."""

    sort: Sort
    language: str
    offset: int = 0
    limit: int = 0


class View:
    """One generation with what its pages share. What is here never changes, so whatever was found out can be kept."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.users = 0
        self.left = 0.0
        """When its last reader left, by the clock of who hands it out."""
        self.crawled = float("-inf")
        """When a crawl last asked for it by its number, by the same clock."""
        self.superseded = float("inf")
        """The second since 1970 by which readers saw a newer one."""
        self.retired = False
        self._opening = threading.Lock()
        self._judging = threading.Lock()
        self._results: Results | None = None
        self._kinds: dict[str, dict[str, int]] = {}
        self._prepared: dict[str, Any] = {}
        self.labels: Callable[[str], Mapping[str, str]] = lru_cache(maxsize=20_000)(self._labels)
        self._small: Callable[[NamedNode | BlankNode], list[Triple]] = lru_cache(maxsize=256)(self._beginning)
        self._all_naming: Callable[[NamedNode], list[tuple[NamedNode, str]]] = lru_cache(maxsize=64)(self._naming)
        self._entries: Callable[[str], Entry | None] = lru_cache(maxsize=20_000)(self._entry)
        self.iris_of_kind: Callable[[str], list[str]] = lru_cache(maxsize=8)(self._iris_of_kind)
        self.facets: Callable[[Asked, tuple[str, ...], int], Counts] = lru_cache(maxsize=512)(self._facets)
        self._facet_counts: Once[tuple[Asked, tuple[str, ...], int], Counts] = Once(_LISTS)
        self.total: Callable[[Asked], int] = lru_cache(maxsize=4 * _LISTS)(self._total)
        self.meant: Callable[[str], str | None] = lru_cache(maxsize=_LISTS)(self._meant)
        self._outlines = Outlines(generation.shelf, lambda: self.store, self.iris_of_kind)
        self.outline: Callable[[str], Outline] = lru_cache(maxsize=4_000)(self._outlines.of)
        self._selections: Once[tuple[Selection, int], Selected] = Once(_SELECTIONS)
        self.stub: Callable[[str, str], Stub] = lru_cache(maxsize=20_000)(self._stub)
        self.pointing: Callable[[NamedNode], Mapping[NamedNode, int]] = lru_cache(maxsize=5_000)(self._pointing)
        self.latest: Callable[[str, str], tuple[tuple[str, ...], int]] = lru_cache(maxsize=5_000)(self._latest)
        self._high_value: AbstractSet[str] | None = None
        self.descriptions = Descriptions(generation.shelf, lambda: self.store, self.iris_of_kind)
        self.parts: Parts = {}
        self.reports: dict[str, Report] = {}
        """Reports on sources, by name: to count millions of results takes seconds."""
        self.etags: dict[tuple[str, ...], str] = {}
        self.bodies: dict[tuple[str, ...], bytes] = {}
        """What takes long to write and many ask for, by path, form and language: a few."""
        self._found: Once[str, Any] = Once()
        self.before: dict[str, Any] = {}
        """What was found out of the generation that was read before this one, until it is gone on from."""
        self._early = Early()
        self._statistics: Statistics | None = None
        self._surveys: dict[str, Any] = {}

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

    def entry(self, iri: str) -> Entry | None:
        """The owner's version of a record; of endless addresses none is remembered."""
        return self._entries(iri) if len(iri) <= _LONGEST_IRI else self._entry(iri)

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
            node = NamedNode(iri)
        except ValueError:  # a source that wrote a text where an IRI belongs
            return {}
        said = self._small(node)
        whole = len(said) <= _SMALL
        return labels_in(each for each in said if each.subject == node) if whole else labels(self.store, node)

    def closure(self, node: NamedNode | BlankNode, most: int = 100_000) -> Sequence[Triple]:
        """What is said of a resource and its blank nodes, so many triples at most; several parts of a page ask."""
        found = self._small(node)
        return found if len(found) <= _SMALL else closure(self.store, node, most)

    def naming(self, node: NamedNode, predicate: NamedNode, most: int) -> list[str]:
        """The IRIs of what names a resource by a property, so many at most."""
        found = self._all_naming(node)
        if len(found) <= _NAMING:
            here = (subject for by, subject in found if by == predicate and subject)
        else:
            quads = islice(self.store.quads_for_pattern(None, predicate, node, DefaultGraph()), _LOOKED_AT)
            here = (quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))
        return list(islice(here, most))

    def _naming(self, node: NamedNode) -> list[tuple[NamedNode, str]]:
        """Property and IRI of what names a resource, so many and one more."""
        quads = islice(self.store.quads_for_pattern(None, None, node, DefaultGraph()), _NAMING + 1)
        return [(quad.predicate, quad.subject.value if isinstance(quad.subject, NamedNode) else "") for quad in quads]

    def named(self, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        """The IRIs that are values of a property, in order."""
        found = self._small(subject)
        if len(found) <= _SMALL:
            values = [each.object for each in found if each.predicate == predicate and each.subject == subject]
        else:
            quads = self.store.quads_for_pattern(subject, predicate, None, DefaultGraph())
            values = [quad.object for quad in quads]
        return sorted((each for each in values if isinstance(each, NamedNode)), key=str)

    def _iris_of_kind(self, kind: str) -> list[str]:
        with self._opening:
            return [entry.iri for entry in self.generation.ledger.of_kind(kind)]

    def _beginning(self, node: NamedNode | BlankNode) -> list[Triple]:
        return closure(self.store, node, _SMALL + 1)

    def part_of_kind(self, kind: str, first: int, count: int) -> list[Entry]:
        with self._opening:
            return list(self.generation.ledger.part_of_kind(kind, first, count))

    def selected(self, selection: Selection) -> Selected:
        """What a harvest is of; a few selections are asked for page after page.

        Who asks for what changed since one moment or another, with no publication between, asks for the same.
        """
        since = selection.modified_since
        if since is None:
            first = 0
        else:
            with self._opening:
                first = self.generation.first_unseen(since)
            selection = replace(selection, modified_since=0.0)
        return self._selections.found((selection, first), partial(self._select, selection, first))

    def _select(self, selection: Selection, first: int) -> Selected:
        kinds = {kind: self.iris_of_kind(kind) for kind in LISTED}
        with closing(Ledger.reading(self.generation.path / ledger.NAME)) as own:  # it may take long: no page waits
            return select(selection, self.store, own, kinds.__getitem__, first)

    def _latest(self, publisher: str, theme: str) -> tuple[tuple[str, ...], int]:
        """The newest datasets of a publisher on a theme, some, and how many there are: the same on all their pages."""
        filters = {"publisher": [publisher], "theme": [theme]}
        found = self.generation.search.search("", kind=DATASETS, filters=filters, sort="modified", limit=_LATEST)
        return tuple(hit.iri for hit in found.hits), found.total

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

    def listed(self, asked: Asked, place: Place, names: tuple[str, ...] = (), most: int = 0) -> Hits:
        """A part of a list, with the most frequent values of facets: those are counted once for all its parts."""
        key = (asked, names, most)
        counts = self._facet_counts.known(key, {})
        found = self.generation.search.search(
            asked.text,
            kind=asked.kind,
            filters=dict(asked.filters),
            sort=place.sort,
            language=place.language,
            offset=place.offset,
            limit=place.limit,
            facets=() if counts else names,
            most_values=most,
        )
        return replace(found, facets=dict(self._facet_counts.found(key, lambda: found.facets)))

    def _total(self, asked: Asked) -> int:
        found = self.generation.search.search(asked.text, kind=asked.kind, filters=dict(asked.filters), limit=0)
        return 0 if found.relaxed else found.total

    def _meant(self, text: str) -> str | None:
        return self.generation.search.did_you_mean(text)

    def answer(self, query: Query, form: str, patience: float) -> Kept:
        """What a question of the library without parameters is answered with, gzipped: prepared, or found out now.

        Raises QueryBusy where that takes more than `patience` seconds; it goes on, and the next to ask may have it.
        """
        kept = answers.kept(self.generation.shelf, query, form)
        if kept is not None:
            return kept
        forms = self._early.found(query.name, partial(_answered, self.store, query), patience)
        if forms is None:
            raise QueryBusy("the answer to this question is being prepared", 10)
        return Kept.of(forms[form])

    def statistics(self, patience: float) -> Statistics | None:
        """The numbers that VoID tells, prepared or found out now; None where that takes more than `patience`."""
        if self._statistics is None:
            found = void.kept(self.generation.shelf) or self._early.found(NAME, self._counted, patience)
            if found is not None:
                self.etags.clear()  # of descriptions without them
                self._statistics = found
        return self._statistics

    def survey(self, name: str, patience: float) -> Any:
        """What is told of many records at once, prepared or found out now; None where it takes more than `patience`."""
        if name not in self._surveys:
            found = surveys.kept(self.generation, name)
            if found is None:
                work = partial(surveys.survey, name, self.store, self.generation.path)
                found = self._early.found(f"survey of {name}", work, patience)
            if found is None:
                return None
            self.etags.clear()  # of pages without it
            self._surveys[name] = found
        return self._surveys[name]

    def _counted(self) -> Statistics | None:
        """Whoever prepares begins with these numbers, and to count twice at the same time is no faster."""
        found = None
        while found is None and self.generation.shelf.being_filled() and not self._early.closed.wait(_LOOK):
            found = void.kept(self.generation.shelf)
        if found is not None or self._early.closed.is_set():
            return found
        return void.count(self.store, Iris(self.generation.manifest.base))

    def once(self, name: str, find: Callable[[], Any]) -> Any:
        """What is found out when it is first asked for, and the same for all who ask; they wait for each other."""
        found = self._found.found(name, find)
        self.before.pop(name, None)
        return found

    def known(self, name: str) -> Any:
        """What was found out by that name, here or for who read before; None where nobody asked."""
        before = self.before.get(name)
        return self._found.known(name, before)

    def follow(self, earlier: "View") -> None:
        """Remember what can be gone on from, and nothing that holds the earlier generation open."""
        self.before = {name: earlier.known(name) for name in _GONE_ON_FROM}

    def close(self) -> None:
        self._early.close()
        if self._results is not None:
            self._results.close()
        self.generation.close()

    def remember(self, request: tuple[str, ...], etag: str) -> None:
        """Keep the ETag of an answer, so that asking for it again costs no page; of no endless address."""
        if len(self.etags) < 50_000 and len(request[0]) < _LONGEST_ADDRESS:
            self.etags[request] = etag


def _answered(store: Store, query: Query) -> Mapping[str, bytes]:
    return answers.in_all_forms(answers.rows(store, query))
