"""The W3C's tests of SHACL Core, and DASH's: the validation report that each expects, compared as a graph.

`python -m tests.suites` fetches them; no copy is kept here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from shapes.compiling.index import Index
from shapes.compiling.sources import path_text
from shapes.components.constraints import Result, Term
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.leftovers import evaluate_rest, validate_caged
from shapes.plan import Plan, compile_plan
from tests.shapes.catalogues import write
from tests.suites import SUITES
from tests.support.shared import SHARED
from vocabularies.namespaces import RDF, SH, XSD, Namespace

DASH: Final = Namespace("http://datashapes.org/dash#")
MF: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT: Final = Namespace("http://www.w3.org/ns/shacl-test#")

EXCLUDED: Final[dict[str, str]] = {}
"""Test of SHACL Core to the reason why it is not passed; none at present."""

EXCLUDED_BY_PYSHACL: Final[dict[str, str]] = {
    "sparql/node/prefixes-001": "pySHACL takes prefixes from the file, not over owl:imports; statements have none",
    "sparql/pre-binding/shapesGraph-001": "pySHACL does not bind $shapesGraph",
}
"""The same for the tests of SHACL-SPARQL, which pySHACL evaluates."""


@dataclass(frozen=True, slots=True)
class Case:
    """`expected` is None where the shapes graph is to be refused."""

    name: str
    data: Sequence[Quad]
    shapes: Sequence[Quad]
    index: Index
    expected: Term | None


def suite(name: str) -> Path | None:
    """The folder of a suite, where it is."""
    found = (SHARED / "w3c" / "shacl" / name, SUITES / name)
    return next((path for path in found if path.is_dir()), None)


def cases(name: str, *parts: str) -> list[Case]:
    root = suite(name)
    if root is None:
        return []
    files = sorted(file for part in parts for file in (root / part).rglob("*.ttl"))
    return [case for file in files for case in _cases_of(file, root)]


def _cases_of(file: Path, root: Path) -> Iterator[Case]:
    quads = _read(file)
    index = Index(quads)
    name = file.relative_to(root).as_posix().removesuffix(".ttl").removesuffix(".test")
    for test in index.subjects_of(RDF.type, SHT.Validate):
        action, result = index.one(test, MF.action), index.one(test, MF.result)
        graphs = [index.one(action, part) for part in (SHT.dataGraph, SHT.shapesGraph)] if action else []
        data, shapes = (quads if graph == NamedNode(file.as_uri()) else _at(graph) for graph in graphs)
        yield Case(name, data, shapes, index, None if result == SHT.Failure else result)
    for test in index.subjects_of(RDF.type, DASH.GraphValidationTestCase):
        yield Case(name, quads, quads, index, index.one(test, DASH.expectedResult))


def _read(file: Path) -> list[Quad]:
    return list(parse(file.read_bytes(), RdfFormat.TURTLE, base_iri=file.as_uri()))


def _at(graph: Term | None) -> list[Quad]:
    assert isinstance(graph, NamedNode)
    return _read(Path(graph.value.removeprefix("file://")))


def _kept(term: Term) -> NamedNode | Literal:
    """A node of the data or the shapes: its label says which one, as both reports speak of the same graphs."""
    assert not isinstance(term, Triple)
    return NamedNode(f"urn:blank:{term.value}") if isinstance(term, BlankNode) else term


# A path is told in SPARQL's notation: as triples, one report shares what another repeats.


def _expected(case: Case) -> Iterator[Triple]:
    assert case.expected is not None
    report, index = BlankNode(), case.index
    for conforms in index.objects(case.expected, SH.conforms):
        yield Triple(report, SH.conforms, conforms)
    for result in index.objects(case.expected, SH.result):
        node = BlankNode()
        yield Triple(report, SH.result, node)
        for predicate in (SH.focusNode, SH.value, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape):
            for value in index.objects(result, predicate):
                yield Triple(node, predicate, _kept(value))
        for path in index.objects(result, SH.resultPath):
            yield Triple(node, SH.resultPath, Literal(path_text(index, path)))


def _actual(results: Iterable[Result]) -> Iterator[Triple]:
    report, conforms = BlankNode(), True
    for result in results:
        node, source, conforms = BlankNode(), result.source, False
        yield Triple(report, SH.result, node)
        yield Triple(node, SH.focusNode, _kept(result.focus))
        if result.value is not None:
            yield Triple(node, SH.value, _kept(result.value))
        yield Triple(node, SH.resultSeverity, source.severity)
        yield Triple(node, SH.sourceConstraintComponent, source.component)
        yield Triple(node, SH.sourceShape, _kept(source.shape))
        if source.path_text is not None:
            yield Triple(node, SH.resultPath, Literal(source.path_text))
    yield Triple(report, SH.conforms, Literal(str(conforms).lower(), datatype=XSD.boolean))


def _canonical(triples: Iterable[Triple]) -> set[str]:
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def _results(case: Case, plan: Plan) -> list[Result]:
    results = evaluate(plan, by_subject(case.data)).results
    return [*results, *evaluate_rest(plan.rest, plan.sources, case.data)] if plan.leftovers else results


CORE: Final = cases("sht_tests", "core")
DASH_CORE: Final = cases("dash_tests", "core")
needs_suites = pytest.mark.skipif(not CORE, reason="the suites are not here: python -m tests.suites fetches them")


@needs_suites
@pytest.mark.parametrize("case", [*CORE, *DASH_CORE], ids=lambda case: case.name)
def test_the_report_is_the_expected_one(case: Case) -> None:
    if case.name in EXCLUDED:
        pytest.skip(EXCLUDED[case.name])
    assert _canonical(_actual(_results(case, compile_plan(case.shapes)))) == _canonical(_expected(case))


@needs_suites
def test_all_of_core_is_evaluated_directly(capsys: pytest.CaptureFixture[str]) -> None:
    plans = {case.name: compile_plan(case.shapes) for case in CORE if case.name not in EXCLUDED}
    fallback = sorted(name for name, plan in plans.items() if plan.leftovers)
    with capsys.disabled():
        print(f"\nW3C SHACL Core: {len(CORE)} tests, {len(plans) - len(fallback)} evaluated directly, "
              f"{len(fallback)} with pySHACL, {len(EXCLUDED)} excluded")  # fmt: skip
    assert (len(CORE), fallback) == (98, [])
    assert not EXCLUDED.keys() - {case.name for case in CORE}


@needs_suites
@pytest.mark.prove
def test_what_goes_to_pyshacl_comes_back_as_the_suite_expects() -> None:
    wrong = []
    found = cases("sht_tests", "sparql")
    for case in found:
        plan = compile_plan(case.shapes)
        assert plan.leftovers
        if case.expected is None or case.name in EXCLUDED_BY_PYSHACL:
            continue
        if _canonical(_actual(_results(case, plan))) != _canonical(_expected(case)):
            wrong.append(case.name)
    assert (len(found), wrong) == (23, [])


@needs_suites
@pytest.mark.prove
def test_where_pyshacl_differs_from_the_suite_is_known(tmp_path: Path) -> None:
    pairs = [
        (write(case.data, tmp_path / f"{number}.data.nq"), write(case.shapes, tmp_path / f"{number}.shapes.nq"))
        for number, case in enumerate(CORE)
    ]
    wrong = {
        case.name
        for case, theirs in zip(CORE, validate_caged(pairs), strict=True)
        if len(theirs) != len(case.index.objects(case.expected or RDF.nil, SH.result))
    }
    assert wrong == {"core/property/uniqueLang-002"}
