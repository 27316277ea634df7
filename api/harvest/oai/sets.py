"""The sets of OAI-PMH: by source, theme, organisation, and what is of high value.

A set is named by what its members have in common: `theme:ENVI`, `organisation:` with the key of its page,
`hvd:` with the category's code, `source:` with the source's name. A category has what those below it have.
"""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from graph import ledger
from graph.iris import Iris
from graph.ledger import Departure
from loaders import lists
from queries.changes import Item
from queries.members import having
from queries.selections import with_broader, with_narrower
from vocabularies.namespaces import AUTHORITY, DCAT, DCATAP, DCT, HVD

HIGH_VALUE: Final = "hvd"
SOURCE: Final = "source"

_PROPERTIES: Final = {HIGH_VALUE: DCATAP.hvdCategory, "theme": DCAT.theme, "organisation": DCT.publisher}
"""The first part of a set's name to the property that its members have."""

Facets = Callable[[str], Iterable[str]]

_KEPT: Final = 32
"""Sets whose members are kept."""

_CODES: Final = 4096
"""Values whose codes are kept."""

_CODED: Final = {HIGH_VALUE: HVD.prefix, "theme": AUTHORITY["data-theme/"].value}
"""Where values have codes of their own; others are named by the key of their IRI."""


@dataclass(frozen=True, slots=True)
class Left:
    """What was in sets and is not any more, as far as that was noted."""

    by_set: Mapping[str, AbstractSet[str]]
    noted: AbstractSet[str]
    """What went out of the catalogue, of which it is known what it was in."""


class Sets:
    """The sets of one generation."""

    def __init__(
        self,
        store: Store,
        iris: Iris,
        sources: Iterable[str],
        facets: Facets,
        left: Iterable[Departure],
        once_valuable: AbstractSet[str],
    ) -> None:
        """`facets` are what the index counted: the values of a family, among all that is listed.

        `once_valuable` was on the list of high-value datasets at some time.
        """
        self._store = store
        self._iris = iris
        self._sources = tuple(sorted(sources))
        self._specs = lru_cache(maxsize=_CODES)(self._found_specs)
        self._values = dict(sorted(self._named_sets(facets), key=itemgetter(0)))
        self.valuable = {node.value for node in lists.members(store, iris, lists.list_iri(iris))}
        """What is of high value."""
        self._once_valuable = once_valuable
        self._left = self._found_left(left)
        self._in_category = having(store, DCATAP.hvdCategory)
        self._members = lru_cache(maxsize=_KEPT)(self._found_members)

    def listed(self) -> list[tuple[str, NamedNode | str]]:
        """Each set with what it is of: a value, or a name."""
        families = {HIGH_VALUE, SOURCE, *(_family(spec) for spec in self._values)}
        named = {family: family for family in sorted(families)} | {f"{SOURCE}:{name}": name for name in self._sources}
        return sorted([*named.items(), *self._values.items()], key=lambda each: each[0])

    def of(self, item: Item, *, deleted: bool) -> list[str]:
        """The sets that a resource is in; of what is deleted only its source is told."""
        found = {f"{SOURCE}:{item.source}"}
        if deleted:
            return [*found]
        for family, property_ in _PROPERTIES.items():
            if family == HIGH_VALUE and item.iri not in self._in_category:
                continue
            for quad in self._store.quads_for_pattern(NamedNode(item.iri), property_, None, DefaultGraph()):
                found.update(self._specs(family, quad.object) if isinstance(quad.object, NamedNode) else ())
        if item.iri in self.valuable:
            found.add(HIGH_VALUE)
        return sorted(found)

    def has(self, spec: str, item: Item) -> bool:
        """Whether it is in the set now."""
        if spec == HIGH_VALUE:
            return item.iri in self.valuable
        if _family(spec) == SOURCE:
            return not item.gone and spec in (SOURCE, f"{SOURCE}:{item.source}")
        return item.iri in self._members(spec)

    def teller(self, spec: str) -> Callable[[Item], bool]:
        """Whether a list of the set tells of a resource: of what is in it and what was.

        Of what went before it was noted what it was in, every set but those of other sources tells.
        """
        left, noted = self._left.by_set.get(spec, frozenset()), self._left.noted
        if spec == HIGH_VALUE:
            told = self._once_valuable | self.valuable
            return lambda item: item.iri in told
        if _family(spec) == SOURCE:
            return lambda item: spec in (SOURCE, f"{SOURCE}:{item.source}") or item.iri in left
        if _family(spec) not in _PROPERTIES:
            return lambda _item: False
        members = self._members(spec)
        return lambda item: item.iri in members or item.iri in left or (item.gone and item.iri not in noted)

    def _found_members(self, spec: str) -> AbstractSet[str]:
        """The resources that have a value in common; none where nothing has it now."""
        family = _family(spec)
        if family not in _PROPERTIES or (spec != family and spec not in self._values):
            return frozenset()
        value = self._values.get(spec)
        if family != HIGH_VALUE or value is None:
            return having(self._store, _PROPERTIES[family], value)
        below = map(NamedNode, with_narrower(self._store, value.value))
        return frozenset().union(*(having(self._store, _PROPERTIES[family], one) for one in below))

    def _found_specs(self, family: str, value: NamedNode) -> Mapping[str, NamedNode]:
        """The sets of what has a value, each with what it is of: the value, and the categories above it."""
        above = with_broader(self._store, value.value) if family == HIGH_VALUE else [value.value]
        coded = ((one, _code(self._iris, family, one)) for one in map(NamedNode, above))
        return {f"{family}:{code}": one for one, code in coded if code}

    def _named_sets(self, facets: Facets) -> Iterable[tuple[str, NamedNode]]:
        for family in _PROPERTIES:
            for value in map(_named, facets(family)):
                yield from self._specs(family, value).items() if value is not None else ()

    def _found_left(self, departures: Iterable[Departure]) -> Left:
        families = {property_.value: family for family, property_ in _PROPERTIES.items()}
        by_set: dict[str, set[str]] = {}
        noted: set[str] = set()
        for one in departures:
            if one.aspect == ledger.KIND:
                noted.add(one.iri)
            elif one.aspect == ledger.SOURCE:
                by_set.setdefault(f"{SOURCE}:{one.value}", set()).add(one.iri)
            elif (family := families.get(one.aspect)) is not None:
                for spec in (family, *self._specs(family, NamedNode(one.value))):
                    by_set.setdefault(spec, set()).add(one.iri)
        return Left(by_set, noted)


def _family(spec: str) -> str:
    return spec.partition(":")[0]


def _named(text: str) -> NamedNode | None:
    """A value of a facet as an IRI; some data has a text there."""
    try:
        return NamedNode(text)
    except ValueError:
        return None


def _code(iris: Iris, family: str, value: NamedNode) -> str | None:
    """What names the value within its family; None where the family has no set for it."""
    prefix = _CODED.get(family)
    if prefix is None:
        return iris.page_key(value.value)
    code = value.value.removeprefix(prefix)
    return code if code.isascii() and code.replace("_", "").replace("-", "").isalnum() else None
