"""The order of the first hits: how well they meet the words, and how recent and how much reused they are."""

from collections.abc import Sequence
from math import log2
from typing import Final

from tantivy import DocAddress

from graph.indexing.document import year

RANKED: Final = 200
"""Hits that are ranked so; those behind them come as they meet the words."""

RECENT: Final = 0.15
"""What is added to the score of the most recent one, as a share of it."""

REUSED: Final = 0.2
"""What is added to the score of one with many reuses."""

_KINDS: Final = {"datasets": 1.0, "series": 1.0, "services": 0.95, "reuses": 0.95, "organisations": 0.9}
_OTHERS: Final = 0.85
"""What the score of a record of a kind counts: most look for data."""

_HALVED: Final = 4.0
"""Years after which recency counts half."""

_MANY: Final = 16
_CREDIBLE: Final = range(1900, 2100)


def ranked(
    hits: Sequence[tuple[float, DocAddress]],
    moments: Sequence[float | None],
    kinds: Sequence[str],
    reuses: Sequence[int],
) -> list[DocAddress]:
    """Hits with their scores, the best first; the moments of their last changes, and how often they are reused."""
    years = [year(int(moment)) if moment else 0.0 for moment in moments]
    newest = max((one for one in years if int(one) in _CREDIBLE), default=0.0)
    scores = [
        score
        * _KINDS.get(kind, _OTHERS)
        * (1 + RECENT * _recency(one, newest) + REUSED * min(log2(1 + count) / log2(1 + _MANY), 1))
        for (score, _), one, kind, count in zip(hits, years, kinds, reuses, strict=True)
    ]
    order = sorted(range(len(hits)), key=lambda place: -scores[place])
    return [hits[place][1] for place in order]


def _recency(one: float, newest: float) -> float:
    return 1 / (1 + (newest - one) / _HALVED) if int(one) in _CREDIBLE else 0.0
