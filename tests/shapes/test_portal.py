"""The profiles of the portal's own: pySHACL agrees with us, and the example breaks only what it says it does."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from shapes.components.constraints import Result
from shapes.evaluation.background import Background, background_of, statements
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.leftovers import Key, key
from shapes.plan import Plan, compile_plan
from shapes.profiles import PROFILES, shapes_of
from shapes.reference import to_rdflib, validate
from vocabularies.concepts import Concepts
from vocabularies.namespaces import AUTHORITY, DCAT, DCATAP, DCT, HVD, ORG, RDF, SH, SKOS, VCARD

OURS = ("adms", "portal")
CASES = Path(__file__).parents[1] / "cases" / "shapes"
ID = "https://data.portal.example/id/"
DATASET = NamedNode("http://data.example/id/roads")


@pytest.fixture(scope="module", params=OURS)
def profile(request: pytest.FixtureRequest) -> str:
    assert isinstance(request.param, str)
    return request.param


@dataclass(frozen=True, slots=True)
class Judge:
    """A profile's plan with what it asks of the authority tables."""

    plan: Plan
    background: Background

    def results(self, data: Iterable[Quad]) -> list[Result]:
        return evaluate(self.plan, by_subject(data), self.background).results


def judge_of(shapes: list[Quad]) -> Judge:
    plan = compile_plan(shapes)
    return Judge(plan, background_of(plan))


@pytest.fixture(scope="module")
def portal() -> Judge:
    return judge_of(shapes_of(["portal"]))


def example() -> Iterator[Quad]:
    for file in files("loaders").joinpath("example").iterdir():
        if file.name.endswith(".ttl"):
            yield from parse(file.read_bytes(), RdfFormat.TURTLE, rename_blank_nodes=True)


def reference(data: list[Quad], shapes: list[Quad]) -> Counter[Key]:
    """PySHACL's results on the data's own nodes, with what the authority tables say of the concepts it names."""
    named = {quad.object for quad in data}
    members = [quad for quad in statements() if quad.predicate in (SKOS.inScheme, RDF.type) and quad.subject in named]
    own = {str(quad.subject) for quad in data}
    return Counter(one for one in validate(to_rdflib([*data, *members]), to_rdflib(shapes)) if one[0] in own)


@pytest.mark.prove
def test_pyshacl_finds_the_same_in_every_case(profile: str) -> None:
    shapes = shapes_of([profile])
    judge = judge_of(shapes)
    for case in sorted(CASES.glob(f"{profile}/*/*/data.ttl")):
        data = list(parse(path=case, format=RdfFormat.TURTLE))
        assert Counter(map(key, judge.results(data))) == reference(data, shapes), case


def test_pyshacl_finds_the_same_in_the_example(profile: str) -> None:
    shapes, data = shapes_of([profile]), list(example())
    assert Counter(map(key, judge_of(shapes).results(data))) == reference(data, shapes)


def test_the_example_breaks_what_its_comments_say_and_little_else(portal: Judge) -> None:
    told = Counter(
        (str(result.source.shape).partition("#")[2][:-1], _short(result)) for result in portal.results(example())
    )
    assert told == Counter(
        {
            ("AnsweredRequest-result-missing", "request/flood-zones"): 1,
            ("DatesIssuedModified", "dataset/road-accidents"): 1,
            ("DatesStartEnd", "_:"): 1,
            ("PlannedOpening-available-missing", "dataset/traffic-model"): 1,
            ("Dataset-contactPoint-recommended", "dataset/household-waste"): 1,
            ("Distribution-license-recommended", "distribution/income-survey-request"): 1,
            ("HighValueList-dataset-category", "hvd-list/2024"): 1,
            ("Languages-description-none", "dataset/data-inventory"): 1,
            ("Organisation-identifier-recommended", "organisation/kreienhaff"): 1,
            ("Reuse-image-recommended", "reuse/garden-calendar"): 1,
        }
    )


def _short(result: Result) -> str:
    return "_:" if isinstance(result.focus, BlankNode) else str(result.focus)[1:-1].removeprefix(ID)


def test_the_standards_of_the_example_are_good_assets() -> None:
    assert judge_of(shapes_of(["adms"])).results(example()) == []


@pytest.mark.parametrize(
    "mailbox",
    [
        "opendata", "open.data", "info", "info.geo", "geo-info", "service.cadastre", "secretariat", "urbanisme.service",
        "data_statistics", "x", "inspire.lu", "donnees2026", "a.b.c",
        "abc.environnement",
        "mobilite_nord",
    ],
)  # fmt: skip
def test_the_mailbox_of_a_function_is_left_alone(mailbox: str, portal: Judge) -> None:
    assert _mailbox(mailbox, portal) == set()


@pytest.mark.parametrize(
    "mailbox",
    ["vorname.nachname", "prenom.nom", "prenom-double.nom", "first_last", "Prénom.Nom", "v.nachname", "a.doppel-name"],
)
def test_a_mailbox_that_looks_like_a_name_is_flagged(mailbox: str, portal: Judge) -> None:
    assert _mailbox(mailbox, portal) == {"Mailbox-hasEmail-person"}


def _mailbox(local: str, judge: Judge) -> set[str]:
    value = NamedNode(f"mailto:{local}@office.example")
    return {
        str(result.source.shape).partition("#")[2][:-1]
        for result in judge.results([Quad(DATASET, VCARD.hasEmail, value)])
    }


def _licensed(licences: Iterable[str], judge: Judge, *, high_value: bool) -> dict[str, set[str]]:
    """What is said of each licence, on a dataset of its own."""
    data: list[Quad] = []
    datasets: dict[str, str] = {}
    for number, licence in enumerate(licences):
        dataset, part = (NamedNode(f"http://data.example/{kind}/{number}") for kind in ("dataset", "file"))
        datasets |= {str(dataset): licence, str(part): licence}
        data += [
            Quad(dataset, RDF.type, DCAT.Dataset),
            Quad(dataset, DCAT.distribution, part),
            Quad(part, RDF.type, DCAT.Distribution),
            Quad(part, DCT.license, NamedNode(licence)),
        ]
        if high_value:
            data.append(Quad(dataset, DCATAP.hvdCategory, HVD.c_b79e35eb))
    told: dict[str, set[str]] = {licence: set() for licence in datasets.values()}
    for result in judge.results(data):
        shape = str(result.source.shape).partition("#")[2][:-1]
        if "license" in shape:
            told[datasets[str(result.focus)]].add(shape)
    return told


def test_every_licence_of_the_table_is_open_restrictive_or_unknown_to_a_high_value_dataset(portal: Judge) -> None:
    table = Concepts.load().table("licence")
    assert table is not None
    restrictive = re.compile(r"/(CC_BY(SA|NC|ND).*|OGL_NC|DLDE_BYNC_1_0|IODL_1_0|ODC_BL|GNU_FDL.*)$")
    verdicts = _licensed(sorted(table.concepts), portal, high_value=True)
    for iri, told in verdicts.items():
        assert ("HighValueDatasetLicence-license-restrictive" in told) == bool(restrictive.search(iri)), iri
    opened = {iri.rpartition("/")[2] for iri, told in verdicts.items() if not told}
    assert {"CC0", "CC_BY_4_0", "CC_BY_3_0", "ETALAB_2_0", "OGL_3_0", "ODC_BY"} <= opened
    assert len(opened) == 23


@pytest.mark.parametrize(
    ("licence", "told"),
    [
        ("https://creativecommons.org/publicdomain/zero/1.0/", set()),
        ("http://creativecommons.org/licenses/by/4.0/legalcode", set()),
        ("https://creativecommons.org/licenses/by/3.0/lu/", set()),
        ("https://creativecommons.org/licenses/by/3.0/lu/deed.fr", set()),
        ("https://creativecommons.org/licenses/by-sa/4.0/", {"HighValueDatasetLicence-license-restrictive"}),
        ("https://licence.example/own", {"HighValueDatasetLicence-license-unknown"}),
    ],
)
def test_addresses_of_licences_are_known_too(licence: str, told: set[str], portal: Judge) -> None:
    assert _licensed([licence], portal, high_value=True) == {licence: told}


def test_other_datasets_may_share_alike_but_not_forbid_use(portal: Judge) -> None:
    forbidding = [
        AUTHORITY[f"licence/{name}"].value for name in ("CC_BYNC_4_0", "CC_BYND_4_0", "CC_BYNCND_3_0", "OGL_NC")
    ]
    told = _licensed([*forbidding, AUTHORITY["licence/CC_BYSA_4_0"].value], portal, high_value=False)
    assert {licence for licence, shapes in told.items() if shapes} == set(forbidding)
    assert {shape for shapes in told.values() for shape in shapes} == {"OpenDistribution-license-open"}


def test_every_clause_of_the_portal_s_profile_is_explained() -> None:
    document = files("shapes").joinpath("portal", "README.md").read_text("utf-8")
    explained = set(re.findall(r"^## ([a-z-]+)$", document, re.MULTILINE))
    clauses = {quad.object for quad in shapes_of(["portal"]) if quad.predicate == DCT.source}
    assert {str(clause)[1:-1].partition("#")[2] for clause in clauses} == explained


def test_a_circle_of_any_length_is_found_and_a_tree_is_not_one(portal: Judge) -> None:
    part_of = ORG.subOrganizationOf
    nodes = [NamedNode(f"http://data.example/id/{number}") for number in range(7)]
    tree = [Quad(below, part_of, nodes[place // 2]) for place, below in enumerate(nodes[1:])]
    assert not [result for result in portal.results(tree) if "circle" in str(result.source.shape)]
    for length in range(1, 7):
        circle = [Quad(nodes[place], part_of, nodes[(place + 1) % length]) for place in range(length)]
        told = [result.focus for result in portal.results(circle) if "circle" in str(result.source.shape)]
        assert sorted(map(str, told)) == sorted(str(node) for node in nodes[:length])


def test_the_profiles_are_named() -> None:
    assert set(OURS) <= set(PROFILES)
    assert all(
        source.severity in (SH.Violation, SH.Warning, SH.Info) for source in compile_plan(shapes_of(OURS)).sources
    )
