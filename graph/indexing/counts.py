"""What an index holds in all, counted when it is written: the facets of lists that nobody has narrowed yet."""

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import tantivy

from graph.indexing.schema import FACETS

NAME: Final = "counts.json"

MOST: Final = 50
"""Values of each facet."""

_ALL: Final = 20_000
"""Values of each part of an index that are compared: with fewer, a value that is frequent in few parts counts less."""

Facets = Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one kind, or of all kinds."""

    total: int
    facets: Facets

    def of(self, facets: Collection[str], most: int) -> dict[str, tuple[tuple[str, int], ...]] | None:
        """The most frequent values; None where fewer were counted than are asked for."""
        if not all(facet in self.facets and (most <= MOST or len(self.facets[facet]) < MOST) for facet in facets):
            return None
        return {facet: self.facets[facet][:most] for facet in facets}

    @classmethod
    def told(cls, total: int, facets: Mapping[str, Any]) -> Self:
        return cls(total, {facet: tuple((value, count) for value, count in pairs) for facet, pairs in facets.items()})


def counted(searcher: tantivy.Searcher, query: tantivy.Query, facets: Collection[str], most: int) -> Facets:
    """The most frequent values of facets among what a query finds."""
    terms = {"size": most, "segment_size": max(_ALL, most), "order": {"_count": "desc"}}
    asked = {facet: {"terms": {"field": facet, **terms}} for facet in facets}
    answer = searcher.aggregate(query, asked) if asked else {}
    return {
        facet: tuple((str(bucket["key"]), int(bucket["doc_count"])) for bucket in answer[facet]["buckets"])
        for facet in facets
    }


def count_all(folder: Path) -> None:
    """Write what the index in the folder holds, of each kind and of all."""
    index = tantivy.Index.open(str(folder))
    searcher = index.searcher()
    everything = tantivy.Query.all_query()
    kinds = counted(searcher, everything, ["kind"], MOST)["kind"]
    told: dict[str, dict[str, Any]] = {
        "": {"total": searcher.num_docs, "facets": counted(searcher, everything, ("kind", *FACETS), MOST)}
    }
    for kind, total in kinds:
        query = tantivy.Query.term_query(index.schema, "kind", kind, "basic")
        told[kind] = {"total": total, "facets": counted(searcher, query, ("kind", *FACETS), MOST)}
    beside = folder / f".{NAME}"
    beside.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    os.replace(beside, folder / NAME)  # noqa: PTH105  the one call that says what it does


def prepared(folder: Path) -> Mapping[str, Counts]:
    """Kind to its counts, all kinds under the empty string; nothing where none were written."""
    try:
        told = json.loads((folder / NAME).read_text("utf-8"))
        return {kind: Counts.told(each["total"], each["facets"]) for kind, each in told.items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
