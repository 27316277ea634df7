"""Our own shapes: complete, worded, sourced; and how profiles are named."""

from collections import Counter

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from shapes.profiles import PROFILES, UnknownProfile, digest_of, plan_of, shapes_of
from shapes.reporting.wording import LANGUAGES
from tests.support.shared import SHARED
from vocabularies.namespaces import DCT, RDF, SH


@pytest.fixture(scope="module", params=PROFILES)
def shapes(request: pytest.FixtureRequest) -> list[Quad]:
    return shapes_of([request.param])


def property_shapes(shapes: list[Quad]) -> list[NamedNode]:
    found = [quad.subject for quad in shapes if quad.predicate == RDF.type and quad.object == SH.PropertyShape]
    return [node for node in found if isinstance(node, NamedNode)]


@pytest.mark.parametrize("predicate", [SH.message, SH.name], ids=["message", "name"])
def test_every_constraint_is_worded_once_in_each_language(shapes: list[Quad], predicate: NamedNode) -> None:
    found = Counter(
        (quad.subject, quad.object.language)
        for quad in shapes
        if quad.predicate == predicate and isinstance(quad.object, Literal)
    )
    assert set(property_shapes(shapes)) <= {shape for shape, _ in found}
    assert found == Counter((shape, language) for shape in {shape for shape, _ in found} for language in LANGUAGES)


@pytest.mark.parametrize("predicate", [SH.severity, DCT.source, SH.path], ids=["severity", "source", "path"])
def test_every_constraint_says_its_weight_its_clause_and_its_field(shapes: list[Quad], predicate: NamedNode) -> None:
    found = Counter(quad.subject for quad in shapes if quad.predicate == predicate)
    for shape in property_shapes(shapes):
        assert found[shape] == 1


def test_every_constraint_is_reached_from_a_shape(shapes: list[Quad]) -> None:
    found = Counter(
        quad.object for quad in shapes if quad.predicate == SH.property and isinstance(quad.object, NamedNode)
    )
    assert set(found) >= set(property_shapes(shapes))


@pytest.mark.parametrize("name", PROFILES)
def test_the_plan_of_a_profile_leaves_nothing_to_the_reference(name: str) -> None:
    assert plan_of([name]).leftovers == ()


@pytest.mark.skipif(not SHARED.exists(), reason="the specification's tables are not here")
def test_dcat_ap_covers_every_obligation_of_the_tables() -> None:
    import csv

    with (SHARED / "standards/dcat-ap/3.0.1/obligations.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    must = [source for source in plan_of(["dcat-ap"]).sources if source.severity == SH.Violation]
    sources = {(source.clause, source.component) for source in must}
    for row in rows:
        clause = PROFILES["dcat-ap"].specification + "#" + f"{row['class']}.{row['property']}".replace(" ", "")
        low, _, high = row["cardinality"].rpartition("..")
        assert ((clause, SH.MinCountConstraintComponent) in sources) == ((low or high) == "1"), row
        assert ((clause, SH.MaxCountConstraintComponent) in sources) == (high == "1"), row
        assert row["obligation"] == "Mandatory" or (low or high) != "1"


def test_shapes_stand_on_the_base_they_are_given() -> None:
    found = {quad.subject for quad in shapes_of(["dcat-ap"], "https://portal.example/shapes/")}
    assert NamedNode("https://portal.example/shapes/dcat-ap#Dataset-title-missing") in found


def test_naming_a_profile_twice_changes_nothing() -> None:
    assert len(shapes_of(["dcat-ap", "dcat-ap"])) == len(shapes_of(["dcat-ap"]))
    assert digest_of(["dcat-ap", "dcat-ap"]) == digest_of(["dcat-ap"])


@pytest.mark.parametrize("what", [shapes_of, plan_of, digest_of])
def test_an_unknown_profile_is_an_error_that_lists_the_known_ones(what: object) -> None:
    with pytest.raises(UnknownProfile, match=r"no profile 'dcat-app'; the profiles are: dcat-ap, "):
        what(["dcat-app"])  # type: ignore[operator]
