"""Only what changed, or rests on what changed, is judged again; the results are as if all were."""

from functools import partial
from pathlib import Path

from shapes.context import Collected
from shapes.profiles import plan_of
from shapes.reference import key
from shapes.results import Results
from shapes.revalidation import Offered, Tally, revalidate
from tests.shapes.samples import quads

BASE = "http://data.example/id/"
FIRST = {
    "one": '<one> a dcat:Dataset ; dct:title "One"@en ; dct:publisher <agent> .',
    "two": '<two> a dcat:Dataset ; dct:title "Two"@en ; dct:description "2"@en .',
    "agent": '<agent> a foaf:Agent ; foaf:name "Office"@en .',
}
RETYPED = {**FIRST, "agent": '<agent> a foaf:Document ; foaf:name "Office"@en .'}
SMALLER = {name: record for name, record in FIRST.items() if name != "agent"}
PLAN = plan_of(["dcat-ap"])


def bring(results: Results, records: dict[str, str]) -> Tally:
    context = Collected(PLAN, quads("".join(records.values())))
    offered = (Offered(BASE + name, text.encode(), partial(quads, text)) for name, text in records.items())
    return revalidate(results, PLAN, context, offered)


def test_a_second_run_judges_only_what_rests_on_a_change(tmp_path: Path) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        assert bring(results, FIRST) == Tally(judged=3)
        assert bring(results, FIRST) == Tally(kept=3)
        assert bring(results, RETYPED) == Tally(judged=2, kept=1)
        assert bring(results, SMALLER) == Tally(judged=1, kept=1, removed=1)


def test_the_results_are_those_of_judging_everything(tmp_path: Path) -> None:
    with Results.create(tmp_path / "one.sqlite", "s") as results, Results.create(tmp_path / "two.sqlite", "s") as fresh:
        for records in (FIRST, RETYPED, SMALLER, FIRST):
            bring(results, records)
        bring(fresh, FIRST)
        for name in FIRST:
            assert list(map(key, results.of(BASE + name, PLAN))) == list(map(key, fresh.of(BASE + name, PLAN)))
