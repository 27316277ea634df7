"""What stands for a resource that is named and not told: enough that a reader of one page knows what it is.

The shapes of DCAT-AP want the class of what a property names, and of what has a class some properties. A page that is
judged by itself, with no other page and no authority table beside it, therefore has of each resource that it names its
class, what that class must have, and of a code its label and table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store, Triple

from graph.model.declarations import Model, Use
from vocabularies.namespaces import DCAT, DCATAP, DCT, RDF, RDFS, SKOS

FOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "dcat-ap": ("dcat-ap",),
    "dcat-ap-hvd": ("dcat-ap", "dcat-ap-hvd"),
    "dcat-ap-lu": ("dcat-ap", "dcat-ap-lu"),
}
"""By profile, the parts of the model that state it."""

_NAME_THE_UNIVERSAL: Final = frozenset({"dcat-ap-hvd"})
"""Profiles whose official shapes want rdfs:Resource said of any address that no class is wanted of."""

_ALSO: Final[Mapping[str, Mapping[NamedNode, frozenset[NamedNode]]]] = {
    "dcat-ap-hvd": {
        DCAT.Dataset: frozenset({DCATAP.applicableLegislation, DCATAP.hvdCategory, DCAT.distribution}),
        DCAT.DatasetSeries: frozenset({DCATAP.applicableLegislation, DCATAP.hvdCategory}),
        DCAT.DataService: frozenset({DCATAP.applicableLegislation, DCATAP.hvdCategory}),
        DCAT.Distribution: frozenset({DCATAP.applicableLegislation}),
    },
}
"""What the official shapes want of any member of a class, by profile, and our tables of high-value ones only."""

_OF_CONCEPTS: Final = frozenset({RDF.type, SKOS.prefLabel, SKOS.inScheme})
_OF_SCHEMES: Final = frozenset({RDF.type, DCT.title})


@dataclass(frozen=True, slots=True)
class Range:
    """The class that a value is to have."""

    itself: NamedNode
    others: frozenset[NamedNode]
    """Classes that are as good: a value that has one may be said to have this one too."""
    needs: frozenset[NamedNode]
    """What whatever has the class must have."""

    def fits(self, classes: Iterable[object], predicates: Iterable[NamedNode]) -> bool:
        """Whether the class may be said of a node with these classes and predicates, and is not said yet.

        Not of one that is something else, and not where saying so would only make it a faulty one.
        """
        known = frozenset(classes)
        if self.itself in known or (known and self.itself != RDFS.Resource and not known & self.others):
            return False
        return self.needs <= frozenset(predicates)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a profile wants said of resources, for a page of it to be judged by itself."""

    ranges: Mapping[NamedNode, Range]
    """By predicate, where its values are all to have the same class."""
    needed: Mapping[NamedNode, frozenset[NamedNode]]
    """By class, what its members must have."""


@cache
def rules(profile: str) -> Rules:
    model = Model.load()
    uses = [use for use in model.uses if use.profile in FOLDERS[profile]]
    wanted: dict[NamedNode, set[NamedNode]] = {}
    for use in uses:
        range_ = use.range or (RDFS.Resource if profile in _NAME_THE_UNIVERSAL and _is_of_nodes(use) else None)
        if use.predicate is not None and range_ is not None:
            wanted.setdefault(use.predicate, set()).add(range_)
    alone = {predicate: classes.pop() for predicate, classes in wanted.items() if len(classes) == 1}
    needed = _needed(model, FOLDERS["dcat-ap"])
    ranges = {predicate: _range(model, one, needed.get(one, frozenset())) for predicate, one in alone.items()}
    more = _ALSO.get(profile, {})
    whole = {one: needs | more.get(one, frozenset()) for one, needs in _needed(model, FOLDERS[profile]).items()}
    return Rules(MappingProxyType(ranges), MappingProxyType(whole))


def _is_of_nodes(use: Use) -> bool:
    return bool(use.node_kinds) and "literal" not in use.node_kinds


def _needed(model: Model, folders: Sequence[str]) -> Mapping[NamedNode, frozenset[NamedNode]]:
    found: dict[NamedNode, set[NamedNode]] = {}
    for use in model.uses:
        if use.mandatory and use.predicate is not None and use.profile in folders:
            found.setdefault(use.on, set()).add(use.predicate)
    return {iri: frozenset(found.get(iri, ())) for iri in model.classes}


def _range(model: Model, one: NamedNode, needs: frozenset[NamedNode]) -> Range:
    declared = model.classes.get(one)
    return Range(one, frozenset(declared.range) - {one} if declared else frozenset(), needs)


@dataclass(frozen=True, slots=True)
class Stub:
    """What is told of a resource that is only named."""

    triples: tuple[Triple, ...] = ()
    leads_to: tuple[NamedNode, ...] = ()
    """What the triples name and needs a stub of its own: the table of a code."""

    @property
    def classes(self) -> list[object]:
        return [one.object for one in self.triples if one.predicate == RDF.type]


def stub(store: Store, node: NamedNode, profile: str = "dcat-ap") -> Stub:
    """Of a code its label and table, of a table its title, of anything else its class and what that must have."""
    types = [quad.triple for quad in store.quads_for_pattern(node, RDF.type, None, DefaultGraph())]
    classes = {one.object for one in types}
    if SKOS.Concept in classes or SKOS.ConceptScheme in classes:
        return _of_concept(store, node, _OF_SCHEMES if SKOS.ConceptScheme in classes else _OF_CONCEPTS)
    needed = rules(profile).needed
    declared = [one for one in types if one.object in needed]
    wanted = {each for one in declared if isinstance(one.object, NamedNode) for each in needed[one.object]}
    told = [
        quad.triple
        for predicate in sorted(wanted, key=str)
        for quad in store.quads_for_pattern(node, predicate, None, DefaultGraph())
        if not isinstance(quad.object, BlankNode)
    ]
    return Stub((*(declared or types), *told))


def _of_concept(store: Store, node: NamedNode, predicates: frozenset[NamedNode]) -> Stub:
    quads = store.quads_for_pattern(node, None, None, DefaultGraph())
    told = tuple(quad.triple for quad in quads if quad.predicate in predicates)
    schemes = (one.object for one in told if one.predicate == SKOS.inScheme)
    return Stub(told, tuple(one for one in schemes if isinstance(one, NamedNode)))
