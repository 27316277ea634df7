"""Validation of a catalogue as received: statements in, a report out."""

from collections.abc import Iterable, Sequence

from pyoxigraph import Quad

from shapes.evaluate import by_subject, evaluate
from shapes.plan import Plan
from shapes.profiles import SHAPES_BASE, plan_of
from shapes.reference import evaluate_rest
from shapes.report import Report, report_of


def validate(statements: Iterable[Quad], profiles: Sequence[str], base: str = SHAPES_BASE) -> Report:
    """The report on a whole graph against all the profiles together; the names of its graphs do not matter.

    Raises UnknownProfile. What a profile's plan cannot express is evaluated by pySHACL in a cage (CageError).
    """
    names = tuple(dict.fromkeys(profiles))
    return report_on(statements, plan_of(names, base), names)


def report_on(statements: Iterable[Quad], plan: Plan, profiles: Sequence[str]) -> Report:
    """The same with a plan that is ready, for who validates often."""
    groups = by_subject(statements)
    evaluation = evaluate(plan, groups)
    results = evaluation.results
    if plan.leftovers:
        quads = (statement for group in groups.values() for statement in group if isinstance(statement, Quad))
        results += evaluate_rest(plan.rest, plan.sources, quads)
    return report_of(profiles, groups, results, evaluation.focuses)
