"""What pages count, answered at each publication and sealed with the generation, as JSON."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode, Store

from queries.answers import rows
from queries.labels import labels
from queries.library import Select, load
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


def prepare(store: Store, folder: Path) -> None:
    """Write `<name>.json` for each: a list of {"iri", "labels", "count"}, largest count first.

    What has no IRI is counted under the iri null, so that the counts add up. All else that a generation is asked is
    answered after the flip (queries/answers.py), for a load waits for this.
    """
    folder.mkdir(exist_ok=True)
    with ThreadPoolExecutor(max_workers=2) as pool:  # while it serialises an answer, the store lets go of the GIL
        for name, counted in zip(PREPARED, pool.map(partial(_counted, store), PREPARED.values()), strict=True):
            text = json.dumps(counted, ensure_ascii=False, indent=0)
            (folder / f"{name}.json").write_text(text, "utf-8")


def _counted(store: Store, question: Select) -> list[dict[str, Any]]:
    """The rows of a thing and a count."""
    counts: dict[str | None, int] = {}
    told = json.loads(rows(store, load(question.file)))
    thing, count = told["head"]["vars"]
    for row in told["results"]["bindings"]:
        iri = row[thing]["value"] if thing in row and row[thing]["type"] == "uri" else None
        counts[iri] = counts.get(iri, 0) + int(row[count]["value"])
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))
    return [
        {"iri": iri, "labels": labels(store, NamedNode(iri)) if iri else {}, "count": count} for iri, count in ordered
    ]
