"""Who reads which generation: the published one, an older one that a crawl began with, and the move to the next."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from api.views import View
from graph.errors import GenerationGone, NotFound, NotPublished, PortalError, StoreError
from graph.generations import Generations

INTERVAL: Final = 0.2
"""Seconds between two looks at `current`: a published generation is read well within a second."""

_IDLE: Final = 60.0
"""Seconds for which an older generation stays open after its last reader: the time between two pages of a crawl."""

_OLDER: Final = 4
"""Older generations that stay open without a reader."""

_LOG: Final = logging.getLogger(__name__)


class Readers:
    """Hands each request the current generation. A request keeps the one it began with, whatever is published.

    Who crawls page by page asks for the generation that the crawl began with, as long as that is kept: while it is
    among the `retained` newest, or for `keep` seconds after a newer one. To be read holds it on the disk no longer.
    """

    def __init__(
        self,
        generations: Generations,
        clock: Callable[[], float] = time.monotonic,
        *,
        keep: float = float("inf"),
        retained: int = 0,
        wall: Callable[[], float] = time.time,
        warm: Callable[[View], None] | None = None,
    ) -> None:
        """`warm` finds out what many will ask of a new generation; nobody waits for it."""
        self._generations = generations
        self._clock = clock
        self._keep = keep
        self._retained = retained
        self._wall = wall
        self._warm = warm
        self._lock = threading.Lock()
        self._view: View | None = None
        self._older: dict[int, View] = {}
        """Those that a crawl asked for, the one asked for last at the end."""
        self._looked = float("-inf")

    def acquire(self) -> View:
        """The current view, to be given back by `release`. Raises NotPublished when there is none."""
        with self._lock:
            return _taken(self._present())

    def at(self, number: int) -> View:
        """The view of a generation that is published or was, leased until it is given back by `release`.

        Raises NotFound for a number that no reader has seen, GenerationGone for one that is not kept any more.
        """
        with self._lock:
            present = self._present()
            if number > present.number:  # another process may have looked later than this one
                present = self._present(anew=True)
            if number == present.number:
                present.crawled = self._clock()
                return _taken(present)
            if not 0 < number < present.number:
                raise NotFound("published generation", str(number))
            known = self._older.get(number)
            if known is not None:
                return self._taken_again(known)
        opened = self._opened(number, present.generation.manifest.base)
        with self._lock:
            known = self._older.setdefault(number, opened)
            if known is not opened:  # another request was quicker
                opened.close()
            return self._taken_again(known)

    def _taken_again(self, view: View) -> View:
        self._check_kept(view.number, view.superseded)
        self._older[view.number] = self._older.pop(view.number)
        return _taken(view)

    def _check_kept(self, number: int, superseded: float) -> None:
        """Raises GenerationGone where it would have been removed, had nobody read it."""
        if self._wall() - superseded > self._keep:
            newest = self._generations.numbers()[-self._retained :] if self._retained else ()
            if number not in newest:
                raise GenerationGone(number)

    def release(self, view: View) -> None:
        with self._lock:
            view.users -= 1
            view.left = self._clock()
            self._close_unused(view)

    def close(self) -> None:
        with self._lock:
            for view in (*self._older.values(), *([self._view] if self._view is not None else ())):
                self._retire(view)
            self._older.clear()
            self._view = None

    def _present(self, *, anew: bool = False) -> View:
        if anew or self._clock() - self._looked >= INTERVAL or self._view is None:
            self._look()
        if self._view is None:
            raise NotPublished("nothing is published yet: run `catalograph demo`, or `catalograph load`")
        return self._view

    def _opened(self, number: int, base: str) -> View:
        """One that was made for another base has other IRIs, and links that lead nowhere: it is as good as gone.

        What lies before all that was written down may have been published: who could tell?
        """
        published = self._generations.publications()
        if number not in published and number > min(published, default=number):
            raise NotFound("published generation", str(number))
        superseded = min((second for one, second in published.items() if one > number), default=float("inf"))
        self._check_kept(number, superseded)
        try:
            generation = self._generations.open(number)
        except (NotFound, StoreError) as error:
            raise GenerationGone(number) from error
        if generation.manifest.base != base:
            generation.close()
            raise GenerationGone(number)
        opened = View(generation)
        opened.superseded = superseded
        return opened

    def _look(self) -> None:
        number = self._generations.current_number()
        if number is not None and (self._view is None or self._view.number != number):
            try:
                fresh = View(self._generations.current())
            except (NotFound, StoreError) as error:
                if self._view is None:
                    raise StoreError(f"the published generation cannot be read: {error}") from error
                _LOG.exception("generation %s cannot be read; generation %s stays", number, self._view.number)
            else:
                if self._view is not None:
                    fresh.follow(self._view)
                    self._replace(self._view)
                self._view = fresh
                if self._warm is not None:
                    threading.Thread(target=self._warmed, args=(self._warm, _taken(fresh)), daemon=True).start()
        self._looked = self._clock()
        self._forget_older()

    def _warmed(self, warm: Callable[[View], None], view: View) -> None:
        try:
            warm(view)
        except PortalError:
            _LOG.exception("what is asked first of generation %s could not be found out", view.number)
        finally:
            self.release(view)

    def _replace(self, view: View) -> None:
        """What a crawl reads stays open, with all that was found out for it: its next page is asked for soon."""
        if self._clock() - view.crawled < _IDLE:
            view.superseded = self._wall()
            self._older[view.number] = view
        else:
            self._retire(view)

    def _forget_older(self) -> None:
        """Close what no crawl has asked for in a while: a lease keeps a generation on the disk."""
        unused = [view for view in self._older.values() if not view.users]
        for view in unused:
            if self._looked - view.left >= _IDLE or len(self._older) > _OLDER:
                del self._older[view.number]
                self._retire(view)

    def _retire(self, view: View) -> None:
        view.retired = True
        self._close_unused(view)

    def _close_unused(self, view: View) -> None:
        if view.retired and view.users == 0:
            view.close()


def _taken(view: View) -> View:
    view.users += 1
    return view
