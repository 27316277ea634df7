"""What a list of OAI-PMH is of: everything, or what is in a set or was; found out once and kept for the next parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from api.harvest.oai.sets import HIGH_VALUE, Sets
from queries.changes import Chronicle, Item

_KEPT: Final = 32
"""Lists that are kept: what is asked for part by part, and again the next day."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Resources that are in all of some sets, and those that were, in the order of a chronicle."""

    items: Sequence[Item]
    sets: Sets
    specs: tuple[str, ...]

    def is_deleted(self, item: Item) -> bool:
        """Whether it is to be dropped by whoever takes this list: it is gone, or only not in a set any more."""
        return item.gone or not all(self.sets.has(spec, item) for spec in self.specs)


class Lists:
    """Those of one generation."""

    def __init__(self, chronicle: Chronicle, sets: Sets) -> None:
        self._chronicle = chronicle
        self._sets = sets
        self._of = lru_cache(maxsize=_KEPT)(self._found)

    def of(self, spec: str | None, *, high_value: bool = False) -> Listed:
        """What is in a set, or everything; with `high_value` only what is of that too."""
        specs = [HIGH_VALUE] if high_value else []
        return self._of(tuple(dict.fromkeys([*specs, *([spec] if spec is not None else ())])))

    def _found(self, specs: tuple[str, ...]) -> Listed:
        items: Iterable[Item] = self._chronicle.items
        for spec in specs:
            items = filter(self._sets.teller(spec), items)
        return Listed(items if isinstance(items, Sequence) else list(items), self._sets, specs)
