"""Validation of a catalogue as received: statements or records in, a report out."""

from collections.abc import Iterable, Sequence
from itertools import chain

from pyoxigraph import Quad

from shapes.evaluation.background import background_of, is_own, own, statements
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.leftovers import judge_rest
from shapes.plan import Plan
from shapes.profiles import SHAPES_BASE, plan_of
from shapes.reporting.report import Report, report_of
from shapes.streaming.stream import Setting, report_on_records

__all__ = ["Setting", "report_on", "report_on_records", "validate"]


def validate(data: Iterable[Quad], profiles: Sequence[str], base: str = SHAPES_BASE) -> Report:
    """The report on a whole graph against all the profiles together; the names of its graphs do not matter.

    Raises UnknownProfile. What a profile's plan cannot express is evaluated by pySHACL in a cage (CageError).
    """
    names = tuple(dict.fromkeys(profiles))
    return report_on(data, plan_of(names, base), names)


def report_on(data: Iterable[Quad], plan: Plan, profiles: Sequence[str], *, all_nodes: bool = False) -> Report:
    """The same with a plan that is ready; with `all_nodes`, also on nodes that are somebody else's.

    A graph of any size is validated in bounded memory by report_on_records, which takes it record by record.
    """
    groups = by_subject(data)
    mine = None if all_nodes else own()
    evaluation = evaluate(plan, groups, background_of(plan), mine)
    results, focuses = evaluation.results, evaluation.focuses
    if plan.leftovers:
        quads = (quad for group in groups.values() for quad in group if isinstance(quad, Quad))
        rest = judge_rest(plan.rest, plan.sources, chain(quads, statements()))
        results += [one for one in rest.results if is_own(one.focus, mine)]
        focuses += [one for one in rest.focuses if is_own(one, mine)]
    return report_of(profiles, groups, results, focuses, plan.leftovers)
