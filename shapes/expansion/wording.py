"""Messages: templates.csv and values.csv filled with the names of classes, properties and vocabularies."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Self

from graph.model.declarations import LANGUAGES, Class, Model, Use
from graph.model.tables import expanded, rows, shortened
from shapes.expansion.grammar import Grammar
from shapes.expansion.vocabularies import Vocabulary, load

Texts = Mapping[str, str]

QUOTES: Final = {"en": "“{}”", "fr": "« {} »", "de": "„{}“", "lb": "„{}“"}
AND_OR: Final = {"en": "or", "fr": "ou", "de": "oder", "lb": "oder"}


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """What messages are made of. Raises KeyError for a kind, a datatype or a vocabulary without words."""

    model: Model
    grammar: Grammar
    vocabularies: Mapping[str, Vocabulary]
    templates: Mapping[str, Texts]
    values: Mapping[str, Texts]

    @classmethod
    def load(cls, model: Model) -> Self:
        folder = files("shapes.expansion")
        templates, values = (
            {row.text(key): {language: row.text(language) for language in LANGUAGES} for row in rows(folder, name)}
            for name, key in (("templates.csv", "kind"), ("values.csv", "of"))
        )
        return cls(model, Grammar.load(), load(), templates, values)

    def message(self, kind: str, use: Use) -> dict[str, str]:
        """What to say of a constraint of this kind, in each language."""
        if use.predicate is None and f"{kind}-path" in self.templates:
            kind = f"{kind}-path"
        return {
            language: self.templates[kind][language].format_map(self._fields(use, language)) for language in LANGUAGES
        }

    def label(self, use: Use) -> Texts:
        return self.model.property_of(use.path, use.on).labels

    def _fields(self, use: Use, language: str) -> dict[str, str]:
        others = use.constraint.split() if use.constraint_type in _NAMING_OTHERS else []
        fields = {
            **self._class_fields(self.model.classes[use.on], language),
            **self._range_fields(use, language),
            **self._vocabulary_fields(use, language),
            "label": self.label(use)[language],
            "property": use.path,
            "replacement": use.replacement,
            "constraint": _shown(use, language),
            "first": use.constraint.partition(" ")[0],
            "other": f" {AND_OR[language]} ".join(others),
            "other_label": self._other_labels(use, others, language),
        }
        return fields | {"value": self._value(use, language, fields)}

    def _class_fields(self, one: Class, language: str) -> dict[str, str]:
        return {which: self.grammar.form(one, language, which) for which in ("The", "To")}

    def _range_fields(self, use: Use, language: str) -> dict[str, str]:
        if use.range is None:
            return {"a_range": "", "range": ""}
        noun = self.grammar.form(self.model.classes[use.range], language, "a")
        return {"a_range": noun, "range": shortened(use.range)}

    def _vocabulary_fields(self, use: Use, language: str) -> dict[str, str]:
        named = [self.vocabularies[name] for name in use.vocabularies]
        titles = [QUOTES[language].format(one.titles[language]) for one in named]
        return {
            "table": f" {AND_OR[language]} ".join(titles),
            "example": f"<{named[0].example}>" if named else "",
        }

    def _other_labels(self, use: Use, others: Sequence[str], language: str) -> str:
        between = QUOTES[language].format("|").split("|")
        labels = [self.model.property_of(path, use.on).labels[language] for path in others]
        return f"{between[1]}, {between[0]}".join(labels)

    def _value(self, use: Use, language: str, fields: Mapping[str, str]) -> str:
        """What a value is: in the property's own words, else by vocabulary, datatype, range or kind of node."""
        for on in (use.on, None):
            own = self.model.properties.get((use.path, on))
            if own is not None and own.values:
                return own.values[language]
        known = self._described(use)
        known_fields = {**fields, **self._range_fields(known, language), **self._vocabulary_fields(known, language)}
        return self.values[_kind_of_value(known)][language].format_map(known_fields)

    def _described(self, use: Use) -> Use:
        """The row that says what values are: another profile's where this one only asks that there be some."""
        if use.vocabularies or use.datatypes or use.range is not None or use.node_kinds:
            return use
        alike = (one for one in self.model.uses if (one.on, one.path) == (use.on, use.path) and one.node_kinds)
        return next(alike, use)


_NAMING_OTHERS: Final = frozenset({"notAfter", "notBefore", "equals", "disjoint", "either"})


def _kind_of_value(use: Use) -> str:
    if use.vocabularies and use.strength != "may":
        return "vocabulary"
    if use.datatypes:
        return " ".join(map(shortened, use.datatypes))
    if use.range is not None:
        return "range-described" if "bnode" in use.node_kinds else "range"
    return "literal" if use.node_kinds == ("literal",) else "IRI"


def _shown(use: Use, language: str) -> str:
    """The constraint as a message shows it."""
    if use.constraint_type == "picklist":
        return f" {AND_OR[language]} ".join(items(use.constraint))
    if use.constraint_type == "languageTag":
        return ", ".join(use.constraint.split())
    if use.constraint_type == "includes":
        return str(expanded(use.constraint))
    return f"<{use.constraint}>" if use.constraint_type == "IRIstem" else use.constraint


def items(constraint: str) -> list[str]:
    """Short names and quoted texts, separated by spaces."""
    return re.findall(r'"[^"]*"|\S+', constraint)
