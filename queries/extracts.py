"""Some resources of the catalogue with all that belongs to them: a document that can be judged by itself.

Its statements are text, by subject (graph.serialise), since a page has thousands of them.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store, Triple

from graph.record import kind_of
from graph.serialise import Described, Properties, Row, described, row
from queries.closures import LONGEST, MOST_RECORDS, NOT_FOLLOWED, PARTS, RECORDS, records_about
from queries.fetching import Fetched
from queries.references import Range, Stub, rows, rules, stub
from vocabularies.namespaces import DCAT, DCT, PROV, RDF, RDFS, SPDX

Stubs = Callable[[str, str], Stub]
"""By profile what stands for a resource that is named only; a generation never changes, so it may remember."""

_TYPE: Final = str(RDF.type)
_CONFORMS_TO: Final = str(DCT.conformsTo)
_SOURCE: Final = str(PROV.hadPrimarySource)
_LICENCE: Final = str(DCT.license)
_COMMENT: Final = str(RDFS.comment)
_LEFT_OUT_OF_ENTRIES: Final = frozenset({str(SPDX.checksum), _LICENCE})
_LISTED: Final = frozenset(map(str, (DCAT.Dataset, DCAT.DatasetSeries)))
"""What a link may be left out to: a distribution without its service would be no high-value one."""

_NOT_FOLLOWED: Final = frozenset(map(str, NOT_FOLLOWED))
_DEFAULT: Final = DefaultGraph()

Told = Mapping[str, Properties]
"""By subject: a resource and its blank nodes. Nothing is told of what is no part of anything."""

Parts = dict[str, Told]
"""What was read of organisations and the like, which page after page names."""

_REMEMBERED: Final = 10_000
"""Resources that are kept in Parts."""

_NOTHING_FETCHED: Final = Fetched({}, {})
_NOTHING_TOLD: Final[Told] = MappingProxyType({})

_LOOKED_AT: Final = 200
"""Rows of a resource that are read before its class is known: a catalogue has one for each of its datasets."""


_LARGEST: Final = 2_000
"""Statements of a part; one that has more is only named, or an organisation could outweigh a page of datasets."""

_OF_DATA: Final = (ValueError, TypeError, LookupError, AttributeError)
"""What goes wrong by what is said of a resource; a store that fails is no reason to tell less."""

_LEFT_OUT: Final = (
    '"The rest of this description cannot be told here."@en',
    '"Le reste de cette description ne peut pas être restitué ici."@fr',
    '"Der Rest dieser Beschreibung kann hier nicht wiedergegeben werden."@de',
    '"De Rescht vun dëser Beschreiwung kann hei net erëmginn ginn."@lb',
)

_LOG: Final = logging.getLogger(__name__)


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
        self._told: dict[str, Properties] = {}
        self._count = 0
        self._rows: list[Row] = []
        self._met: set[str] = set()
        """What was told, or is no part of anything."""

    def add(self, iri: NamedNode) -> list[NamedNode]:
        """Tell a resource, its parts and its catalogue records, as many as anybody reads; gives the records.

        Of one that nothing can be made of only the class and the title are told, and that it is so: others on the page
        are none the worse for it.
        """
        known = len(self._told)
        self._met.discard(str(iri))  # another resource may have named it that it is no part of
        try:
            self._tell(str(iri), member=True)
            return list(islice(self._records(iri), MOST_RECORDS))
        except _OF_DATA:
            _LOG.exception("what is said of %s cannot be told", iri.value)
            for subject in list(self._told)[known:]:
                del self._told[subject]
            self._told.pop(str(iri), None)
            self._rows += [*self._stub(str(iri)).rows, *((str(iri), _COMMENT, text) for text in _LEFT_OUT)]
            return []

    def extend(self, triples: Iterable[Triple]) -> None:
        """Statements besides."""
        self._rows += map(row, triples)

    def statements(self) -> Described:
        """All of them, and what stands for those that are named only. To be asked for once."""
        told = self._told
        if self._among is not None:
            self._rows = [one for one in self._rows if self._may_be_named(one[1], one[2], self._among)]
            told = {subject: self._limited(own, self._among) for subject, own in told.items()}
        found = _Reading(self._rules.ranges, told)
        found.read(self._rows)
        while found.unknown:
            self._stand_in(found.unknown.pop(), found)
        for node, wanted in found.named.items():
            classes, predicates = found.described(node)
            self._rows += [(node, _TYPE, one.itself) for one in wanted if one.fits(classes, predicates)]
        return Described(told, self._rows)

    def _tell(self, first: str, *, member: bool = False) -> None:
        waiting, limit = [first], self._count + LONGEST
        while waiting and self._count < limit:
            part = waiting.pop()
            if part not in self._met:
                self._met.add(part)
                is_member = member and part is first
                told = self._closure(part, member=is_member)
                size = _size(told)
                if size > _LARGEST and not is_member:
                    continue
                self._add(told, size)
                for own in told.values():
                    for predicate, values in own:
                        if predicate not in _NOT_FOLLOWED:
                            waiting += filter(_is_iri, values)

    def _add(self, told: Told, size: int) -> None:
        self._told.update(told)
        self._count += size

    def _closure(self, part: str, *, member: bool) -> Told:
        """What is said of a resource and its blank nodes; nothing of one that is no part of another."""
        fetched = self._fetched.told.get(part)
        if fetched is not None:
            told = fetched and (member or _is_part(fetched))
            return self._with_blank_nodes(part, fetched) if told else _NOTHING_TOLD
        known = None if member else self._parts.get(part)
        if known is None:
            own = self._read(part, member=member)
            known = self._with_blank_nodes(part, own) if own else _NOTHING_TOLD
            if not member and _size(known) > _LARGEST:
                known = _NOTHING_TOLD
            if not member and len(self._parts) < _REMEMBERED:
                self._parts[part] = known
        return known

    def _with_blank_nodes(self, part: str, own: Properties) -> Told:
        found = {part: own}
        waiting = _blank_nodes(own)
        while waiting and len(found) < LONGEST:
            node = waiting.pop()
            if node not in found:
                told = self._fetched.told.get(node)
                if told is None:
                    told = described(rows(self._store, BlankNode(node[2:]))).get(node, [])
                found[node] = told
                waiting += _blank_nodes(told)
        return found

    def _read(self, part: str, *, member: bool) -> Properties:
        """What is said of a resource itself, where it is to be told."""
        quads = self._store.quads_for_pattern(NamedNode(part[1:-1]), None, None, _DEFAULT)
        found = list(map(row, islice(quads, _LOOKED_AT)))
        if not found or not (member or self._is_seen_as_part(part, found)):
            return []
        return described([*found, *map(row, quads)])[part]

    def _is_seen_as_part(self, part: str, found: list[Row]) -> bool:
        if len(found) == _LOOKED_AT:
            found = rows(self._store, NamedNode(part[1:-1]), RDF.type)
        return _is_part(described(found).get(part, []))

    def _records(self, iri: NamedNode) -> Iterator[NamedNode]:
        for record in self._about(iri):
            told = self._entry(record) if self._is_entry(record) else self._closure(record, member=True)
            own = told.get(record, [])
            if _kind(own) != RECORDS and not self._is_entry(record):
                continue  # a page about it, or somebody's mistake
            self._add(told, _size(told))
            for value in (value for predicate, values in own if predicate == _CONFORMS_TO for value in values):
                if _is_iri(value):
                    self._tell(value)
            yield NamedNode(record[1:-1])

    def _about(self, iri: NamedNode) -> list[str]:
        """What may be a catalogue record of a resource: where there is but ours, that was fetched with it."""
        fetched = self._fetched.records.get(str(iri))
        if fetched is None or not all(map(self._is_entry, fetched)):
            return list(map(str, records_about(self._store, iri)))
        return sorted(set(fetched))

    def _is_entry(self, record: str) -> bool:
        """Whether it is a record of ours, which no source speaks of."""
        return record.startswith(self._ours) and record.endswith("#record>")

    def _entry(self, record: str) -> Told:
        """Our own record, without the checksum that it has for itself: the profiles know none of it."""
        known = self._fetched.told.get(record)
        if known is None:
            known = described(rows(self._store, NamedNode(record[1:-1]))).get(record, [])
        own = [one for one in known if one[0] not in _LEFT_OUT_OF_ENTRIES]
        sources = (value for predicate, values in own if predicate == _SOURCE for value in values)
        licences = sorted({self._licences[one] for one in sources if one in self._licences})
        return {record: own + ([(_LICENCE, licences)] if licences else [])}

    def _limited(self, own: Properties, among: AbstractSet[str]) -> Properties:
        """Without what may not be named."""
        if not any(self._names_listed(predicate) for predicate, _ in own):
            return own
        kept = ((name, [one for one in values if self._may_be_named(name, one, among)]) for name, values in own)
        return [one for one in kept if one[1]]

    def _names_listed(self, predicate: str) -> bool:
        range_ = self._rules.ranges.get(predicate)
        return range_ is not None and range_.itself in _LISTED

    def _may_be_named(self, predicate: str, value: str, among: AbstractSet[str]) -> bool:
        return value[0] != "<" or not self._names_listed(predicate) or value[1:-1] in among

    def _stand_in(self, node: str, found: "_Reading") -> None:
        if not found.knows(node):
            told = self._stub(node)
            found.read([*told.rows], node)
            found.unknown += [one for one in told.leads_to if not found.knows(one)]
            self._rows += told.rows

    def _stub(self, node: str) -> Stub:
        try:
            return self._stubs(node, self._profile)
        except _OF_DATA:
            _LOG.exception("nothing can be told of %s", node)
            return Stub()


def _size(told: Told) -> int:
    return sum([len(values) for own in told.values() for _, values in own])


def _is_part(own: Properties) -> bool:
    return _kind(own) in PARTS


def _kind(own: Properties) -> str:
    classes = own[0][1] if own and own[0][0] == _TYPE else ()
    return kind_of(value[1:-1] for value in classes)


def _is_iri(value: str) -> bool:
    """Whether it is one: a triple term begins with two brackets."""
    return value[0] == "<" and value[1] != "<"


def _blank_nodes(own: Properties) -> list[str]:
    return [value for _, values in own for value in values if value[0] == "_"]


class _Reading:
    """What statements name by a property with a range, and say of their subjects."""

    def __init__(self, ranges: Mapping[str, Range], told: Told) -> None:
        self._ranges = ranges
        self._told = told
        self._classes: dict[str, set[str]] = {}
        self._predicates: dict[str, set[str]] = {}
        self.named: dict[str, dict[Range, None]] = {}
        self.unknown: list[str] = []
        """The IRIs that are named, and perhaps not described."""
        for own in told.values():
            self._read(own)

    def knows(self, node: str) -> bool:
        return node in self._told or node in self._classes

    def described(self, node: str) -> tuple[AbstractSet[str], AbstractSet[str]]:
        """The classes of a node, and the predicates that something is said of it by."""
        own = self._told.get(node, ())
        classes = own[0][1] if own and own[0][0] == _TYPE else ()
        predicates = {predicate for predicate, _ in own}
        return self._classes.get(node, set()).union(classes), self._predicates.get(node, set()).union(predicates)

    def read(self, rows: Iterable[Row], about: str = "") -> None:
        """More rows; what they are `about` is known from now on, whether something is said of it or not."""
        if about:
            self._know(about)
        for subject, predicate, value in rows:
            self._know(subject)
            self._predicates[subject].add(predicate)
            if predicate == _TYPE:
                self._classes[subject].add(value)
            elif predicate in self._ranges:
                self._name(value, self._ranges[predicate])

    def _know(self, subject: str) -> None:
        if subject not in self._classes:
            self._classes[subject], self._predicates[subject] = set(), set()

    def _read(self, own: Properties) -> None:
        ranges, named = self._ranges, self.named
        for predicate, values in own:
            range_ = ranges.get(predicate)
            if range_ is not None:
                for value in values:
                    known = named.get(value)
                    if known is None:
                        self._name(value, range_)
                    else:
                        known[range_] = None

    def _name(self, value: str, range_: Range) -> None:
        if value[0] in "<_" and value[:2] != "<<":
            named = self.named.get(value)
            if named is None:
                named = self.named[value] = {}
                if value[0] == "<":
                    self.unknown.append(value)
            named[range_] = None
