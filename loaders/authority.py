"""Authority tables into their own named graphs: part of the data, so a query and a page can name a code."""

import hashlib
import io
from datetime import datetime
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path

from graph.generations import Draft
from loaders.assemble import Assembler, spell
from loaders.handover import Handover
from loaders.merge import Merge, incoming
from vocabularies.concepts import tables


def refresh(draft: Draft, now: datetime, folder: Path | None = None) -> list[str]:
    """Load each table whose file is not the one the parent generation has; the names of those loaded.

    `folder` holds the operator's tables, which stand in for ours.
    """
    loaded = []
    for name, file in tables(folder):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if draft.vocabularies.get(name) != digest:
            _load(draft, name, file, now)
            draft.vocabularies[name] = digest
            loaded.append(name)
    return loaded


def _load(draft: Draft, name: str, file: Traversable, now: datetime) -> None:
    """Files that we wrote, so they are read here and not in the cage."""
    handover = Handover.fresh()
    spelled, assembled = io.BytesIO(), io.BytesIO()
    with as_file(file) as path:
        given = {"path": str(path), "form": "turtle", "base_iri": draft.iris.vocabulary(name).value, "location": name}
        spell({"documents": [given], "mark": handover.mark}, spelled)
    spelled.seek(0)
    assembler = Assembler(draft.iris, f"vocabulary/{name}", handover)
    assembler.read(spelled)
    assembler.write(assembled)
    assembled.seek(0)
    Merge(draft, f"vocabulary/{name}", now).apply(incoming(handover.frames(assembled, [])), [])
