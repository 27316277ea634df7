"""Queries with SERVICE blocks: a worker says what they need, it is fetched here, and a worker is asked again.

The web process sees neither query nor foreign rows but as bytes: what goes out is what the worker wrote, what comes in
goes to a worker in an open file. Only endpoints that the operator named are asked, by our own fetcher.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import urlencode

import httpcore

from api.http.limits import Places
from api.readers import Readers
from api.settings import Settings
from api.sparql.fulltext import Indexes, names
from graph.errors import QueryBusy, QueryServiceFailed, QueryTimeout, SourceError
from graph.formats import JSON
from graph.iris import Iris
from graph.serving.client import Answer, Client
from graph.serving.link import Presence, always
from graph.serving.messages import Foreign, Need, Question
from graph.serving.options import BrokerOptions
from loaders.fetch import Fetcher, FetchLimits, Posted

AT_ONCE: Final = 8
"""Queries of a web process that may wait for other endpoints at the same time: a thread waits with each."""

OF_ONE_CLIENT: Final = 2

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = frozenset({JSON.media_type, "application/json"})
_FLIPS: Final = 4
"""Times that a generation may be published while a query is being answered."""


class Endpoints:
    """Asks the endpoints on the operator's list and nobody else."""

    def __init__(self, allowed: Collection[str], fetcher: Fetcher) -> None:
        self._allowed = frozenset(allowed)
        self._fetcher = fetcher

    def ask(self, need: Need, seconds: float) -> BinaryIO:
        """What an endpoint sent, whole, in a file without a name. Raises QueryServiceFailed."""
        if need.endpoint not in self._allowed:
            raise QueryServiceFailed(need.endpoint, "it is not on this portal's list")
        limits = replace(self._fetcher.limits, deadline=min(seconds, self._fetcher.limits.deadline))
        posted = Posted(urlencode({"query": need.query}).encode(), _FORM, self._allowed)
        try:
            fetched = replace(self._fetcher, limits=limits).fetch(need.endpoint, accept=JSON.media_type, posted=posted)
        except SourceError as error:
            late = isinstance(error.__cause__, httpcore.TimeoutException)
            raise QueryServiceFailed(need.endpoint, error.reason, late=late) from error
        return _opened(fetched.path, fetched.header("content-type") or "nothing declared", need.endpoint)


def _opened(path: Path | None, content_type: str, endpoint: str) -> BinaryIO:
    if path is None:
        raise QueryServiceFailed(endpoint, "answered 304 to what was not conditional")
    file = path.open("rb")
    path.unlink()
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _JSON:
        file.close()
        raise QueryServiceFailed(endpoint, f"answered with {media_type} where {JSON.media_type} was asked for")
    return file


class FederatingClient(Client):
    """A client whose queries may call the search index and the endpoints that the operator allows."""

    def __init__(
        self, socket_path: Path, options: BrokerOptions, foreign: Foreign, endpoints: Endpoints, indexes: Indexes
    ) -> None:
        super().__init__(socket_path, options)
        self._foreign = foreign
        self._endpoints = endpoints
        self._indexes = indexes
        self._places = Places(AT_ONCE, OF_ONE_CLIENT, "queries waiting for other endpoints")

    def ask(
        self, question: Question, client: str, present: Presence = always, *, within: float | None = None
    ) -> Answer:
        """As any client does; raises QueryServiceFailed, too."""
        if b"service" not in question.text.lower():
            return super().ask(question, client, present, within=within)
        until = time.monotonic() + (self._options.seconds if within is None else within)
        question = replace(question, foreign=self._foreign)
        first = super().ask(question, client, present, within=self._left(until))
        if not first.needs:
            return first
        with ExitStack() as held:
            files = self._fetched(first.needs, client, until, held)
            return self._answered(question, first, files, client, present, until)

    def _left(self, until: float) -> float:
        left = until - time.monotonic()
        if left <= 0:
            raise QueryTimeout(self._options.seconds)
        return left

    def _fetched(self, needs: Sequence[Need], client: str, until: float, held: ExitStack) -> list[BinaryIO | None]:
        """What endpoints sent for each need; None for those that the search index is to meet, or that may fail."""
        if all(need.search for need in needs):
            return [None for _ in needs]
        with self._places.held(client):
            return [None if need.search else self._asked(need, client, until, held) for need in needs]

    def _asked(self, need: Need, client: str, until: float, held: ExitStack) -> BinaryIO | None:
        began = time.monotonic()
        try:
            return held.enter_context(self._endpoints.ask(need, self._left(until)))
        except QueryServiceFailed:
            self._left(until)  # it was our own deadline that passed
            if not need.silent:
                raise
            return None
        finally:
            self.charge(client, time.monotonic() - began)

    def _answered(
        self,
        question: Question,
        answer: Answer,
        files: Sequence[BinaryIO | None],
        client: str,
        present: Presence,
        until: float,
    ) -> Answer:
        """Ask again, and once more where a generation was published since the index was asked."""
        needs = answer.needs
        for _ in range(_FLIPS):
            generation = answer.generation
            began = time.monotonic()
            with self._gathered(needs, files, generation) as foreign:
                self.charge(client, time.monotonic() - began)
                again = replace(question, foreign=foreign)
                spent = (answer.seconds, answer.waited)
                answer = super().ask(again, client, present, within=self._left(until))
            answer = replace(answer, seconds=answer.seconds + spent[0], waited=answer.waited + spent[1])
            if answer.generation == generation or not any(need.search for need in needs):
                return answer
            if answer.file is not None:
                answer.file.close()
        raise QueryBusy("the portal is being published anew all the time", 1)

    @contextmanager
    def _gathered(self, needs: Sequence[Need], files: Sequence[BinaryIO | None], generation: int) -> Iterator[Foreign]:
        """All answers in one file that has no name, one after the other."""
        lengths: list[int | None] = []
        with tempfile.TemporaryFile() as out:
            for need, file in zip(needs, files, strict=True):
                if need.search is not None:
                    lengths.append(out.write(self._indexes.rows(generation, need.search, need.endpoint)))
                elif file is None:
                    lengths.append(None)
                else:
                    file.seek(0)
                    shutil.copyfileobj(file, out)
                    lengths.append(os.fstat(file.fileno()).st_size)
            out.flush()
            yield replace(self._foreign, lengths=tuple(lengths), handle=out.fileno())


def federating(settings: Settings, queries: Path, options: BrokerOptions, readers: Readers) -> FederatingClient:
    """The client of a portal with these settings; `readers` are those of its pages."""
    fetcher = Fetcher(
        folder=Path(tempfile.gettempdir()),
        limits=FetchLimits(
            deadline=settings.query_service_seconds,
            read_seconds=settings.query_service_seconds,
            raw_bytes=settings.query_service_bytes,
            redirects=2,
            wait_seconds=0.0,
        ),
        allow_private_addresses=settings.allow_private_addresses,
        compressed=False,
    )
    foreign = Foreign(settings.query_services, names(Iris(settings.base)), settings.query_service_rows)
    endpoints = Endpoints(settings.query_services, fetcher)
    return FederatingClient(queries, options, foreign, endpoints, Indexes(readers))
