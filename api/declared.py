"""The declared model and the plan of the shapes as pages need them: read at first use, the same for all generations."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Triple

from graph.model.declarations import Class, Model, Use, is_predicate
from loaders.judging import PROFILES, plan_of_loads, shapes_of_loads
from shapes.coherence import coherence
from shapes.plan import Plan
from shapes.profiles import shapes_of
from shapes.reporting.suggestion import Suggestions
from vocabularies.concepts import Concepts
from vocabularies.namespaces import PREFIXES

_OBLIGATIONS: Final = ("M", "R", "", "O", "deprecated")
"""In this order on a page: what must be there, what should, what may."""

COHERENCE: Final = "coherence"
"""The shapes that go with every profile; they have an address like the profiles', for results name them."""

Place = tuple[int, int]


class Declared:
    """One for an application. `tables` is where the operator's newer authority tables are, if there are any."""

    def __init__(self, tables: Path | None = None) -> None:
        self._tables = tables

    @cached_property
    def model(self) -> Model:
        return Model.load()

    @cached_property
    def plan(self) -> Plan:
        """The plan that a generation's results were found with."""
        return plan_of_loads()

    @cached_property
    def suggestions(self) -> Suggestions:
        return Suggestions.load(shapes_of_loads(), self._tables)

    def shapes(self, profile: str, base: str) -> Sequence[Triple]:
        """The shapes of a profile, or those that go with every one, published below a base."""
        if (profile, base) not in self._shapes:
            found = coherence(base) if profile == COHERENCE else shapes_of([profile], base)
            self._shapes[profile, base] = tuple(quad.triple for quad in found)
        return self._shapes[profile, base]

    @cached_property
    def _shapes(self) -> dict[tuple[str, str], Sequence[Triple]]:
        return {}

    @cached_property
    def concepts(self) -> Concepts:
        """The authority tables: those that come with the program, the operator's in place of them."""
        return Concepts.load(self._tables)

    @property
    def profiles(self) -> tuple[str, ...]:
        """What loads validate against."""
        return PROFILES

    def classes(self, types: Iterable[NamedNode]) -> tuple[Class, ...]:
        """The declared classes among these, each once."""
        found = (self.model.class_like(one) for one in types)
        return tuple({one.iri: one for one in found if one is not None}.values())

    def label(self, predicate: NamedNode, classes: Iterable[Class], language: str) -> str | None:
        """What a field is called on these classes, as the beginning of a line; None where nobody declares it."""
        for on in (*(one.iri for one in classes), None):
            found = self._labels.get((predicate, on))
            if found is not None:
                return capitalised(found[language])
        return None

    def place(self, predicate: NamedNode, classes: Iterable[Class]) -> Place:
        """Where a field comes on a page of something of these classes."""
        for one in classes:
            found = self._places[one.iri].get(predicate) if one.iri in self._places else None
            if found is not None:
                return found
        return self._elsewhere.get(predicate, (len(_OBLIGATIONS), 0))

    @cached_property
    def _labels(self) -> Mapping[tuple[NamedNode, NamedNode | None], Mapping[str, str]]:
        """Predicate, and the class on which it is called so, to its labels."""
        declared = self.model.properties.items()
        return {(expanded(path), on): one.labels for (path, on), one in declared if is_predicate(path)}

    @cached_property
    def _places(self) -> Mapping[NamedNode, Mapping[NamedNode, Place]]:
        """Class to property to place: by what the first profile that uses it asks, then in the order of the tables."""
        places: dict[NamedNode, dict[NamedNode, Place]] = {}
        for number, use in enumerate(self.model.uses):
            if use.predicate is not None:
                places.setdefault(use.on, {}).setdefault(use.predicate, (_rank(use), number))
        return places

    @cached_property
    def _elsewhere(self) -> Mapping[NamedNode, Place]:
        """The best place that a property has on any class."""
        places: dict[NamedNode, Place] = {}
        for known in self._places.values():
            for predicate, place in known.items():
                places[predicate] = min(places.get(predicate, _LAST), place)
        return places


_LAST: Final = (len(_OBLIGATIONS), 0)


def expanded(name: str) -> NamedNode:
    """The IRI of a short name, or of `<IRI>`."""
    prefix, _, local = name.partition(":")
    return NamedNode(name[1:-1] if name.startswith("<") else PREFIXES[prefix] + local)


def _rank(use: Use) -> int:
    return _OBLIGATIONS.index(use.obligation)


def capitalised(label: str) -> str:
    return label[:1].upper() + label[1:]
