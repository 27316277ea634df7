"""The declared model: complete, and refused where a table says what has no meaning."""

import csv
from pathlib import Path

import pytest

from graph.model.declarations import LANGUAGES, Model, Undeclared
from graph.model.tables import TableError, expanded, shortened
from tests.support.shared import SHARED
from vocabularies.namespaces import DCAT, DCT, FOAF, SPDX, XSD

CLASSES = "class,label@en,label@fr,label@de,label@lb,gender@fr,gender@de,gender@lb\n"
PROPERTIES = "property,label@en,label@fr,label@de,label@lb\n"


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load()


@pytest.mark.skipif(not SHARED.exists(), reason="the specification's tables are not here")
def test_every_row_of_the_specification_is_declared(model: Model) -> None:
    with (SHARED / "standards/dcat-ap/3.0.1/obligations.csv").open(encoding="utf-8") as file:
        stated = {
            (row["class_iri"], row["property_iri"]): (row["obligation"][0], row["cardinality"].replace("n", "*"))
            for row in csv.DictReader(file)
        }
    declared = {
        (use.on.value, use.predicate.value): (use.obligation, cardinality(use.mandatory, repeatable=use.repeatable))
        for use in model.uses
        if use.profile == "dcat-ap" and use.predicate and use.obligation in {"M", "R", "O"}
    }
    assert declared == stated


def cardinality(mandatory: bool, *, repeatable: bool | None) -> str:
    low, high = "1" if mandatory else "0", "*" if repeatable else "1"
    return "1" if low == high else f"{low}..{high}"


def test_everything_is_labelled_in_every_language(model: Model) -> None:
    labels = [one.labels for one in model.classes.values()] + [one.labels for one in model.properties.values()]
    assert all(set(one) == set(LANGUAGES) for one in labels)


def test_a_property_may_be_called_otherwise_on_one_class(model: Model) -> None:
    assert model.property_of("dct:issued", DCAT.Dataset).labels["en"] == "release date"
    assert model.property_of("dct:issued", DCAT.CatalogRecord).labels["en"] == "listing date"


def test_a_subclass_is_like_its_class(model: Model) -> None:
    agent = model.class_like(FOAF.Organization)
    assert agent is not None
    assert agent.iri == FOAF.Agent
    assert model.class_like(DCT.Nothing) is None


def test_a_datatype_is_known_where_a_property_has_but_one(model: Model) -> None:
    datatypes = model.datatypes()
    assert datatypes[DCAT.byteSize] == XSD.nonNegativeInteger
    assert datatypes[SPDX.checksumValue] == XSD.hexBinary
    assert DCT.issued not in datatypes


def test_short_names_are_spelt_out_and_back() -> None:
    assert shortened(expanded("dcat:Dataset")) == "dcat:Dataset"
    assert shortened(expanded("<urn:x:y>")) == "<urn:x:y>"


def written(folder: Path, **tables: str) -> Path:
    (folder / "own").mkdir()
    for name, text in tables.items():
        (folder / "own" / f"{name}.csv").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("classes", "reason"),
    [
        ("dcat:Dataset,a,b,c,d,m,m,x\n", "gender@lb is 'x'"),
        ("dcat:Dataset,a,b,c,d,m,m,\n", "a gender is missing"),
        ("dcat:Dataset,a,,c,d,m,m,m\n", "label is given in some languages only"),
        ("dcat:Dataset,,,,,m,m,m\n", "label is missing"),
        ("Dataset,a,b,c,d,m,m,m\n", "'Dataset' is no short name"),
        ("dcat:Dataset,a,b,c,d,m,m,m\ndcat:Dataset,a,b,c,d,m,m,m\n", "line 3: declared twice"),
        (",a,b,c,d,m,m,m\n", "class takes one short name"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path: Path, classes: str, reason: str) -> None:
    with pytest.raises(TableError, match=r"own/classes.csv, line \d") as caught:
        Model.load(["own"], written(tmp_path, classes=CLASSES + classes))
    assert reason in str(caught.value)


def test_a_wrong_kind_of_value_is_refused(tmp_path: Path) -> None:
    tables = written(tmp_path, constraints="shapeID,propertyID,valueNodeType\ndcat:Dataset,dct:title,text\n")
    with pytest.raises(TableError, match="valueNodeType is one or more of"):
        Model.load(["own"], tables)


def test_what_nobody_declares_is_refused(tmp_path: Path) -> None:
    constraints = "shapeID,propertyID\ndcat:Dataset,dct:title\n"
    tables = written(tmp_path, constraints=constraints)
    with pytest.raises(Undeclared, match=r"no classes.csv declares dcat:Dataset \(dct:title\)"):
        Model.load(["own"], tables)
    (tables / "own" / "classes.csv").write_text(CLASSES + "dcat:Dataset,a,b,c,d,m,m,m\n", "utf-8")
    with pytest.raises(Undeclared, match=r"no properties.csv declares dct:title, used on dcat:Dataset"):
        Model.load(["own"], tables)


def test_a_target_is_a_class_with_conditions(tmp_path: Path) -> None:
    targets = "class,where\ndcat:Dataset,dcatap:hvdCategory dcatap:applicableLegislation=<urn:act>\n"
    model = Model.load(["own"], written(tmp_path, targets=targets))
    (target,) = model.targets
    assert [str(value) for _, value in target.where] == ["None", "<urn:act>"]
