"""What the tables declare, as values: classes, properties, and what a profile says of a property on a class."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final, Self, TypeVar

from pyoxigraph import NamedNode

from graph.errors import PortalError
from graph.model.tables import Row, rows, shortened

LANGUAGES: Final = ("en", "fr", "de", "lb")

FOLDERS: Final = ("dcat-ap", "dcat-ap-hvd", "dcat-ap-lu", "adms", "portal")
"""One per profile that introduces something, named like it; what an earlier one declares, later ones use."""

OBLIGATIONS: Final = ("M", "R", "O", "deprecated")
NODE_KINDS: Final = ("IRI", "bnode", "literal")
STRENGTHS: Final = ("must", "should", "at-least-one", "may")
SEVERITIES: Final = ("violation", "warning", "info")
GENDERS: Final = ("m", "f", "n")
CONSTRAINT_TYPES: Final = (
    "picklist", "includes", "IRIstem", "pattern", "languageTag", "uniqueLanguage", "minLength", "maxLength",
    "minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "notAfter", "notBefore", "equals", "disjoint",
    "notMutual", "tooGeneral", "either", "described", "each",
)  # fmt: skip
"""DCTAP's and, from `includes` on where DCTAP has none, ours; README.md says what each means."""


class Undeclared(PortalError):
    """Constraints that speak of what no table declares."""

    def __init__(self, profile: str, table: str, what: str) -> None:
        super().__init__(f"{profile}: no {table} declares {what}")
        self.profile, self.table, self.what = profile, table, what


@dataclass(frozen=True, slots=True)
class Class:
    """A class; `labels` are nouns for use in a sentence, `genders` theirs.

    `subclasses` are judged like the class itself; `accepted` count as it only where it is the range of a property.
    `shape` names its shapes, where the English label does not.
    """

    iri: NamedNode
    profile: str
    labels: Mapping[str, str]
    genders: Mapping[str, str]
    subclasses: tuple[NamedNode, ...]
    accepted: tuple[NamedNode, ...]
    shape: str
    clause: str

    @property
    def name(self) -> str:
        return shortened(self.iri)

    @property
    def range(self) -> tuple[NamedNode, ...]:
        """All classes that a value may have where this one is the range."""
        return (self.iri, *self.subclasses, *self.accepted)


@dataclass(frozen=True, slots=True)
class Property:
    """A property, or a path, with its labels; on one class only where `on` names it.

    `values` says what a value is, as the object of “takes”; empty where the kind of value says enough.
    """

    path: str
    on: NamedNode | None
    profile: str
    labels: Mapping[str, str]
    values: Mapping[str, str]
    clause: str


@dataclass(frozen=True, slots=True)
class Use:
    """What a profile says of a property (or path) on a class: a row of constraints.csv.

    `repeatable` None is "not said". `predicate` is None where `path` is more than one predicate.
    """

    profile: str
    on: NamedNode
    path: str
    predicate: NamedNode | None
    obligation: str
    mandatory: bool
    repeatable: bool | None
    node_kinds: tuple[str, ...]
    datatypes: tuple[NamedNode, ...]
    range: NamedNode | None
    constraint: str
    constraint_type: str
    vocabularies: tuple[str, ...]
    strength: str
    severity: str
    replacement: str
    clause: str


@dataclass(frozen=True, slots=True)
class Target:
    """Members of a class that a profile is about: those with all the properties of `where` (any value is None)."""

    profile: str
    on: NamedNode
    where: tuple[tuple[NamedNode, NamedNode | None], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """All declarations. Loading reads the tables, so who needs it often keeps it."""

    classes: Mapping[NamedNode, Class]
    properties: Mapping[tuple[str, NamedNode | None], Property]
    uses: tuple[Use, ...]
    targets: tuple[Target, ...]

    @classmethod
    def load(cls, folders: Sequence[str] = FOLDERS, root: Traversable | None = None) -> Self:
        """Raises TableError where a table says what has no meaning, or something twice."""
        where = files("graph.model") if root is None else root
        found = [(name, where.joinpath(name)) for name in folders]
        model = cls(
            classes=MappingProxyType(_once(_classes(found))),
            properties=MappingProxyType(_once(_properties(found))),
            uses=tuple(_use(name, row) for name, folder in found for row in rows(folder, "constraints.csv")),
            targets=tuple(_target(name, row) for name, folder in found for row in rows(folder, "targets.csv")),
        )
        model._refuse_undeclared()
        return model

    def uses_of(self, on: NamedNode, profiles: Iterable[str] | None = None) -> tuple[Use, ...]:
        """What is said of a class, by all profiles or by some, in the order of the tables."""
        among = None if profiles is None else frozenset(profiles)
        return tuple(use for use in self.uses if use.on == on and (among is None or use.profile in among))

    def property_of(self, path: str, on: NamedNode | None = None) -> Property:
        """The property as it is called on this class. Raises KeyError where nobody declares it."""
        return self.properties.get((path, on)) or self.properties[path, None]

    def class_like(self, iri: NamedNode) -> Class | None:
        """The declared class that this one is, or is a subclass of."""
        known = self.classes.get(iri)
        return known or next((one for one in self.classes.values() if iri in one.subclasses), None)

    def datatypes(self) -> Mapping[NamedNode, NamedNode]:
        """Predicate to datatype, for predicates whose values have one and the same datatype wherever they are used."""
        said: dict[NamedNode, set[tuple[NamedNode, ...]]] = {}
        for use in self.uses:
            if use.predicate is not None and (use.datatypes or use.range or use.node_kinds):
                said.setdefault(use.predicate, set()).add(use.datatypes)
        return {
            predicate: datatypes[0]
            for predicate, ways in said.items()
            for datatypes in ways
            if len(ways) == 1 and len(datatypes) == 1
        }

    def _refuse_undeclared(self) -> None:
        for use in self.uses:
            for iri in (use.on, use.range):
                if iri is not None and iri not in self.classes:
                    raise Undeclared(use.profile, "classes.csv", f"{shortened(iri)} ({use.path})")
            if (use.path, use.on) not in self.properties and (use.path, None) not in self.properties:
                raise Undeclared(use.profile, "properties.csv", f"{use.path}, used on {shortened(use.on)}")


Declared = TypeVar("Declared")
Key = TypeVar("Key")

_Folders = Sequence[tuple[str, Traversable]]


def _once(found: Iterable[tuple[Key, Row, Declared]]) -> dict[Key, Declared]:
    known: dict[Key, Declared] = {}
    for key, row, one in found:
        if key in known:
            raise row.wrong("declared twice")
        known[key] = one
    return known


def _all_texts(row: Row, column: str) -> Mapping[str, str]:
    found = row.texts(column, LANGUAGES)
    if not found:
        raise row.wrong(f"{column} is missing")
    return found


def _classes(folders: _Folders) -> Iterator[tuple[NamedNode, Row, Class]]:
    for profile, folder in folders:
        for row in rows(folder, "classes.csv"):
            genders = {
                language: row.one_of(f"gender@{language}", GENDERS) for language in LANGUAGES if language != "en"
            }
            if not all(genders.values()):
                raise row.wrong("a gender is missing")
            one = Class(
                iri=row.name("class"),
                profile=profile,
                labels=_all_texts(row, "label"),
                genders=genders,
                subclasses=row.names("subclasses"),
                accepted=row.names("accepted"),
                shape=row.text("shape"),
                clause=row.text("clause"),
            )
            yield one.iri, row, one


def _properties(folders: _Folders) -> Iterator[tuple[tuple[str, NamedNode | None], Row, Property]]:
    for profile, folder in folders:
        for row in rows(folder, "properties.csv"):
            one = Property(
                path=row.text("property"),
                on=row.name("class") if row.text("class") else None,
                profile=profile,
                labels=_all_texts(row, "label"),
                values=row.texts("value", LANGUAGES),
                clause=row.text("clause"),
            )
            yield (one.path, one.on), row, one


def _use(profile: str, row: Row) -> Use:
    path = row.text("propertyID")
    return Use(
        profile=profile,
        on=row.name("shapeID"),
        path=path,
        predicate=row.expanded(path) if is_predicate(path) else None,
        obligation=row.one_of("obligation", OBLIGATIONS),
        mandatory=row.flag("mandatory") or False,
        repeatable=row.flag("repeatable"),
        node_kinds=_node_kinds(row),
        datatypes=row.names("valueDataType"),
        range=row.name("valueShape") if row.text("valueShape") else None,
        constraint=row.text("valueConstraint"),
        constraint_type=row.one_of("valueConstraintType", CONSTRAINT_TYPES),
        vocabularies=tuple(row.text("vocabulary").split()),
        strength=row.one_of("strength", STRENGTHS),
        severity=row.one_of("severity", SEVERITIES),
        replacement=row.text("replacement"),
        clause=row.text("clause"),
    )


def _node_kinds(row: Row) -> tuple[str, ...]:
    kinds = tuple(row.text("valueNodeType").split())
    if not set(kinds) <= set(NODE_KINDS):
        raise row.wrong(f"valueNodeType is one or more of: {', '.join(NODE_KINDS)}")
    return kinds


def _target(profile: str, row: Row) -> Target:
    return Target(profile, row.name("class"), tuple(_condition(row, part) for part in row.text("where").split()))


def _condition(row: Row, part: str) -> tuple[NamedNode, NamedNode | None]:
    predicate, equals, value = part.partition("=")
    return row.expanded(predicate), row.expanded(value) if equals else None


def is_predicate(path: str) -> bool:
    """Whether a path of the tables is one predicate only, not a way over several or backwards."""
    return path.startswith("<") or not any(sign in path for sign in "^/|")
