"""The expansion: in step with the tables, and each constraint finds the fault it is made for, and nothing else."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyshacl
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from graph.model.declarations import LANGUAGES, Model
from shapes.components.constraints import Result
from shapes.evaluation.background import Background, background_of, statements
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.expansion.__main__ import differences, main
from shapes.expansion.constraints import Constraint
from shapes.expansion.files import Expansion
from shapes.plan import Plan, compile_plan
from shapes.profiles import PROFILES, SHAPES_BASE, plan_of, shapes_of
from shapes.reference import to_rdflib
from tests.support.instances import Instances
from vocabularies.namespaces import DCAT, RDF, SH, SKOS, VCARD

FOLDER = Path(__file__).parents[2] / "shapes"


@pytest.fixture(scope="module")
def expansion() -> Expansion:
    return Expansion.load()


@pytest.fixture(scope="module")
def plans() -> dict[str, tuple[Plan, Background]]:
    plans = {profile: plan_of([profile]) for profile in ("dcat-ap", "dcat-ap-hvd", "dcat-ap-lu")}
    return {profile: (plan, background_of(plan)) for profile, plan in plans.items()}


def found(triples: Iterable[Triple], plan: Plan, background: Background) -> list[Result]:
    return evaluate(plan, by_subject(Quad(*triple) for triple in triples), background).results


def test_the_files_are_what_the_tables_make(expansion: Expansion) -> None:
    assert [path.name for path, _ in differences(FOLDER, expansion.expanded())] == []


def test_the_command_says_what_differs_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["--chek"]) == 2


def test_a_made_file_without_a_table_goes_and_a_written_one_stays(tmp_path: Path, expansion: Expansion) -> None:
    expected = expansion.expanded(["dcat-ap-hvd"])
    (tmp_path / "dcat-ap-hvd").mkdir()
    for name, text in (("gone.ttl", expected["dcat-ap-hvd/dataset.ttl"]), ("by-hand.ttl", "# ours\n")):
        (tmp_path / "dcat-ap-hvd" / name).write_text(text, "utf-8")
    changes = {path.name: text for path, text in differences(tmp_path, expected)}
    assert changes.pop("gone.ttl") is None
    assert set(changes) == {name.partition("/")[2] for name in expected}


def constraints(expansion: Expansion, profile: str) -> Iterator[Constraint]:
    for one in expansion.model.classes.values():
        yield from expansion.maker.constraints(expansion.model.uses_of(one.iri, [profile]))


@pytest.mark.parametrize("profile", ["dcat-ap", "dcat-ap-hvd", "dcat-ap-lu"])
def test_a_complete_instance_of_any_class_has_no_result(
    profile: str, expansion: Expansion, plans: dict[str, tuple[Plan, Background]]
) -> None:
    instances = Instances(expansion.model, profile, expansion.wording.vocabularies)
    for on in dict.fromkeys(use.on for use in expansion.model.uses if use.profile == profile):
        _, triples = instances.complete(expansion.model.classes[on])
        assert found(triples, *plans[profile]) == [], on


@pytest.mark.parametrize("profile", ["dcat-ap", "dcat-ap-lu"])
def test_each_constraint_finds_the_fault_it_is_made_for(
    profile: str, expansion: Expansion, plans: dict[str, tuple[Plan, Background]]
) -> None:
    instances = Instances(expansion.model, profile, expansion.wording.vocabularies)
    for constraint in constraints(expansion, profile):
        use = constraint.use
        node, triples = instances.faulty(expansion.model.classes[use.on], use, constraint.suffix)
        results = [result for result in found(triples, *plans[profile]) if result.focus == node]
        clauses = [
            (result.source.clause, result.source.severity.value.rpartition("#")[2].lower()) for result in results
        ]
        assert (use.clause, constraint.severity) in clauses, (constraint, results)


def test_a_high_value_dataset_is_judged_with_what_it_points_to(
    expansion: Expansion, plans: dict[str, tuple[Plan, Background]]
) -> None:
    instances = Instances(expansion.model, "dcat-ap-hvd", expansion.wording.vocabularies)
    _, complete = instances.complete(expansion.model.classes[DCAT.Dataset])
    either = {VCARD.hasURL, VCARD.hasEmail}
    others = {triple.predicate for triple in complete} - {RDF.type, DCAT.contactPoint} - either
    for predicates in (either, *({one} for one in others)):
        fewer = {triple for triple in complete if triple.predicate not in predicates}
        assert found(fewer, *plans["dcat-ap-hvd"]), predicates


def test_a_dataset_that_is_no_high_value_one_is_left_alone(plans: dict[str, tuple[Plan, Background]]) -> None:
    data = parse(b"<urn:d> a <http://www.w3.org/ns/dcat#Dataset> .", RdfFormat.TURTLE)
    assert evaluate(plans["dcat-ap-hvd"][0], by_subject(data), plans["dcat-ap-hvd"][1]).results == []


@pytest.mark.parametrize("profile", PROFILES)
def test_pyshacl_takes_every_profile_as_well_formed(profile: str) -> None:
    nothing = to_rdflib(parse(b"<urn:d> a <http://www.w3.org/ns/dcat#Unknown> .", RdfFormat.TURTLE))
    shapes = to_rdflib(quad.triple for quad in shapes_of([profile]))
    conforms, _, text = pyshacl.validate(nothing, shacl_graph=shapes, advanced=True, do_owl_imports=False)
    assert conforms, text


@pytest.mark.parametrize("profile", ["dcat-ap", "dcat-ap-hvd", "dcat-ap-lu"])
def test_pyshacl_finds_a_complete_dataset_right(profile: str, expansion: Expansion) -> None:
    instances = Instances(expansion.model, profile, expansion.wording.vocabularies)
    _, triples = instances.complete(expansion.model.classes[DCAT.Dataset])
    named = {triple.object for triple in triples}
    members = (quad.triple for quad in statements() if quad.predicate == SKOS.inScheme and quad.subject in named)
    shapes = to_rdflib(quad.triple for quad in shapes_of([profile]))
    conforms, _, text = pyshacl.validate(
        to_rdflib([*triples, *members]), shacl_graph=shapes, advanced=True, do_owl_imports=False
    )
    assert conforms, text


def test_messages_are_whole_sentences_in_each_language(expansion: Expansion) -> None:
    for constraint in constraints(expansion, "dcat-ap"):
        said = expansion.wording.message(constraint.kind, constraint.use)
        for text in said.values():
            assert text[-1] == "."
            assert "{" not in text.replace("<http://www.opengis.net", "")
            assert "  " not in text


def test_a_message_asks_for_what_the_property_takes() -> None:
    told = {
        quad.subject.value.rpartition("/")[2]: quad.object.value
        for quad in shapes_of(["dcat-ap", "dcat-ap-hvd"])
        if quad.predicate == SH.message and isinstance(quad.object, Literal) and quad.object.language == "en"
        if isinstance(quad.subject, NamedNode)
    }
    assert told["dcat-ap#Dataset-publisher-recommended"].endswith(
        "an agent (foaf:Agent), by its IRI or as a blank node."
    )
    assert "a data service (dcat:DataService)" in told["dcat-ap-hvd#Distribution-accessService-recommended"]
    assert "if dcat:version is there already, remove owl:versionInfo" in told["dcat-ap#Dataset-versionInfo-deprecated"]


def test_texts_survive_as_they_are(expansion: Expansion) -> None:
    texts = {
        quad.object.value
        for quad in shapes_of(["dcat-ap"])
        if isinstance(quad.object, Literal) and quad.predicate.value.endswith("message")
    }
    for constraint in constraints(expansion, "dcat-ap"):
        assert set(expansion.wording.message(constraint.kind, constraint.use).values()) <= texts


def test_vocabularies_are_the_same_shapes_in_every_profile() -> None:
    once = compile_plan(shapes_of(["dcat-ap"], SHAPES_BASE))
    both = compile_plan(shapes_of(["dcat-ap", "dcat-ap-hvd"], SHAPES_BASE))
    assert len(both.sources) == len(once.sources) + len(plan_of(["dcat-ap-hvd"]).sources)


def test_a_model_of_ones_own_expands_too(tmp_path: Path) -> None:
    for table, rows in _OWN.items():
        (tmp_path / "own").mkdir(exist_ok=True)
        with (tmp_path / "own" / table).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    text = Expansion.load(Model.load(["own"], tmp_path)).expanded(["own"])["own/entry.ttl"]
    plan = compile_plan(parse(text.encode(), RdfFormat.TURTLE, base_iri="urn:x"))
    assert len(plan.sources) == len(_OWN["constraints.csv"]) - 1
    assert "L’entrée a plusieurs textes" in text  # noqa: RUF001 (an apostrophe of the wording)
    assert "Den Antrag huet" in text


_OWN: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "classes.csv": [
        ("class", *(f"label@{one}" for one in LANGUAGES), "gender@fr", "gender@de", "gender@lb"),
        ("dcat:Dataset", "entry", "entrée", "Eintrag", "Antrag", "f", "m", "m"),
    ],
    "properties.csv": [
        ("property", *(f"label@{one}" for one in LANGUAGES)),
        ("dct:issued", "start", "début", "Beginn", "Ufank"),
        ("dct:modified", "change", "changement", "Änderung", "Ännerung"),
    ],
    "constraints.csv": [
        ("shapeID", "propertyID", "valueConstraintType", "valueConstraint", "clause"),
        *(
            ("dcat:Dataset", "dct:issued", kind, constraint, "urn:clause")
            for kind, constraint in (
                ("picklist", '"a b" dct:title'),
                ("IRIstem", "https://data.example/"),
                ("languageTag", "fr de"),
                ("uniqueLanguage", ""),
                ("minLength", "3"),
                ("maxLength", "9"),
                ("minInclusive", "1"),
                ("maxInclusive", "2"),
                ("minExclusive", "0"),
                ("maxExclusive", "3.5"),
                ("notAfter", "dct:modified"),
                ("notBefore", "dct:modified"),
                ("equals", "dct:modified"),
                ("disjoint", "dct:modified"),
            )
        ),
    ],
}
