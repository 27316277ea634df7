"""How often Python looks for cycles of objects, in processes that make many objects and hardly any cycle."""

import gc
from typing import Final

_ALLOCATED: Final = 50_000
"""Objects made and not yet freed after which the collector looks for cycles."""


def settle() -> None:
    """Let the collector pass over what is there and stays, and look seldom: a page of the catalogue makes 50,000 lists.

    For a process of our own, once it has begun: it holds for all that runs there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATED, 20, 50)
