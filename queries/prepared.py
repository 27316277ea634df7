"""What pages count and list over the whole catalogue, answered once per generation and kept in it as JSON."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Store

from graph.iris import Iris
from queries.labels import labels
from queries.library import Select, select
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
    """Write `<name>.json` for each of PREPARED: a list of {"iri", "labels", "count"}, largest count first.

    What has no IRI is counted under the iri null, so that the counts add up.
    """
    folder.mkdir(exist_ok=True)
    with ThreadPoolExecutor(max_workers=2) as pool:  # the store lets go of the GIL while it counts
        for name, counted in zip(PREPARED, pool.map(partial(_counted, store), PREPARED.values()), strict=True):
            text = json.dumps(counted, ensure_ascii=False, indent=0)
            (folder / f"{name}.json").write_text(text, "utf-8")


def _counted(store: Store, question: Select) -> list[dict[str, Any]]:
    counts: dict[str | None, int] = {}
    for row in select(store, question):
        thing, count = row[0], row[1]
        iri = thing.value if isinstance(thing, NamedNode) else None
        counts[iri] = counts.get(iri, 0) + (int(count.value) if isinstance(count, Literal) else 0)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))
    return [
        {"iri": iri, "labels": labels(store, NamedNode(iri)) if iri else {}, "count": count} for iri, count in ordered
    ]
