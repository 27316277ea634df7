"""Some resources of the catalogue with all that belongs to them: a document that can be judged by itself.

Its statements are rows of text (graph.serialise), since a page has thousands of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store, Triple

from graph.record import kind_of
from graph.serialise import Row, row
from queries.closures import LONGEST, NOT_FOLLOWED, PARTS
from queries.fetching import Fetched
from queries.references import Range, Stub, rows, rules, stub
from vocabularies.namespaces import DCAT, DCT, FOAF, PROV, RDF, SPDX

Stubs = Callable[[str, str], Stub]
"""By profile what stands for a resource that is named only; a generation never changes, so it may remember."""

_TYPE: Final = str(RDF.type)
_CATALOG_RECORD: Final = str(DCAT.CatalogRecord)
_CHECKSUM: Final = str(SPDX.checksum)
_CONFORMS_TO: Final = str(DCT.conformsTo)
_SOURCE: Final = str(PROV.hadPrimarySource)
_LICENCE: Final = str(DCT.license)
_LISTED: Final = frozenset(map(str, (DCAT.Dataset, DCAT.DatasetSeries)))
"""What a link may be left out to: a distribution without its service would be no high-value one."""

_NOT_FOLLOWED: Final = frozenset(map(str, NOT_FOLLOWED))
_PRIMARY_TOPIC: Final = FOAF.primaryTopic
_DEFAULT: Final = DefaultGraph()

Parts = dict[str, list[Row]]
"""What was read of organisations and the like, which page after page names."""

_REMEMBERED: Final = 10_000
"""Resources that are kept in Parts."""

_NOTHING_FETCHED: Final = Fetched({}, {})

_LOOKED_AT: Final = 200
"""Rows of a resource that are read before its class is known: a catalogue has one for each of its datasets."""


class Extract:
    """Collects statements; each resource is told once, however many name it."""

    def __init__(
        self,
        store: Store,
        base: str,
        profile: str = "dcat-ap",
        stubs: Stubs | None = None,
        among: AbstractSet[str] | None = None,
        licences: Mapping[str, str] = MappingProxyType({}),
        fetched: Fetched = _NOTHING_FETCHED,
        parts: Parts | None = None,
    ) -> None:
        """`among` are the IRIs of datasets and series that may be named at all: links to others are left out.

        `licences` are those of the descriptions, by source.
        """
        self._store = store
        self._ours = f"<{base}"
        self._rules = rules(profile)
        self._profile = profile
        self._stubs = stubs or partial(stub, store)
        self._among = among
        self._licences = {f"<{source}>": f"<{licence}>" for source, licence in licences.items()}
        self._fetched = fetched
        self._parts = {} if parts is None else parts
        self._rows: list[Row] = []
        self._met: set[str] = set()
        """What was told, or is no part of anything."""

    def add(self, iri: NamedNode) -> list[NamedNode]:
        """Tell a resource, its parts and its catalogue records; gives the records."""
        self._tell(str(iri), member=True)
        return list(self._records(iri))

    def extend(self, triples: Iterable[Triple]) -> None:
        """Statements besides."""
        self._rows += map(row, triples)

    def statements(self) -> list[Row]:
        """All of them, and what stands for those that are named only. To be asked for once."""
        if self._among is not None:
            self._rows = [one for one in self._rows if self._may_be_named(one, self._among)]
        found = _Reading(self._rules.ranges)
        found.read(self._rows)
        while found.unknown:
            self._stand_in(found.unknown.pop(), found)
        for node, wanted in found.named.items():
            classes, predicates = found.described.get(node, _NOTHING)
            self._rows += [(node, _TYPE, one.itself) for one in wanted if one.fits(classes, predicates)]
        return self._rows

    def _tell(self, first: str, *, member: bool = False) -> None:
        waiting, limit = [first], len(self._rows) + LONGEST
        while waiting and len(self._rows) < limit:
            part = waiting.pop()
            if part not in self._met:
                self._met.add(part)
                told = self._closure(part, member=member and part is first)
                self._rows += told
                waiting += [value for _, predicate, value in told if value[0] == "<" and predicate not in _NOT_FOLLOWED]

    def _closure(self, part: str, *, member: bool) -> list[Row]:
        """What is said of a resource and its blank nodes; nothing of one that is no part of another."""
        if part in self._fetched.rows:
            return self._read(part, member=member)
        known = self._parts.get(part)
        if known is None:
            known = self._read(part, member=member)
            if not member and len(self._parts) < _REMEMBERED:
                self._parts[part] = known
        return known

    def _read(self, part: str, *, member: bool) -> list[Row]:
        found = self._own(part, member=member)
        seen: set[str] = set()
        waiting = [value for _, _, value in found if value[0] == "_"]
        while waiting and len(found) < LONGEST:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                told = self._fetched.rows.get(node) or rows(self._store, BlankNode(node[2:]))
                found += told
                waiting += [value for _, _, value in told if value[0] == "_"]
        return found

    def _own(self, part: str, *, member: bool) -> list[Row]:
        """What is said of a resource itself, where it is to be told."""
        fetched = self._fetched.rows.get(part)
        if fetched is not None:
            return list(fetched) if member or self._is_part(part, fetched) else []
        quads = self._store.quads_for_pattern(NamedNode(part[1:-1]), None, None, _DEFAULT)
        found = list(map(row, islice(quads, _LOOKED_AT)))
        if not found or not (member or self._is_part(part, found)):
            return []
        return [*found, *map(row, quads)]

    def _is_part(self, part: str, found: Sequence[Row]) -> bool:
        if len(found) == _LOOKED_AT:
            found = rows(self._store, NamedNode(part[1:-1]), RDF.type)
        return kind_of(value[1:-1] for _, predicate, value in found if predicate == _TYPE) in PARTS

    def _records(self, iri: NamedNode) -> Iterator[NamedNode]:
        about = self._fetched.records.get(str(iri))
        if about is None:
            about = [str(quad.subject) for quad in self._store.quads_for_pattern(None, _PRIMARY_TOPIC, iri, _DEFAULT)]
        for record in sorted(set(about)):
            if record[0] != "<":
                continue
            told = self._entry(record) if record.startswith(self._ours) else self._closure(record, member=True)
            self._rows += told
            for _, predicate, value in told:
                if predicate == _CONFORMS_TO:
                    self._tell(value)
            if (record, _TYPE, _CATALOG_RECORD) in told:
                yield NamedNode(record[1:-1])

    def _entry(self, record: str) -> list[Row]:
        """Our own record, without the checksum that it has for itself: the profiles know none of it."""
        known = self._fetched.rows.get(record) or rows(self._store, NamedNode(record[1:-1]))
        told = [one for one in known if one[1] != _CHECKSUM]
        sources = (value for _, predicate, value in told if predicate == _SOURCE)
        return told + [(record, _LICENCE, self._licences[one]) for one in sources if one in self._licences]

    def _may_be_named(self, one: Row, among: AbstractSet[str]) -> bool:
        range_ = self._rules.ranges.get(one[1])
        return range_ is None or range_.itself not in _LISTED or one[2][0] != "<" or one[2][1:-1] in among

    def _stand_in(self, node: str, found: "_Reading") -> None:
        if node in found.described:
            return
        told = self._stubs(node, self._profile)
        found.described[node] = (set(), set())
        found.read(told.rows)
        found.unknown += [one for one in told.leads_to if one not in found.described]
        self._rows += told.rows


_Described = tuple[set[str], set[str]]
"""Classes and predicates."""
_NOTHING: Final[_Described] = (set(), set())


class _Reading:
    """What statements name by a property with a range, and say of their subjects."""

    def __init__(self, ranges: Mapping[str, Range]) -> None:
        self._ranges = ranges
        self.named: dict[str, dict[Range, None]] = {}
        self.described: dict[str, _Described] = {}
        self.unknown: list[str] = []
        """The IRIs that are named, and perhaps not described."""

    def read(self, told: Iterable[Row]) -> None:
        ranges, described, named = self._ranges, self.described, self.named
        for subject, predicate, value in told:
            found = described.get(subject)
            if found is None:
                found = described[subject] = (set(), set())
            found[1].add(predicate)
            if predicate == _TYPE:
                found[0].add(value)
            elif predicate in ranges and value[0] in "<_" and value[:2] != "<<":
                if value not in named:
                    named[value] = {}
                    if value[0] == "<":
                        self.unknown.append(value)
                named[value][ranges[predicate]] = None
