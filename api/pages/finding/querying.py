"""Lists as queries that readers may change: `listed.rq`, or `counted.rq`, with the lines of what is asked for."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.pages.finding.asked import ANY, FACETS, Asking
from api.portal import language, portal
from api.presenting import beside
from graph.record import DATASETS, INVENTORY, KINDS

_LINE: Final = re.compile(r"^(.*) #(-?)(\w+)$")


def query(asking: Asking, keyword: str = "") -> str:
    """Where the query is asked; the index finds more than SPARQL, which is told of its first thousand."""
    bearing = {"keyword": str(Literal(keyword))} if keyword else {}
    return beside.query("\n".join(_lines("listed", _given(asking) | bearing)))


def counting(asking: Asking, parameter: str, keywords: Iterable[Literal] = ()) -> str:
    """Where it is asked how many of a list, that bear one of the keywords, have each value of a filter.

    Of `hvd`, whether they are of high value, in whichever category.
    """
    given = _given(asking) | {f"of_{parameter}": parameter}
    if bearing := " ".join(map(str, keywords)):
        given["keyword"] = bearing
    if ANY in asking.values("hvd"):
        del given["hvd"]
        given["any_hvd"] = ANY
    return beside.query("\n".join(_lines("counted", given)))


def _lines(name: str, given: Mapping[str, str]) -> Iterable[str]:
    for line in _text(name).splitlines():
        found = _LINE.match(line)
        if line.startswith("# "):
            continue
        if found is None:
            yield line
        elif (found[3] in given) is not bool(found[2]):
            yield found[1].replace(f"<urn:{found[3]}>", given.get(found[3], ""))


def _given(asking: Asking) -> dict[str, str]:
    """What is asked for by parameter, in SPARQL."""
    kinds = [asking.kind] if asking.kind else [*asking.values("kind")]
    known = {name: " ".join(map(_term, asking.values(name))) for name in FACETS if asking.values(name)}
    known["lang"] = str(Literal(language()))
    known["q"] = str(Literal(asking.text)) if asking.text else ""
    known["kind"] = " ".join(_classes(kinds))
    if INVENTORY not in kinds or kinds == [INVENTORY]:  # both are of one class; a status tells them apart
        known |= {kind: kind for kind in kinds if kind in (DATASETS, INVENTORY)}
    known["source"] = " ".join(str(portal().iris.source(name)) for name in asking.values("source"))
    if ANY in asking.values("hvd"):
        known["hvd"] = "UNDEF"
    return {name: value for name, value in known.items() if value}


def _classes(kinds: Iterable[str]) -> Iterable[str]:
    for kind in kinds:
        yield from map(str, KINDS.get(DATASETS if kind == INVENTORY else kind, ()))


def _term(value: str) -> str:
    try:
        return str(NamedNode(value))
    except ValueError:
        return str(Literal(value))


@cache
def _text(name: str) -> str:
    return files("queries").joinpath("extracting", f"{name}.rq").read_text("utf-8")
