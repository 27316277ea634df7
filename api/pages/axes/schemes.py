"""Where values are in their vocabularies, and how many datasets have each: of the index, once for a generation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from api.contexts.browsed import Below
from api.contexts.pages import Text, Value
from api.pages.axes.declared import Axis, axis_of
from api.portal import portal, presenter, urls, view
from api.views import Asked
from graph.record import DATASETS
from vocabularies.concepts import Concept

_MOST: Final = 5_000
"""Values of a facet that are counted: more than any vocabulary of an axis has concepts."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The concepts of a vocabulary by what they are below; those below nothing, or nothing that is here, at the top."""

    concepts: Mapping[str, Concept]
    below: Mapping[str, Sequence[str]]
    top: Sequence[str]

    def under(self, iri: str) -> list[str]:
        """A concept and all that are below it, each once."""
        found, waiting = dict[str, None](), [iri]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found[each] = None
                waiting += self.below.get(each, ())
        return list(found)

    def walk(self) -> Iterator[tuple[Concept, int]]:
        """All of them, each behind what it is below, with the number of steps from the top; each once."""
        seen = set[str]()
        waiting = [(iri, 0) for iri in reversed(self.top)]
        while waiting:
            iri, depth = waiting.pop()
            if iri in seen:
                continue
            seen.add(iri)
            yield self.concepts[iri], depth
            waiting += [(each, depth + 1) for each in reversed(self.below.get(iri, ()))]


def scheme(table: str) -> Scheme:
    found: Scheme = view().once(f"scheme of {table}", partial(_scheme, table))
    return found


def _scheme(table: str) -> Scheme:
    concepts = {one.iri: one for one in sorted(portal().declared.concepts.of(table), key=_by_code)}
    below: dict[str, list[str]] = {}
    for one in concepts.values():
        for above in one.broader:
            below.setdefault(above, []).append(one.iri)
    top = [one.iri for one in concepts.values() if not any(above in concepts for above in one.broader)]
    return Scheme(concepts, below, top)


def _by_code(concept: Concept) -> tuple[str, str]:
    return concept.notation, concept.iri


def totals(axis: Axis) -> Mapping[str, int]:
    """How many datasets have each value; of a wide axis, it or one below it. What none has is not told."""
    found: Mapping[str, int] = view().once(f"totals of {axis.facet}", partial(_totals, axis))
    return found


def _totals(axis: Axis) -> Mapping[str, int]:
    own = dict(view().facets(Asked("", DATASETS), (axis.facet,), _MOST).get(axis.facet, ()))
    if not axis.wide:
        return own
    search, found = view().generation.search.search, dict(own)
    for table in axis.tables:
        tree = scheme(table)
        for iri in tree.below:
            had = [each for each in tree.under(iri) if each in own]
            if had and had != [iri]:
                found[iri] = search("", kind=DATASETS, filters={axis.facet: had}, limit=0).total
    return found


def values_of(axis: Axis, concept: Concept) -> list[str]:
    """The values that count as this one, of those that anything has; itself in any case."""
    if not axis.wide:
        return [concept.iri]
    had: frozenset[str] = view().once(f"values of {axis.facet}", partial(_had, axis))
    return [each for each in scheme(concept.table).under(concept.iri) if each in had or each == concept.iri]


def _had(axis: Axis) -> frozenset[str]:
    return frozenset(value for value, _ in view().facets(Asked("", None), (axis.facet,), _MOST).get(axis.facet, ()))


def find(axis: Axis, code: str) -> Concept | None:
    """The concept of this code; deprecated ones too, for data has them."""
    for table in axis.tables:
        for one in scheme(table).concepts.values():
            if one.notation == code:
                return one
    return None


def path_of(concept: Concept) -> str:
    """Where a concept has its page: at its axis, or in its vocabulary."""
    axis = axis_of(concept.table)
    if axis is not None and axis.path and find(axis, concept.notation) == concept:
        return f"{axis.path}/{concept.notation}"
    return f"/vocabularies/{concept.table}/{concept.notation}"


def address_of(iri: str) -> str:
    """Where a value has its page: as a concept, else among all that the data names."""
    concept = portal().declared.concepts.get(iri)
    if concept is not None and concept.notation:
        return urls().page(path_of(concept))
    return urls().page("/resource", [("iri", iri)])


def name_of(concept: Concept) -> Text:
    return presenter().best(concept.labels) or Text(concept.notation)


def above(concept: Concept) -> tuple[Value, ...]:
    """What it is below, from the top down."""
    known = portal().declared.concepts
    found = (known.get(iri) for iri in reversed(known.broader(concept.iri)))
    return tuple(Value(name_of(one), urls().page(path_of(one))) for one in found if one is not None)


def below(concept: Concept, counts: Mapping[str, int]) -> tuple[Below, ...]:
    """What is next below it, also what no dataset has."""
    tree = scheme(concept.table)
    listed = [tree.concepts[iri] for iri in tree.below.get(concept.iri, ()) if iri in tree.concepts]
    made = (Below(name_of(one), urls().page(path_of(one)), counts.get(one.iri, 0)) for one in listed)
    return tuple(sorted(made, key=lambda each: (-each.count, each.title.value.casefold())))
