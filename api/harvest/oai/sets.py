"""The sets of OAI-PMH: by source, theme, organisation, and what is of high value.

A set is named by what its members have in common: `theme:ENVI`, `organisation:` with the key of its page,
`hvd:` with the category's code, `source:` with the source's name.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from graph.iris import Iris
from loaders import lists
from queries.changes import Item
from vocabularies.namespaces import AUTHORITY, DCAT, DCATAP, DCT, HVD

HIGH_VALUE: Final = "hvd"
SOURCE: Final = "source"

_PROPERTIES: Final = {HIGH_VALUE: DCATAP.hvdCategory, "theme": DCAT.theme, "organisation": DCT.publisher}
"""The first part of a set's name to the property that its members have."""

Facets = Callable[[str], Iterable[str]]

_CODED: Final = {HIGH_VALUE: HVD.prefix, "theme": AUTHORITY["data-theme/"].value}
"""Where values have codes of their own; others are named by the key of their IRI."""


@dataclass(frozen=True, slots=True)
class Sets:
    """The sets of one generation; `values` are the sets named by a value, and what that is."""

    store: Store
    iris: Iris
    sources: tuple[str, ...]
    values: Mapping[str, NamedNode]
    valuable: frozenset[str]
    """What is of high value."""
    once_valuable: frozenset[str]
    """What was on the list of high-value datasets at some time."""

    @classmethod
    def of_generation(cls, store: Store, iris: Iris, sources: Iterable[str], facets: Facets) -> "Sets":
        """`facets` are what the index counted: the values of a family, among all that is listed."""
        values = {
            f"{family}:{code}": value
            for family in _PROPERTIES
            for value in map(_named, facets(family))
            if value is not None and (code := _code(iris, family, value))
        }
        now = {node.value for node in lists.members(store, iris, lists.list_iri(iris))}
        ever = {node.value for node in lists.ever(store, iris)}
        return cls(store, iris, tuple(sorted(sources)), dict(sorted(values.items())), frozenset(now), frozenset(ever))

    def listed(self) -> list[tuple[str, NamedNode | str]]:
        """Each set with what it is of: a value, or a name."""
        families = {HIGH_VALUE, SOURCE, *(spec.partition(":")[0] for spec in self.values)}
        named = {family: family for family in sorted(families)} | {f"{SOURCE}:{name}": name for name in self.sources}
        return sorted([*named.items(), *self.values.items()], key=lambda each: each[0])

    def of(self, item: Item, *, deleted: bool) -> list[str]:
        """The sets that a resource is in; of what is gone only its source is known."""
        found = {f"{SOURCE}:{item.source}"}
        if deleted:
            return sorted(found)
        for family, property_ in _PROPERTIES.items():
            for quad in self.store.quads_for_pattern(NamedNode(item.iri), property_, None, DefaultGraph()):
                spec = _code(self.iris, family, quad.object) if isinstance(quad.object, NamedNode) else None
                found |= {f"{family}:{spec}"} if spec else set()
        if item.iri in self.valuable:
            found.add(HIGH_VALUE)
        return sorted(found)

    def members(self, spec: str) -> Container[str] | None:
        """The resources that have a value in common; None where no such set can be. One that was may be empty."""
        family = spec.partition(":")[0]
        if family not in _PROPERTIES:
            return None
        if spec != family and spec not in self.values:
            return frozenset()
        return self._having(_PROPERTIES[family], self.values.get(spec))

    def _having(self, property_: NamedNode, value: NamedNode | None) -> frozenset[str]:
        quads = self.store.quads_for_pattern(None, property_, value, DefaultGraph())
        return frozenset(quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))


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
