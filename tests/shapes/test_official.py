"""Our shapes beside the official ones: on every catalogue and example they find the same faults, property by property.

Compared are sets of (focus node, path, severity): ours as we evaluate them, the official ones as pySHACL does, over the
data and what the authority tables say of the concepts it names. Where the two differ, one of the rules below says why;
a difference without a rule fails. shapes/README.md explains each. The proofs print the table.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.cage import Limits
from shapes.evaluation.background import background_of, statements
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.leftovers import Key, key, validate_caged
from shapes.plan import compile_plan
from shapes.profiles import plan_of
from tests.shapes.catalogues import Catalogue, catalogues, examples, standard, write
from tests.support.shared import SHARED
from vocabularies.namespaces import (
    ADMS,
    DCAT,
    DCATAP,
    DCT,
    FOAF,
    HVD_REGULATION,
    LOCN,
    OWL,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    SPDX,
    TIME,
    VCARD,
)

needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared catalogues and official shapes are not here")

_LIMITS: Final = Limits(cpu_seconds=3000, memory=8 << 30)

OURS: Final = "ours only"
THEIRS: Final = "theirs only"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result, as text in N-Triples notation; `path` in SPARQL's notation, empty for a node as a whole."""

    focus: str
    path: str
    value: str
    severity: str
    component: str

    @property
    def place(self) -> tuple[str, str, str]:
        return self.focus, self.path, self.severity


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding of one side only, with what the data says of the classes of nodes and what the tables know."""

    side: str
    finding: Finding
    types: Mapping[str, frozenset[str]]
    known: frozenset[str]

    def on(self, *predicates: NamedNode) -> bool:
        return self.finding.path in {predicate.value for predicate in predicates}

    def of(self, *components: str) -> bool:
        return self.finding.component.removesuffix("ConstraintComponent") in components

    @property
    def warns(self) -> bool:
        return self.finding.severity == "Warning"

    def focus_is(self, one: NamedNode) -> bool:
        return str(one) in self.types.get(self.finding.focus, ())

    @property
    def value_is_typed(self) -> bool:
        return self.finding.value in self.types


@dataclass(frozen=True, slots=True)
class Rule:
    """Why one side finds what the other does not."""

    side: str
    reason: str
    holds: Callable[[Difference], bool]


@dataclass(frozen=True, slots=True)
class Pair:
    """Our profile and its official counterpart; `places` are the paths of official shapes that have none.

    `beside`: profiles of ours that are meant to be used together with it, so that what the official shapes repeat from
    them is no difference. `about`: the nodes that the comparison is about, where the official shapes judge too many.
    `largest`: bytes of the largest file that pySHACL gets; SPARQL constraints on a whole catalogue take it too long.
    """

    name: str
    official: tuple[str, ...]
    rules: tuple[Rule, ...]
    beside: tuple[str, ...] = ()
    about: Callable[[Sequence[Quad]], set[str]] | None = None
    largest: int = 100_000_000
    places: Mapping[str, str] = field(default_factory=dict)


def alternatives(*predicates: NamedNode) -> str:
    return "|".join(map(str, predicates))


UNDESCRIBED: Final = Rule(
    THEIRS,
    "a reference to what the data does not describe is not blamed for lacking a class",
    lambda one: (
        one.of("Class", "Node") and not one.warns and not one.value_is_typed and not one.finding.value.startswith('"')
    ),
)
ACCEPTED: Final = Rule(
    THEIRS,
    "a subclass of the range, and a concept where the range is a code, counts as the range",
    lambda one: one.value_is_typed and (one.of("Class") or (one.of("Node") and one.on(FOAF.primaryTopic))),
)
LABELLED: Final = Rule(
    THEIRS, "what the authority tables say of their own concepts is known", lambda one: one.finding.focus in one.known
)
KNOWN: Final = Rule(
    OURS, "what the authority tables say of their own concepts is known", lambda one: one.finding.focus in one.known
)
SUBCLASSES: Final = Rule(
    OURS,
    "organisations, persons and groups are agents",
    lambda one: one.on(FOAF.name, DCT.type) and not one.focus_is(FOAF.Agent) and one.finding.focus in one.types,
)

DCAT_AP: Final = Pair(
    "dcat-ap",
    tuple(
        f"dcat-ap/3.0.1/shacl/{name}"
        for name in ("shapes", "range", "shapes_recommended", "mdr-vocabularies.shape", "deprecateduris")
    ),
    (
        UNDESCRIBED,
        ACCEPTED,
        LABELLED,
        KNOWN,
        SUBCLASSES,
        Rule(
            THEIRS,
            "a vocabulary that may be used is not asked for",
            lambda one: one.warns and one.of("Node", "NodeKind") and one.on(DCT.publisher, DCT.spatial, DCT.type),
        ),
        Rule(
            THEIRS,
            "one theme of the table is enough",
            lambda one: one.on(DCAT.theme) and (one.warns or one.of("NodeKind")),
        ),
        Rule(
            THEIRS,
            "the distribution's status is of the EU table, not of ADMS any more",
            lambda one: one.warns and one.of("Node", "NodeKind") and one.on(ADMS.status),
        ),
        Rule(THEIRS, "SPDX's terms begin with http://", lambda one: one.on(SPDX.algorithm) and one.of("Node")),
        Rule(
            THEIRS,
            "the tables of 3.0.1 allow several",
            lambda one: one.of("MaxCount") and one.on(DCT.rights, DCT.conformsTo, DCAT.spatialResolutionInMeters),
        ),
        Rule(THEIRS, "dct:isPartOf is in no table of 3.0.1", lambda one: one.on(DCT.isPartOf)),
        Rule(THEIRS, "a geometry may be a node", lambda one: one.on(LOCN.geometry) and one.of("NodeKind")),
        Rule(
            OURS,
            "dates are not checked by the official base shapes: they say sh:shape, which SHACL does not know",
            lambda one: (
                one.of("Or") and one.on(DCT.issued, DCT.modified, DCAT.startDate, DCAT.endDate) and not one.warns
            ),
        ),
        Rule(
            OURS,
            "the official shapes of deprecated properties have no constraint",
            lambda one: (
                one.warns and one.on(SCHEMA.startDate, SCHEMA.endDate, OWL.versionInfo, DCT.hasVersion, DCT.isVersionOf)
            ),
        ),
        Rule(
            OURS,
            "a distribution that is not described is told as a warning",
            lambda one: one.warns and one.of("Or") and one.on(DCAT.distribution),
        ),
        Rule(
            OURS,
            "recommended by the tables, not by the official shapes",
            lambda one: one.on(DCT.spatial) and one.focus_is(DCAT.DatasetSeries),
        ),
        Rule(
            OURS,
            "an agent's type is asked for at the agent; the official shapes do so at whom it publishes for",
            lambda one: one.warns and one.on(DCT.type) and one.of("Node"),
        ),
        Rule(OURS, "an identifier has a notation, say the tables", lambda one: one.on(SKOS.notation)),
    ),
    places={"<http://data.europa.eu/r5r#Catalog_Shape2>": alternatives(DCAT.dataset, DCAT.service)},
)


def high_value(quads: Sequence[Quad]) -> set[str]:
    """High-value datasets, series and services, and what they point to that the profile speaks of."""
    found: set[object] = {
        quad.subject
        for quad in quads
        if quad.predicate == DCATAP.hvdCategory
        or (quad.predicate == DCATAP.applicableLegislation and quad.object == HVD_REGULATION)
    }
    judged = {DCAT.Dataset, DCAT.DatasetSeries, DCAT.DataService}
    found &= {quad.subject for quad in quads if quad.predicate == RDF.type and quad.object in judged}
    for leads in ((DCAT.distribution, DCAT.contactPoint), (DCT.license,)):
        found |= {quad.object for quad in quads if quad.predicate in leads and quad.subject in found}
    return set(map(str, found))


_HVD: Final = "https://semiceu.github.io/DCAT-AP/releases/3.0.0-hvd#"
_MATCHES: Final = (
    *(SKOS[name] for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch")),
    OWL.sameAs,
    RDFS.seeAlso,
    SKOS.inScheme,
)

HVD: Final = Pair(
    "dcat-ap-hvd",
    ("dcat-ap-hvd/3.0.0/shacl/hvd-SHACL-full",),
    (
        UNDESCRIBED,
        ACCEPTED,
        LABELLED,
        KNOWN,
        Rule(
            THEIRS,
            "a licence of a resource that is no high-value dataset is none of the profile's business",
            lambda one: one.warns and one.finding.path == alternatives(*_MATCHES),
        ),
        Rule(
            THEIRS,
            "a distribution is recommended, says the table",
            lambda one: one.on(DCAT.distribution) and one.of("MinCount"),
        ),
        Rule(
            OURS,
            "recommended by the tables, not by the official shapes",
            lambda one: one.warns and one.of("MinCount", "Not"),
        ),
        Rule(
            OURS,
            "a licence or a contact without a class is judged where a high-value dataset names it",
            lambda one: one.finding.focus not in one.types,
        ),
        Rule(
            THEIRS,
            "a service may be a blank node, say the usage notes; the full set, made from them, says an IRI",
            lambda one: one.of("NodeKind") and one.finding.value.startswith("_:"),
        ),
        Rule(
            OURS,
            "an organisation, an individual and a group of vCard are contacts",
            lambda one: any(one.focus_is(VCARD[name]) for name in ("Organization", "Individual", "Group", "Location")),
        ),
    ),
    beside=("dcat-ap",),
    about=high_value,
    places={
        f"<{_HVD}dcat:DistributionShape/legalInformation>": alternatives(DCT.license, DCT.rights),
        f"<{_HVD}dcat:DataServiceShape/legalInformation>": alternatives(DCT.license, DCT.rights),
        f"<{_HVD}vcard:KindShape/union>": alternatives(VCARD.hasEmail, VCARD.hasURL),
        f"<{_HVD}dct:LicenseDocumentShape/permissive>": alternatives(*_MATCHES),
    },
)

LU: Final = Pair(
    "dcat-ap-lu",
    ("dcat-ap-lu/0.0.1-rc.1/shacl/dcat_ap_lu_CM_shapes",),
    largest=300_000,
    rules=(
        UNDESCRIBED,
        ACCEPTED,
        LABELLED,
        KNOWN,
        SUBCLASSES,
        Rule(
            THEIRS,
            "sh:datatype rdfs:Resource and time:Instant are no datatypes: nodes are right",
            lambda one: one.of("Datatype") and not one.finding.value.startswith('"'),
        ),
        Rule(
            THEIRS,
            "the catalogue's publisher is recommended, says the table",
            lambda one: one.on(DCT.publisher) and one.of("MinCount"),
        ),
        Rule(THEIRS, "a geometry may be a literal", lambda one: one.on(LOCN.geometry)),
        Rule(THEIRS, "dct:rights of a dataset is in no table", lambda one: one.on(DCT.rights) and one.of("MaxCount")),
        Rule(OURS, "recommended by the table; the official shapes know no recommendation", lambda one: one.warns),
        Rule(
            OURS,
            "an identifier is a web address, says the specification",
            lambda one: one.on(DCT.identifier) and one.of("Pattern", "NodeKind"),
        ),
        Rule(
            OURS,
            "dates are xsd:dateTime on every class, says the specification",
            lambda one: one.on(DCT.issued, DCT.modified, DCAT.startDate, DCAT.endDate),
        ),
        Rule(
            OURS,
            "access rights, creator and version are in the table only",
            lambda one: one.on(DCT.accessRights, DCT.creator, OWL.versionInfo),
        ),
        Rule(
            OURS,
            "an instant is a node, not a literal of the datatype time:Instant",
            lambda one: one.on(TIME.hasBeginning, TIME.hasEnd),
        ),
    ),
)

PAIRS: Final = (DCAT_AP, HVD, LU)


def _severity(text: str) -> str:
    return text.strip("<>").rpartition("#")[2]


def _path(text: str | None) -> str:
    """That two point to each other is said of the one path by SPARQL, of the other by our disjoint inverse."""
    return (text or "").removeprefix("^<").removesuffix(">") if (text or "").startswith("^<") else text or ""


@dataclass(slots=True)
class Comparison:
    """Differences of a pair over some files, by side and reason; `unexplained` has what no rule explains."""

    pair: Pair
    known: frozenset[str]
    both: int = 0
    reasons: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    unexplained: list[str] = field(default_factory=list)

    def add(
        self, name: str, quads: Sequence[Quad], ours: list[Finding], also: list[Finding], theirs: list[Finding]
    ) -> None:
        """Compare on one file; `also` are our findings together with those of the profiles beside."""
        about = self.pair.about(quads) if self.pair.about else {str(quad.subject) for quad in quads}
        theirs = [one for one in theirs if one.focus in about]
        self.both += len({one.place for one in also} & {one.place for one in theirs})
        types = classes_of(quads)
        for side, those, others in ((OURS, ours, theirs), (THEIRS, theirs, also)):
            places = {one.place for one in others}
            for finding in {one.place: one for one in those if one.place not in places}.values():
                self._explain(name, Difference(side, finding, types, self.known))

    def _explain(self, name: str, difference: Difference) -> None:
        for rule in self.pair.rules:
            if rule.side == difference.side and rule.holds(difference):
                self.reasons[rule.side, rule.reason] += 1
                return
        self.unexplained.append(f"{name}: {difference.side}: {difference.finding}")

    def __str__(self) -> str:
        lines = [f"{self.pair.name}: {self.both} places in both"]
        lines += [f"{number:>8} {side}: {reason}" for (side, reason), number in sorted(self.reasons.items())]
        return "\n".join([*lines, *(f"   no rule: {one}" for one in self.unexplained)])


def classes_of(quads: Sequence[Quad]) -> dict[str, frozenset[str]]:
    types: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate == RDF.type:
            types[str(quad.subject)].add(str(quad.object))
    return {node: frozenset(ones) for node, ones in types.items()}


def _findings(keys: Iterable[Key], paths: Mapping[str, str | None], places: Mapping[str, str]) -> Iterator[Finding]:
    for focus, path, value, severity, component, shape in keys:
        text = paths.get(shape) if path is None or path.startswith("_:") else path.strip("<>")
        said = _path(text) or places.get(shape, "")
        yield Finding(focus, said, value or "", _severity(severity), _severity(component))


def ours_of(profiles: Sequence[str], known: Sequence[Quad]) -> Callable[[Sequence[Quad]], list[Finding]]:
    """What our shapes find, with the authority tables known, on all nodes."""
    plan = plan_of(profiles)
    background = background_of(plan, known)
    paths = {str(source.shape): source.path_text for source in plan.sources}

    def found(quads: Sequence[Quad]) -> list[Finding]:
        return list(_findings(map(key, evaluate(plan, by_subject(quads), background).results), paths, {}))

    return found


def _with_tables(quads: Sequence[Quad], known: Sequence[Quad]) -> list[Quad]:
    """The data, with the membership of the concepts that it names, and schemes as the official shapes want them."""
    named = {quad.object for quad in quads}
    members = [quad for quad in known if quad.predicate == SKOS.inScheme and quad.subject in named]
    schemes = {quad.object for quad in members if isinstance(quad.object, NamedNode)}
    typed = [Quad(one, RDF.type, SKOS.ConceptScheme) for one in schemes]
    return [*quads, *members, *typed, *(Quad(one, DCT.title, Literal("Table")) for one in schemes)]


def compare(pair: Pair, found: Sequence[Catalogue], folder: Path) -> Comparison:
    known = list(statements())
    shapes = standard(*pair.official)
    paths = {str(source.shape): source.path_text for source in compile_plan(shapes).sources}
    shapes_file = write(shapes, folder / "shapes.nq")
    data = [write(_with_tables(one.quads, known), folder / f"{number}.nq") for number, one in enumerate(found)]
    ours = ours_of([pair.name], known)
    also = ours_of([pair.name, *pair.beside], known)
    comparison = Comparison(pair, frozenset(str(quad.subject) for quad in known))
    answers = validate_caged([(file, shapes_file) for file in data], _LIMITS)
    for catalogue, keys in zip(found, answers, strict=True):
        quads = catalogue.quads
        theirs = list(_findings(keys, paths, pair.places))
        comparison.add(catalogue.name, quads, ours(quads), also(quads) if pair.beside else ours(quads), theirs)
    return comparison


@needs_shared
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_small_files_differ_only_where_a_rule_says_why(pair: Pair, tmp_path: Path) -> None:
    found = [*catalogues(0, 20_000), *examples(0, 20_000)][::40]
    comparison = compare(pair, found, tmp_path)
    assert comparison.unexplained == []
    assert comparison.both


@needs_shared
@pytest.mark.prove
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_every_file_differs_only_where_a_rule_says_why(pair: Pair, tmp_path: Path) -> None:
    found = [*catalogues(0, pair.largest), *examples(0, pair.largest)]
    comparison = compare(pair, found, tmp_path)
    print(f"\n{len(found)} files; {comparison}")
    assert comparison.unexplained == []


def test_every_rule_says_something_of_its_own() -> None:
    for pair in PAIRS:
        assert Counter(rule.reason for rule in pair.rules).most_common(1)[0][1] <= 2
