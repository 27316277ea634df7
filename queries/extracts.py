"""Some resources of the catalogue with all that belongs to them: a document that can be judged by itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from types import MappingProxyType
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from graph.record import kind_of
from graph.store import closure
from queries.closures import LONGEST, NOT_FOLLOWED, PARTS
from queries.references import Range, Stub, rules, stub
from vocabularies.namespaces import DCAT, DCT, FOAF, PROV, RDF, SPDX

Stubs = Callable[[NamedNode, str], Stub]
"""By profile what stands for a resource that is named only; a generation never changes, so it may remember."""

_LISTED: Final = frozenset({DCAT.Dataset, DCAT.DatasetSeries})
"""What a link may be left out to: a distribution without its service would be no high-value one."""

_ENTRY: Final = frozenset({SPDX.checksum})
"""What our own records say for ourselves: the profiles know none of it."""


class Extract:
    """Collects statements; each resource is told once, however many name it."""

    def __init__(
        self,
        store: Store,
        base: str,
        profile: str = "dcat-ap",
        stubs: Stubs | None = None,
        among: AbstractSet[str] | None = None,
        licences: Mapping[NamedNode, NamedNode] = MappingProxyType({}),
    ) -> None:
        """`among` are the datasets and series that may be named at all: links to others are left out.

        `licences` are those of the descriptions, by source.
        """
        self._store = store
        self._base = base
        self._profile = profile
        self._stubs = stubs or partial(stub, store)
        self._among = among
        self._licences = licences
        self._triples: list[Triple] = []
        self._told: set[NamedNode] = set()

    def add(self, iri: NamedNode) -> list[NamedNode]:
        """Tell a resource, its parts and its catalogue records; gives the records."""
        self._tell(iri)
        return list(self._records(iri))

    def extend(self, triples: Iterable[Triple]) -> None:
        """Statements besides."""
        self._triples += triples

    def statements(self) -> list[Triple]:
        """All of them, and what stands for those that are named only. To be asked for once."""
        if self._among is not None:
            self._triples = [one for one in self._triples if self._may_be_named(one, self._among)]
        ranges = rules(self._profile).ranges
        found = _Reading(ranges)
        found.read(self._triples)
        while found.unknown:
            self._stand_in(found.unknown.pop(), found)
        for node, wanted in found.named.items():
            classes, predicates = found.described.get(node, _NOTHING)
            fitting = (one.itself for one in wanted if one.fits(classes, predicates))
            self._triples += [Triple(node, RDF.type, one) for one in fitting]
        return self._triples

    def _tell(self, member: NamedNode) -> None:
        waiting, limit = [member], len(self._triples) + LONGEST
        while waiting and len(self._triples) < limit:
            part = waiting.pop()
            if part not in self._told and (part is member or self._is_part(part)):
                self._told.add(part)
                told = closure(self._store, part)
                self._triples += told
                waiting += [
                    one.object
                    for one in told
                    if isinstance(one.object, NamedNode) and one.predicate not in NOT_FOLLOWED
                ]

    def _is_part(self, iri: NamedNode) -> bool:
        found = self._store.quads_for_pattern(iri, RDF.type, None, DefaultGraph())
        classes = [quad.object.value for quad in found if isinstance(quad.object, NamedNode)]
        return kind_of(classes) in PARTS

    def _records(self, iri: NamedNode) -> Iterator[NamedNode]:
        about = self._store.quads_for_pattern(None, FOAF.primaryTopic, iri, DefaultGraph())
        for record in sorted((quad.subject for quad in about if isinstance(quad.subject, NamedNode)), key=str):
            told = self._record(record)
            self._triples += told
            for one in told:
                if one.predicate == DCT.conformsTo and isinstance(one.object, NamedNode):
                    self._tell(one.object)
            if Triple(record, RDF.type, DCAT.CatalogRecord) in told:
                yield record

    def _record(self, record: NamedNode) -> list[Triple]:
        if not record.value.startswith(self._base):
            return closure(self._store, record)
        quads = self._store.quads_for_pattern(record, None, None, DefaultGraph())
        told = [quad.triple for quad in quads if quad.predicate not in _ENTRY]
        sources = (one.object for one in told if one.predicate == PROV.hadPrimarySource)
        found = [self._licences[one] for one in sources if isinstance(one, NamedNode) and one in self._licences]
        return told + [Triple(record, DCT.license, licence) for licence in found]

    def _may_be_named(self, one: Triple, among: AbstractSet[str]) -> bool:
        range_ = rules("dcat-ap").ranges.get(one.predicate)
        if range_ is None or range_.itself not in _LISTED or not isinstance(one.object, NamedNode):
            return True
        return one.object.value in among

    def _stand_in(self, node: NamedNode, found: "_Reading") -> None:
        if node in found.described:
            return
        told = self._stubs(node, self._profile)
        found.described.setdefault(node, (set(), set()))
        found.read(told.triples)
        found.unknown += [one for one in told.leads_to if one not in found.described]
        self._triples += told.triples


_Node = NamedNode | BlankNode
_Described = tuple[set[object], set[NamedNode]]
"""Classes and predicates."""
_NOTHING: Final[_Described] = (set(), set())


class _Reading:
    """What statements name by a property with a range, and say of their subjects."""

    def __init__(self, ranges: Mapping[NamedNode, Range]) -> None:
        self._ranges = ranges
        self.named: dict[_Node, dict[Range, None]] = {}
        self.described: dict[object, _Described] = {}
        self.unknown: list[NamedNode] = []
        """What is named, and perhaps not described."""

    def read(self, triples: Iterable[Triple]) -> None:
        ranges, described = self._ranges, self.described
        for one in triples:
            subject, predicate, value = one.subject, one.predicate, one.object
            found = described.get(subject)
            if found is None:
                found = described[subject] = (set(), set())
            found[1].add(predicate)
            if predicate == RDF.type:
                found[0].add(value)
            elif predicate in ranges and not isinstance(value, Literal | Triple):
                if value not in self.named and isinstance(value, NamedNode):
                    self.unknown.append(value)
                self.named.setdefault(value, {})[ranges[predicate]] = None
