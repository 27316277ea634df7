"""The shapes files: which there are, and the text of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Final, Self

from pyoxigraph import NamedNode

from graph.model.declarations import FOLDERS, Class, Model, Target, Use
from graph.model.tables import rows
from shapes.expansion.constraints import Constraint, Maker, vocabulary_shape
from shapes.expansion.turtle import commented, literal, name, prefixes, texts
from shapes.expansion.wording import Wording

MARK: Final = "Made by `python -m shapes.expansion` from graph/model/: change the tables, not this file."
"""A line of the header of each file that is made; what does not have it is written by hand and left alone."""

_LUXEMBOURGISH: Final = "The Luxembourgish wording has not been reviewed."
_VOCABULARIES: Final = "vocabularies"

Named = Mapping[str, Constraint]
"""Constraints by the name of their shape, in order."""


@dataclass(frozen=True, slots=True, eq=False)
class Expansion:
    """The model, and what it is expanded with."""

    model: Model
    wording: Wording
    maker: Maker

    @classmethod
    def load(cls, model: Model | None = None) -> Self:
        known = Model.load() if model is None else model
        wording = Wording.load(known)
        folder = files("shapes.expansion")
        patterns = {row.text("datatype"): row.text("pattern") for row in rows(folder, "datatypes.csv")}
        return cls(known, wording, Maker(known, wording.vocabularies, patterns))

    def expanded(self, profiles: Iterable[str] = FOLDERS) -> dict[str, str]:
        """Path, under shapes/, and text of every file."""
        return {f"{profile}/{file}": text for profile in profiles for file, text in self._profile(profile)}

    def _profile(self, profile: str) -> Iterator[tuple[str, str]]:
        uses = [use for use in self.model.uses if use.profile == profile]
        classes = [self.model.classes[one] for one in dict.fromkeys(use.on for use in uses)]
        made = {one.iri: self._named(one, [use for use in uses if use.on == one.iri]) for one in classes}
        reached = {use.range for use in uses if use.constraint_type == "each"}
        for one in classes:
            targets = [target for target in self.model.targets if (target.profile, target.on) == (profile, one.iri)]
            head = "" if one.iri in reached and not targets else self._node_shape(one, targets, made[one.iri])
            body = head + "\n".join(self._property_shape(*item, made) for item in made[one.iri].items())
            yield f"{file_name(one)}.ttl", _file(_header(one, profile), body)
        if members := list(dict.fromkeys(_vocabularies(uses))):
            body = "\n".join(map(self._vocabulary, members))
            yield f"{_VOCABULARIES}.ttl", _file(_vocabularies_header(profile), body)

    def _named(self, one: Class, uses: Sequence[Use]) -> Named:
        slugs = _slugs(uses)
        named: dict[str, Constraint] = {}
        for constraint in self.maker.constraints(uses):
            shape = f"<#{shape_name(one)}-{slugs[constraint.use.path]}-{constraint.suffix}>"
            if shape in named:
                raise ValueError(f"{constraint.use.profile}: two constraints are called {shape}")
            named[shape] = constraint
        return named

    def _node_shape(self, one: Class, targets: Sequence[Target], shapes: Named) -> str:
        lines = [f"<#{shape_name(one)}> a sh:NodeShape", "    rdfs:label\n" + texts(one.labels)]
        lines += [_sparql_target(target) for target in targets] or [f"    sh:targetClass {_names(one)}"]
        lines.append("    sh:property\n" + " ,\n".join(f"        {shape}" for shape in shapes))
        return " ;\n".join(lines) + " .\n\n"

    def _property_shape(self, shape: str, constraint: Constraint, made: Mapping[NamedNode, Named]) -> str:
        parameters = list(constraint.parameters)
        if constraint.suffix == "each" and constraint.use.range is not None:
            parameters.append("sh:property\n" + " ,\n".join(f"        {one}" for one in made[constraint.use.range]))
        lines = [
            f"{shape} a sh:PropertyShape",
            f"    sh:path {constraint.path}",
            *(f"    {parameter}" for parameter in parameters),
            f"    sh:severity sh:{constraint.severity.title()}",
            "    sh:name\n" + texts(self.wording.label(constraint.use)),
            "    sh:message\n" + texts(self.wording.message(constraint.kind, constraint.use)),
            f"    dct:source <{constraint.use.clause}>",
        ]
        return " ;\n".join(lines) + " .\n"

    def _vocabulary(self, which: str) -> str:
        one = self.wording.vocabularies[which]
        shape, member = vocabulary_shape(which), f"<vocabulary#{which}-member>"
        lines = [f"{shape} a sh:NodeShape", "    rdfs:label\n" + texts(one.titles), "    sh:nodeKind sh:IRI"]
        if one.pattern:
            return " ;\n".join([*lines, f"    sh:pattern {literal(one.pattern)}"]) + " .\n"
        lines.append(f"    sh:property {member}")
        return " ;\n".join(lines) + f" .\n\n{member} sh:path skos:inScheme ;\n    sh:hasValue <{one.scheme.value}> .\n"


def shape_name(one: Class) -> str:
    return one.shape or "".join(word.capitalize() for word in one.labels["en"].split())


def file_name(one: Class) -> str:
    """The name of the shape in lower case, words apart."""
    spaced = "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in shape_name(one))
    return spaced.removeprefix("-")


def _slugs(uses: Sequence[Use]) -> dict[str, str]:
    """Path to the part of a shape's name: the local name, with its prefix where an earlier row has the same."""
    slugs: dict[str, str] = {}
    for use in uses:
        if use.path not in slugs:
            plain = _slug(use.path)
            slugs[use.path] = plain if plain not in slugs.values() else use.path.replace(":", "-")
    return slugs


def _slug(path: str) -> str:
    if "|" in path:
        return "-or-".join(map(_slug, path.split("|")))
    if path.startswith("<"):
        return path.strip("<>").replace("#", "/").rsplit("/", 1)[-1]
    return "-".join(step.partition(":")[2] for step in path.split("/"))


def _names(one: Class) -> str:
    return " , ".join(map(name, (one.iri, *one.subclasses)))


def _sparql_target(target: Target) -> str:
    """SHACL-AF: SHACL Core has no target by class and value together."""
    conditions = [f"a {target.on}"]
    for place, (predicate, value) in enumerate(target.where):
        conditions.append(f"{predicate} {f'?value{place}' if value is None else value}")
    template = Template(files("shapes.expansion").joinpath("target.txt").read_text("utf-8").strip())
    select = template.substitute(conditions=" ; ".join(conditions))
    return f"    sh:target [ a sh:SPARQLTarget ; sh:select {literal(select)} ]"


def _vocabularies(uses: Iterable[Use]) -> Iterator[str]:
    for use in uses:
        if use.strength != "may":
            yield from use.vocabularies


def _header(one: Class, profile: str) -> str:
    return commented((f"What {profile} says of {name(one.iri)}.", MARK, _LUXEMBOURGISH))


def _vocabularies_header(profile: str) -> str:
    return commented(
        (
            f"The vocabularies that {profile} names: what makes an IRI a member of each.",
            MARK,
            "Membership is known from vocabularies/authority/*.ttl: engines other than ours need it beside the data.",
        )
    )


def _file(header: str, body: str) -> str:
    return f"{header}\n{prefixes(body)}\n{body}"
