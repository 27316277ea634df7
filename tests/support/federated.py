"""Queries with SERVICE asked without a network: another store is the endpoint."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from graph.serving.evaluation import Evaluator, Needs
from graph.serving.messages import Foreign, Need, Question
from graph.serving.spool import Spool

ENDPOINT: Final = "https://sparql.example.org/"
INDEX: Final = "https://w3id.org/catalograph/search"
BASE: Final = "http://data.example.org/sparql"

Answer = Callable[[Need], bytes | None]


def json_rows(store: Store, query: str) -> bytes:
    """What an endpoint with this store sends."""
    answer = store.query(query)
    assert isinstance(answer, QuerySolutions)
    return answer.serialize(format=QueryResultsFormat.JSON) or b""


@dataclass(frozen=True, slots=True)
class Federated:
    """A store whose queries may call `ENDPOINT`; `answer` says what that sends, None for nothing."""

    store: Store
    answer: Answer
    folder: Path
    rows: int = 10_000
    bindings: Mapping[str, str] = field(default_factory=dict)

    def needs(self, text: str) -> tuple[Need, ...]:
        outcome = self._evaluator().answer(self._question(text), self._spool())
        assert isinstance(outcome, Needs)
        return outcome.needs

    def ask(self, text: str, form: str = "json") -> bytes:
        """The whole way: what is needed, fetched, and asked again."""
        return self.filled(text, [self.answer(need) for need in self.needs(text)], form)

    def filled(self, text: str, answers: Sequence[bytes | None], form: str = "json") -> bytes:
        """What a query is answered with, given what each block's endpoint sent."""
        handle = os.memfd_create("rows")
        try:
            os.write(handle, b"".join(answer for answer in answers if answer is not None))
            lengths = tuple(None if answer is None else len(answer) for answer in answers)
            spool = self._spool()
            assert self._evaluator().answer(self._question(text, form, lengths, handle), spool) is False
            return spool.inline
        finally:
            os.close(handle)

    def _evaluator(self) -> Evaluator:
        return Evaluator(self.store, Store(), 1 << 30, BASE)

    def _spool(self) -> Spool:
        return Spool(1 << 24, str(self.folder))

    def _question(
        self, text: str, form: str = "json", lengths: tuple[int | None, ...] | None = None, handle: int | None = None
    ) -> Question:
        foreign = Foreign((ENDPOINT,), (INDEX, f"{BASE.rpartition('/')[0]}/search"), self.rows, lengths, handle)
        return Question(text.encode(), form, bindings=tuple(self.bindings.items()), foreign=foreign)


def bag(answer: QuerySolutions) -> Counter[tuple[tuple[str, str], ...]]:
    """Rows without their order; each with the names of its values."""
    names = [variable.value for variable in answer.variables]
    return Counter(tuple(sorted((name, str(row[name])) for name in names if row[name] is not None)) for row in answer)
