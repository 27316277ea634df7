"""Our own shapes on small data: what is found, word for word, in tests/cases/shapes/<profile>/<shape>/<case>/.

With REGENERATE=1 in the environment the expected reports are written anew, to be reviewed as code.
"""

import os
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from shapes.evaluation.background import Background, background_of, own, statements
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.plan import Plan
from shapes.profiles import PROFILES, plan_of
from shapes.reporting.rendering import render
from shapes.reporting.report import report_of

CASES = Path(__file__).parents[1] / "cases" / "shapes"
FOUND = sorted(data.parent for data in CASES.glob("*/*/*/data.ttl"))


@pytest.fixture(scope="module")
def plans() -> dict[str, tuple[Plan, Background]]:
    known = list(statements())
    plans = {profile: plan_of([profile]) for profile in PROFILES}
    return {profile: (plan, background_of(plan, known)) for profile, plan in plans.items()}


@pytest.mark.parametrize("case", FOUND, ids=lambda case: "-".join(case.parts[-3:]))
def test_the_report_on_a_case_is_the_expected_one(case: Path, plans: dict[str, tuple[Plan, Background]]) -> None:
    profile = case.parts[-3]
    plan, background = plans[profile]
    groups = by_subject(parse(path=case / "data.ttl", format=RdfFormat.TURTLE))
    found = evaluate(plan, groups, background, own())
    report = report_of([profile], groups, found.results, found.focuses)
    said = render(report, "text", "en")
    expected = case / "report.txt"
    if os.environ.get("REGENERATE"):
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")
    assert report.conforms == (case.name == "complete")


@pytest.mark.parametrize("profile", ["dcat-ap", "dcat-ap-hvd", "dcat-ap-lu"])
def test_every_shape_has_a_good_and_a_bad_case(profile: str) -> None:
    files = {file.stem for file in (Path(__file__).parents[2] / "shapes" / profile).glob("*.ttl")} - {"vocabularies"}
    assert {case.parent.name for case in FOUND if case.parts[-3] == profile and case.name == "complete"} == files
    assert {case.parent.name for case in FOUND if case.parts[-3] == profile and case.name != "complete"} == files
