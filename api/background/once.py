"""What threads find out together: the first to ask finds it out, and who asks for the same meanwhile waits."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

_Name = TypeVar("_Name")
_Found = TypeVar("_Found")


class Once(Generic[_Name, _Found]):
    """What was found out, by name; nobody waits for another name. What fails is not kept: the next to ask tries again.

    Of more than `most`, what was asked for last is kept.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._by_name: OrderedDict[_Name, Future[_Found]] = OrderedDict()

    def found(self, name: _Name, find: Callable[[], _Found]) -> _Found:
        """Raises what `find` raises, to all who wait for it."""
        with self._lock:
            known = self._by_name.get(name)
            first = known is None
            if known is None:
                known = self._by_name[name] = Future()
                if self._most is not None and len(self._by_name) > self._most:
                    self._by_name.popitem(last=False)
            self._by_name.move_to_end(name)
        if first:
            self._find(name, known, find)
        return known.result()

    def known(self, name: _Name, otherwise: _Found) -> _Found:
        """What was found out by that name already."""
        known = self._by_name.get(name)
        return known.result() if known is not None and known.done() and known.exception() is None else otherwise

    def _find(self, name: _Name, known: "Future[_Found]", find: Callable[[], _Found]) -> None:
        try:
            known.set_result(find())
        except BaseException as error:  # noqa: BLE001  raised where somebody waits for it
            with self._lock:
                if self._by_name.get(name) is known:
                    del self._by_name[name]
            known.set_exception(error)
