"""The official shapes as an oracle of what we serve, run by our own engine, which other tests hold equal to pySHACL."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from pyoxigraph import Quad

from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.plan import Plan, compile_plan
from tests.shapes.catalogues import standard
from vocabularies.namespaces import SH

BASE = ("dcat-ap/3.0.1/shacl/shapes",)
RANGES = ("dcat-ap/3.0.1/shacl/range",)
VOCABULARIES = ("dcat-ap/3.0.1/shacl/mdr-vocabularies.shape",)
HVD = ("dcat-ap-hvd/3.0.0/shacl/hvd-SHACL-base", "dcat-ap-hvd/3.0.0/shacl/hvd-SHACL-ranges")
LU = ("dcat-ap-lu/0.0.1-rc.1/shacl/dcat_ap_lu_CM_shapes",)


@cache
def plan(names: Sequence[str]) -> Plan:
    return compile_plan(standard(*names))


def violations(quads: Iterable[Quad], names: Sequence[str]) -> Counter[tuple[str, str, str]]:
    """The violations by focus node, path and value, as text."""
    found = evaluate(plan(tuple(names)), by_subject(list(quads))).results
    return Counter(
        (str(one.focus), one.source.path_text or "", str(one.value))
        for one in found
        if one.source.severity == SH.Violation
    )
