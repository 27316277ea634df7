"""Which SERVICE blocks of a query are answered, what is asked for them, and the query with their rows in their place.

SPARQL evaluates a SERVICE block by itself and joins its rows with the rest, so VALUES with these rows means the same,
as long as each value means the same here as there. Whatever is not certain to be so is refused, with place and reason
(https://www.w3.org/TR/sparql11-federated-query/#defn_evalService).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Final, NoReturn

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from graph.errors import QueryServiceFailed
from graph.serving import rows, searching
from graph.serving.blocks import Block, Outline, outline
from graph.serving.messages import Foreign, Need, Question, Search
from graph.serving.refusals import ELSEWHERE, parse_fault, refuse_service, refused, syntax_error

MOST: Final = 8
"""Blocks that are answered in one query."""

_ESCAPE: Final = re.compile(r"\\[uU]")
_SURROUNDED: Final = {
    "SERVICE": "a SERVICE inside a SERVICE would have the other endpoint call a third; ask for each by itself",
    "EXISTS": "inside EXISTS it would have to be asked anew for each row; join its rows outside of EXISTS",
    "LATERAL": "inside LATERAL it would have to be asked anew for each row; join its rows instead",
    "GRAPH": "inside GRAPH it cannot be answered; its rows do not depend on the graph, so move it outside",
    "?": "its place is not understood; write SERVICE <IRI> { … } in a plain group",
}


@dataclass(frozen=True, slots=True)
class Engine:
    """The parser that judges: `empty` is a store with nothing in it, relative IRIs are relative to `base`."""

    empty: Store
    base: str | None

    def terms(self, prologue: str, texts: Sequence[str]) -> list[NamedNode | Literal | None] | None:
        """The terms that are written so; None when one of them is none. UNDEF gives None in its place."""
        names = [f"?t{number}" for number in range(len(texts))]
        answer = self._ask(_text("terms", prologue=prologue, names=" ".join(names), terms=" ".join(texts)))
        if answer is None:
            return None
        (solution,) = answer
        terms = [solution[number] for number in range(len(texts))]
        return [term if isinstance(term, NamedNode | Literal) else None for term in terms]

    def variables(self, prologue: str, pattern: str) -> list[str] | None:
        """What a group of patterns binds; None when it cannot be read by itself."""
        answer = self._ask(_text("pattern", prologue=prologue, pattern=pattern))
        return None if answer is None else [variable.value for variable in answer.variables]

    def _ask(self, text: str) -> QuerySolutions | None:
        try:
            answer = self.empty.query(text, base_iri=self.base)
        except (SyntaxError, RuntimeError, ValueError, OSError):
            return None
        return answer if isinstance(answer, QuerySolutions) else None


@dataclass(frozen=True, slots=True)
class Services:
    """The SERVICE blocks of one query, all of them of a kind that is answered."""

    outline: Outline
    foreign: Foreign
    bound: Mapping[str, str]
    engine: Engine

    @classmethod
    def of(cls, text: str, question: Question, engine: Engine) -> "Services | None":
        """None for a query without any. Raises QueryRefused or QuerySyntaxError, with the place."""
        if question.foreign is None:
            return None
        found = outline(text)
        if not found.blocks:
            return None
        _judge(found, engine)
        return cls(found, question.foreign, dict(question.bindings), engine)

    def needs(self) -> tuple[Need, ...]:
        """What to ask for each block, in their order."""
        return tuple(self._need(block, endpoint) for block, endpoint in self._asked())

    def filled(self, answers: Iterable[bytes | None]) -> str:
        """The query with VALUES for each block, given what was sent for it. Raises what is wrong with the rows."""
        text, pieces, done = self.outline.text, [], 0
        for (block, endpoint), answer in zip(self._asked(), answers, strict=True):
            pieces += [text[done : block.start], self._values(block, endpoint, answer)]
            done = block.end
        filled = "".join((*pieces, text[done:]))
        refuse_service(filled, self.engine.empty, self.engine.base)
        return filled

    def _values(self, block: Block, endpoint: str, answer: bytes | None) -> str:
        names = self._columns(block, endpoint)
        most = searching.MOST if endpoint in self.foreign.indexes else self.foreign.rows
        try:
            found = rows.NOTHING_KNOWN if answer is None else rows.parsed(answer, endpoint, names, most)
        except QueryServiceFailed:
            if block.silent is None:
                raise
            found = rows.NOTHING_KNOWN
        return rows.values(names, found)

    def _asked(self) -> list[tuple[Block, str]]:
        """Blocks that are answered, with their endpoints; a nested one makes that of another impossible."""
        blocks = self.outline.blocks
        for block in blocks:
            if block.within:
                self._refuse(block, _SURROUNDED[block.within])
        return [(block, self._endpoint(block)) for block in blocks]

    def _endpoint(self, block: Block) -> str:
        if block.name.kind == "variable":
            self._refuse(block, f"{block.name.text} would have to name the endpoint; write its IRI")
        terms = self.engine.terms(self.outline.prologue, [block.name.text])
        if terms is None or not isinstance(terms[0], NamedNode):
            self._refuse(block, _SURROUNDED["?"])
        endpoint = terms[0].value
        if endpoint not in self.foreign.endpoints and endpoint not in self.foreign.indexes:
            allowed = ", ".join(f"<{each}>" for each in self.foreign.endpoints)
            only = f"does not call <{endpoint}>, only {allowed}" if allowed else "does not call others"
            self._refuse(block, f"this endpoint {only}; {ELSEWHERE}")
        return endpoint

    def _need(self, block: Block, endpoint: str) -> Need:
        line, column = self.outline.place(block)
        silent = block.silent is not None
        if endpoint in self.foreign.indexes:
            return Need(endpoint, silent, line, column, search=self._search(block))
        names = self._columns(block, endpoint)
        query = _text(
            "block",
            base=f"BASE <{self.engine.base}>" if self.engine.base else "",
            prologue=self.outline.prologue,
            columns=" ".join(f"?{name}" for name in names) or "*",
            pattern=self.outline.inner(block),
            most=self.foreign.rows + 1,
        )
        return Need(endpoint, silent, line, column, query)

    def _columns(self, block: Block, endpoint: str) -> list[str]:
        """The variables that the block binds. Raises QueryRefused where it is more than a table to the query."""
        if endpoint in self.foreign.indexes:
            return list(self._search(block).columns.values())
        inner, outline = self.outline.inner(block), self.outline
        names = self.engine.variables(outline.prologue, inner)
        if names is None:
            self._refuse(block, "what is in it is not understood apart from the rest of the query")
        if _ESCAPE.search(inner) or _ESCAPE.search(outline.prologue):
            self._refuse(block, "endpoints differ in how they read \\u escapes; write the characters themselves")
        used = outline.variables(block, outside=False)
        hidden = (used & outline.variables(block, outside=True)) - set(names)
        if hidden:
            self._refuse(
                block,
                f"?{min(hidden)} is used in it without being bound by it, and elsewhere in the query: a block is "
                "evaluated by itself, so compare outside of it, or give one of the two another name",
            )
        given = used & self.bound.keys()
        if given:
            self._refuse(block, f"?{min(given)} is a parameter, which is not passed on to another endpoint")
        return names

    def _search(self, block: Block) -> Search:
        prologue = self.outline.prologue
        return searching.read(
            self.outline.inside(block),
            lambda texts: self.engine.terms(prologue, texts),
            self.bound,
            lambda reason: self._refuse(block, reason),
        )

    def _refuse(self, block: Block, reason: str) -> NoReturn:
        raise refused(*self.outline.place(block), reason)


def _text(name: str, **parts: object) -> str:
    """A query of our own with parts of somebody else's: nothing in these is looked at again."""
    return _template(name).substitute(parts)


@cache
def _template(name: str) -> Template:
    text = files("graph.serving").joinpath(f"{name}.rq").read_text("utf-8")
    return Template(text.partition("\n")[2].strip())  # the first line says what it is for


def _judge(found: Outline, engine: Engine) -> None:
    """Raise unless the engine reads the same blocks in the text as we do, and not too many."""
    graphs = found.as_graphs()
    refuse_service(graphs, engine.empty, engine.base)
    fault = parse_fault(graphs, engine.empty, engine.base)
    if fault is not None:
        raise syntax_error(found.text, fault) from fault
    for block in found.blocks[: MOST + 1]:
        if parse_fault(found.as_graphs(misspelt=block), engine.empty, engine.base) is None:
            raise refused(*found.place(block), _SURROUNDED["?"])
    for block in found.blocks[MOST:]:
        raise refused(*found.place(block), f"it is one too many, {MOST} are answered in one query")
