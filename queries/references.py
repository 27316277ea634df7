"""What stands for a resource that is named and not told: enough that a reader of one page knows what it is.

The shapes of DCAT-AP want the class of what a property names, and of what has a class some properties. A page that is
judged by itself, with no other page and no authority table beside it, therefore has of each resource that it names its
class, what that class must have, and of a code its label and table.

Terms are text in N-Triples notation here: a page has thousands, and text is compared ten times as fast as terms.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store

from graph.model.declarations import Model, Use
from graph.serialise import Row, row
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

_OF_CONCEPTS: Final = frozenset(map(str, (RDF.type, SKOS.prefLabel, SKOS.inScheme)))
_OF_SCHEMES: Final = frozenset(map(str, (RDF.type, DCT.title)))

_TYPE: Final = str(RDF.type)
_IN_SCHEME: Final = str(SKOS.inScheme)
_CONCEPT: Final = str(SKOS.Concept)
_SCHEME: Final = str(SKOS.ConceptScheme)
_RESOURCE: Final = str(RDFS.Resource)


@dataclass(frozen=True, slots=True)
class Range:
    """The class that a value is to have."""

    itself: str
    others: frozenset[str]
    """Classes that are as good: a value that has one may be said to have this one too."""
    needs: frozenset[str]
    """What whatever has the class must have."""

    def fits(self, classes: AbstractSet[str], predicates: AbstractSet[str]) -> bool:
        """Whether the class may be said of a node with these classes and predicates, and is not said yet.

        Not of one that is something else, and not where saying so would only make it a faulty one.
        """
        if self.itself in classes or (classes and self.itself != _RESOURCE and classes.isdisjoint(self.others)):
            return False
        return self.needs <= predicates


@dataclass(frozen=True, slots=True)
class Rules:
    """What a profile wants said of resources, for a page of it to be judged by itself."""

    ranges: Mapping[str, Range]
    """By predicate, where its values are all to have the same class."""
    needed: Mapping[str, frozenset[str]]
    """By class, what its members must have."""


@cache
def rules(profile: str) -> Rules:
    model = Model.load()
    uses = [use for use in model.uses if use.profile in FOLDERS[profile]]
    wanted: dict[str, set[NamedNode]] = {}
    for use in uses:
        range_ = use.range or (RDFS.Resource if profile in _NAME_THE_UNIVERSAL and _is_of_nodes(use) else None)
        if use.predicate is not None and range_ is not None:
            wanted.setdefault(str(use.predicate), set()).add(range_)
    alone = {predicate: classes.pop() for predicate, classes in wanted.items() if len(classes) == 1}
    needed = _needed(model, FOLDERS["dcat-ap"])
    ranges = {predicate: _range(model, one, needed.get(str(one), frozenset())) for predicate, one in alone.items()}
    more = {str(one): frozenset(map(str, needs)) for one, needs in _ALSO.get(profile, {}).items()}
    whole = {one: needs | more.get(one, frozenset()) for one, needs in _needed(model, FOLDERS[profile]).items()}
    return Rules(MappingProxyType(ranges), MappingProxyType(whole))


def _is_of_nodes(use: Use) -> bool:
    return bool(use.node_kinds) and "literal" not in use.node_kinds


def _needed(model: Model, folders: Sequence[str]) -> Mapping[str, frozenset[str]]:
    found: dict[NamedNode, set[str]] = {}
    for use in model.uses:
        if use.mandatory and use.predicate is not None and use.profile in folders:
            found.setdefault(use.on, set()).add(str(use.predicate))
    return {str(iri): frozenset(found.get(iri, ())) for iri in model.classes}


def _range(model: Model, one: NamedNode, needs: frozenset[str]) -> Range:
    declared = model.classes.get(one)
    others = frozenset(map(str, declared.range)) if declared else frozenset[str]()
    return Range(str(one), others - {str(one)}, needs)


@dataclass(frozen=True, slots=True)
class Stub:
    """What is told of a resource that is only named."""

    rows: tuple[Row, ...] = ()
    leads_to: tuple[str, ...] = ()
    """What the rows name and needs a stub of its own: the table of a code."""


def stub(store: Store, node: str, profile: str = "dcat-ap") -> Stub:
    """Of a code its label and table, of a table its title, of anything else its class and what that must have."""
    types = rows(store, NamedNode(node[1:-1]), RDF.type)
    classes = {value for _, _, value in types}
    if not classes.isdisjoint((_CONCEPT, _SCHEME)):
        return _of_concept(store, node, _OF_SCHEMES if _SCHEME in classes else _OF_CONCEPTS)
    needed = rules(profile).needed
    declared = [one for one in types if one[2] in needed]
    wanted = {each for _, _, value in declared for each in needed[value]}
    told = (
        [row for row in rows(store, NamedNode(node[1:-1])) if row[1] in wanted and row[2][0] != "_"] if wanted else []
    )
    return Stub((*(declared or types), *told))


def _of_concept(store: Store, node: str, predicates: frozenset[str]) -> Stub:
    own = (one for one in rows(store, NamedNode(node[1:-1])) if one[1] in predicates)
    told = tuple(one for one in own if one[2][0] != "_" and one[2][:2] != "<<")
    return Stub(told, tuple(value for _, predicate, value in told if predicate == _IN_SCHEME and value[0] == "<"))


def rows(store: Store, subject: NamedNode | BlankNode, predicate: NamedNode | None = None) -> list[Row]:
    """What the default graph says of a subject."""
    return [row(quad) for quad in store.quads_for_pattern(subject, predicate, None, _DEFAULT)]


_DEFAULT: Final = DefaultGraph()
