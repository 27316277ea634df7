"""What is answered once per generation and kept in it: the library's questions, and what pages count as JSON."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode, Store

from graph.iris import Iris
from queries.answers import keep, preparable, rows
from queries.headers import Query
from queries.labels import labels
from queries.library import Select
from queries.questions import Counts, Formats, HighValueCategories, Licences, Organisations, Themes

PREPARED: Final[dict[str, Select]] = {
    "classes": Counts(),
    "formats": Formats(),
    "hvd": HighValueCategories(),
    "licences": Licences(),
    "organisations": Organisations(),
    "themes": Themes(),
}
"""Name of the answer to its question, whose rows are a thing and a count."""


def prepare(store: Store, folder: Path, iris: Iris) -> None:  # noqa: ARG001  answers that link to pages will need it
    """Write what is asked for most: the library's answers (queries/answers.py), and of PREPARED what pages need.

    That is `<name>.json`, a list of {"iri", "labels", "count"}, largest count first. What has no IRI is counted under
    the iri null, so that the counts add up.
    """
    folder.mkdir(exist_ok=True)
    queries = preparable()
    with ThreadPoolExecutor(max_workers=2) as pool:  # the store lets go of the GIL while it counts
        answered = pool.map(partial(_answered, store, folder), queries)
        told = dict(zip((query.name for query in queries), answered, strict=True))
    for name, question in PREPARED.items():
        counted = _counted(store, told[question.file])
        text = json.dumps(counted, ensure_ascii=False, indent=0)
        (folder / f"{name}.json").write_text(text, "utf-8")


def _answered(store: Store, folder: Path, query: Query) -> bytes:
    told = rows(store, query)
    keep(told, query.name, folder)
    return told


def _counted(store: Store, told: bytes) -> list[dict[str, Any]]:
    """The rows of a thing and a count."""
    counts: dict[str | None, int] = {}
    answer = json.loads(told)
    thing, count = answer["head"]["vars"]
    for row in answer["results"]["bindings"]:
        iri = row[thing]["value"] if thing in row and row[thing]["type"] == "uri" else None
        counts[iri] = counts.get(iri, 0) + int(row[count]["value"])
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))
    return [
        {"iri": iri, "labels": labels(store, NamedNode(iri)) if iri else {}, "count": count} for iri, count in ordered
    ]
