"""From a row of the model to constraints: which there are, how each is said in SHACL, how much it weighs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from graph.model.declarations import Class, Model, Use
from graph.model.tables import expanded
from shapes.expansion.turtle import literal, name, path_of
from shapes.expansion.vocabularies import Vocabulary
from shapes.expansion.wording import items

VIOLATION: Final = "violation"
WARNING: Final = "warning"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One property shape: `suffix` ends its name, `kind` is its message template, `parameters` are Turtle."""

    suffix: str
    kind: str
    path: str
    parameters: tuple[str, ...]
    severity: str
    use: Use


@dataclass(frozen=True, slots=True, eq=False)
class Maker:
    """Makes the constraints of rows; `patterns` are the forms of datatypes whose texts engines read too kindly."""

    model: Model
    vocabularies: Mapping[str, Vocabulary]
    patterns: Mapping[str, str]

    def constraints(self, uses: Iterable[Use]) -> Iterator[Constraint]:
        """The constraints of all rows of one class in one profile. At most one for each thing that can be wrong."""
        ones = tuple(uses)
        told = {path for use in ones for path in _asked_for(use)}
        for use in ones:
            yield from self._presence(use, told=use.path in told)
            yield from self._number(use)
            yield from self._values(use)
            if use.constraint_type:
                yield self._particular(use)

    def _presence(self, use: Use, *, told: bool) -> Iterator[Constraint]:
        if told:  # by a constraint that says more: which value there must be
            return
        if use.mandatory:
            yield _made(use, "missing", ["sh:minCount 1"], VIOLATION)
        elif use.obligation == "R":
            yield _made(use, "recommended", ["sh:minCount 1"], WARNING)

    def _number(self, use: Use) -> Iterator[Constraint]:
        if use.repeatable is False:
            yield _made(use, "repeated", ["sh:maxCount 1"], VIOLATION)
        if use.obligation == "deprecated":
            yield _made(use, "deprecated", ["sh:maxCount 0"], WARNING)

    def _values(self, use: Use) -> Iterator[Constraint]:
        must = bool(use.vocabularies) and use.strength == "must"
        if use.datatypes:
            yield _made(use, "datatype", [self._datatypes(use)], VIOLATION)
        elif use.node_kinds and not must:
            yield _made(use, "kind", [f"sh:nodeKind {_NODE_KINDS[frozenset(use.node_kinds)]}"], VIOLATION)
        if use.range is not None and not must and use.constraint_type not in _ABOUT_RANGE:
            yield _made(use, "class", [_classes(self.model.classes[use.range])], VIOLATION)
        if use.vocabularies and use.strength != "may":
            yield self._vocabulary(use)

    def _datatypes(self, use: Use) -> str:
        alternatives = [self._datatype(name(datatype)) for datatype in use.datatypes]
        if len(alternatives) == 1 and ";" not in alternatives[0]:
            return alternatives[0]
        if len(alternatives) == 1:
            return alternatives[0].replace(" ; ", " ;\n    ")
        return "sh:or (\n" + "".join(f"        [ {one} ]\n" for one in alternatives) + "    )"

    def _datatype(self, datatype: str) -> str:
        pattern = self.patterns.get(datatype)
        return f"sh:datatype {datatype}" + (f" ; sh:pattern {literal(pattern)}" if pattern else "")

    def _vocabulary(self, use: Use) -> Constraint:
        shapes = [vocabulary_shape(self.vocabularies[one].name) for one in use.vocabularies]
        any_of = shapes[0] if len(shapes) == 1 else f"[ sh:or ( {' '.join(shapes)} ) ]"
        if _asks_for_one(use):
            parameters = [f"sh:qualifiedValueShape {any_of}", "sh:qualifiedMinCount 1"]
            return _made(use, "vocabulary", parameters, WARNING, kind="vocabulary-one")
        kind, severity = ("vocabulary", VIOLATION) if use.strength == "must" else ("vocabulary-should", WARNING)
        return _made(use, "vocabulary", [f"sh:node {any_of}"], severity, kind=kind)

    def _particular(self, use: Use) -> Constraint:
        path, parameters = _PARTICULARS[use.constraint_type](use)
        return _made(use, use.constraint_type, parameters, VIOLATION, path=path)


def _asked_for(use: Use) -> Iterator[str]:
    """The properties of which the row asks for a value by a constraint that says more than that there is one."""
    if use.constraint_type in {"includes", "either"} or _asks_for_one(use):
        yield use.path
    if use.constraint_type == "either":
        yield from use.constraint.split()


def _asks_for_one(use: Use) -> bool:
    return use.strength == "at-least-one"


def _made(
    use: Use, suffix: str, parameters: Iterable[str], severity: str, *, kind: str | None = None, path: str | None = None
) -> Constraint:
    shown = path_of(use.path) if path is None else path
    return Constraint(suffix, kind or suffix, shown, tuple(parameters), use.severity or severity, use)


def vocabulary_shape(vocabulary: str) -> str:
    """The shape of a vocabulary's members, the same in all profiles."""
    return f"<vocabulary#{vocabulary}>"


_ABOUT_RANGE: Final = frozenset({"described", "each"})
"""Types of constraints that say by themselves what the range is for."""

_NODE_KINDS: Final[Mapping[frozenset[str], str]] = {
    frozenset({"IRI"}): "sh:IRI",
    frozenset({"bnode"}): "sh:BlankNode",
    frozenset({"literal"}): "sh:Literal",
    frozenset({"IRI", "bnode"}): "sh:BlankNodeOrIRI",
    frozenset({"literal", "bnode"}): "sh:BlankNodeOrLiteral",
    frozenset({"IRI", "literal"}): "sh:IRIOrLiteral",
}


def _classes(one: Class) -> str:
    """A value of one of the classes, or one that is not described here at all, which nobody is blamed for."""
    lines = [f"[ sh:class {name(accepted)} ]" for accepted in dict.fromkeys(one.range)]
    lines.append("[ sh:property [ sh:path rdf:type ; sh:maxCount 0 ] ]")
    return "sh:or (\n" + "".join(f"        {line}\n" for line in lines) + "    )"


Particular = Callable[[Use], tuple[str, list[str]]]


def _on_value(parameter: str, shown: Callable[[str], str]) -> Particular:
    """A parameter on the property's own path whose value is the constraint, spelt in Turtle."""
    return lambda use: (path_of(use.path), [f"sh:{parameter} {shown(use.constraint)}"])


def _in_list(use: Use) -> tuple[str, list[str]]:
    members = [item if item.startswith('"') else name(expanded(item)) for item in items(use.constraint)]
    return path_of(use.path), [f"sh:in ( {' '.join(members)} )"]


def _too_general(use: Use) -> tuple[str, list[str]]:
    members = " ".join(name(expanded(item)) for item in items(use.constraint))
    return path_of(use.path), [f"sh:not [ sh:in ( {members} ) ]"]


def _languages(use: Use) -> tuple[str, list[str]]:
    return path_of(use.path), [f"sh:languageIn ( {' '.join(map(literal, use.constraint.split()))} )"]


def _stem(use: Use) -> tuple[str, list[str]]:
    escaped = "".join(f"[{sign}]" if sign in ".?+*()|$" else sign for sign in use.constraint)
    return path_of(use.path), [f"sh:pattern {literal('^' + escaped)}"]


def _not_before(use: Use) -> tuple[str, list[str]]:
    return path_of(use.constraint), [f"sh:lessThanOrEquals {path_of(use.path)}"]


def _not_mutual(use: Use) -> tuple[str, list[str]]:
    return f"[ sh:inversePath {path_of(use.path)} ]", [f"sh:disjoint {path_of(use.path)}"]


def _either(use: Use) -> tuple[str, list[str]]:
    return path_of("|".join([use.path, *use.constraint.split()])), ["sh:minCount 1"]


def _described(use: Use) -> tuple[str, list[str]]:
    """Of a literal it is said already that it is none of a resource's names."""
    alternatives = [f"[ sh:class {name(use.range)} ]"] if use.range is not None else []
    lines = [*alternatives, "[ sh:nodeKind sh:Literal ]"]
    return path_of(use.path), ["sh:or (\n" + "".join(f"        {line}\n" for line in lines) + "    )"]


def _each(use: Use) -> tuple[str, list[str]]:
    return path_of(use.path), []  # the shapes of the class are put in by files.py, which knows them


def _number(text: str) -> str:
    return text if text.lstrip("-").replace(".", "", 1).isdigit() else literal(text)


_PARTICULARS: Final[Mapping[str, Particular]] = {
    "picklist": _in_list,
    "includes": _on_value("hasValue", lambda text: name(expanded(text))),
    "IRIstem": _stem,
    "pattern": _on_value("pattern", literal),
    "languageTag": _languages,
    "uniqueLanguage": lambda use: (path_of(use.path), ["sh:uniqueLang true"]),
    "minLength": _on_value("minLength", str),
    "maxLength": _on_value("maxLength", str),
    "minInclusive": _on_value("minInclusive", _number),
    "maxInclusive": _on_value("maxInclusive", _number),
    "minExclusive": _on_value("minExclusive", _number),
    "maxExclusive": _on_value("maxExclusive", _number),
    "notAfter": _on_value("lessThanOrEquals", path_of),
    "notBefore": _not_before,
    "equals": _on_value("equals", path_of),
    "disjoint": _on_value("disjoint", path_of),
    "notMutual": _not_mutual,
    "tooGeneral": _too_general,
    "either": _either,
    "described": _described,
    "each": _each,
}
