"""What a plan leaves over, evaluated by the reference in a caged child: this side knows neither rdflib nor pySHACL."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse, serialize

from graph import cage
from shapes.compiling.index import Index
from shapes.compiling.sources import source_of
from shapes.components.constraints import Result, Source, Term
from vocabularies.namespaces import SH

Messages = list[tuple[str, str]]
"""Language and text of each."""

Key = tuple[str, str | None, str | None, str, str, str]
"""Focus, path, value, severity, component and source shape of a result, each as N-Triples: what makes two equal."""


_WORK: Final = cage.Work(
    "evaluating the shapes with pySHACL", "ask less of each record in the shapes, or validate the data in parts"
)


def key(result: Result) -> Key:
    """Our result, comparable with the reference's."""
    source = result.source
    return (
        str(result.focus),
        None if source.path is None else str(source.path),
        None if result.value is None else str(result.value),
        str(source.severity),
        str(source.component),
        str(source.shape),
    )


def validate_caged(pairs: Sequence[tuple[Path, Path]], limits: cage.Limits | None = None) -> Iterator[list[Key]]:
    """The reference's results for each pair of N-Quads files (data, shapes), computed in one caged child.

    Raises CageError when the child breaks a limit.
    """
    for found, _ in _caged(pairs, limits):
        yield [one for one, _ in found]


Told = tuple[list[tuple[Key, Messages]], list[str]]
"""Of one pair: its results, and the targets of its shapes."""


def _caged(pairs: Sequence[tuple[Path, Path]], limits: cage.Limits | None = None) -> Iterator[Told]:
    argument = {"pairs": [[str(data), str(shapes)] for data, shapes in pairs]}
    found: list[tuple[Key, Messages]] = []
    focuses: list[str] = []
    for line in cage.lines("shapes.reference:work", argument, limits or cage.Limits(), work=_WORK):
        if line == b"\n":
            yield found, focuses
            found, focuses = [], []
        elif line.startswith(b'"'):
            focuses.append(json.loads(line))
        else:
            one, messages = json.loads(line)
            found.append((cast("Key", tuple(one)), [(language, text) for language, text in messages]))


def evaluate_rest(
    rest: Iterable[Quad], sources: Iterable[Source], data: Iterable[Quad], limits: cage.Limits | None = None
) -> list[Result]:
    """The results of what a plan leaves over (`plan.rest`), for a whole graph or a record's closure."""
    return judge_rest(rest, sources, data, limits).results


@dataclass(frozen=True, slots=True)
class Rest:
    """What the reference found: results, and the nodes that its shapes have for targets, with results or without."""

    results: list[Result]
    focuses: list[Term]


def judge_rest(
    rest: Iterable[Quad], sources: Iterable[Source], data: Iterable[Quad], limits: cage.Limits | None = None
) -> Rest:
    """The same with the targets."""
    origins = _Origins(Index(rest), sources)
    with TemporaryDirectory() as folder:
        paths = (Path(folder, "data.nq"), Path(folder, "shapes.nq"))
        for path, quads in zip(paths, (data, origins.index.statements), strict=True):
            serialize(quads, str(path), RdfFormat.N_QUADS)
        ((found, focuses),) = _caged([paths], limits)
        return Rest([origins.result(*one) for one in found], [_term(focus) for focus in focuses])


class _Origins:
    """The sources of the reference's results: those of the plan, or made from the shapes that were left over."""

    def __init__(self, index: Index, sources: Iterable[Source]) -> None:
        self.index = index
        self._known = {(source.shape, source.component, source.severity, source.path): source for source in sources}
        self._made: dict[tuple[object, ...], Source] = {}

    def result(self, one: Key, messages: Messages) -> Result:
        focus, path, value, severity, component, shape = one
        node, at = _subject(shape), None if path is None else _subject(path)
        source = self._known.get((node, _iri(component), _iri(severity), at))
        if source is None:
            worded = messages if component == str(SH.SPARQLConstraintComponent) else []
            made = (node, component, severity, at, *worded)
            source = self._made.get(made)
            if source is None:
                source = self._made[made] = self._make(node, _iri(component), at, messages)
        return Result(_term(focus), None if value is None else _term(value), source)

    def _make(
        self, node: NamedNode | BlankNode, component: NamedNode, path: NamedNode | BlankNode | None, messages: Messages
    ) -> Source:
        """What the shape says; the path and, for SPARQL, the messages may be of one result."""
        source = source_of(self.index, node, component)
        if source.path != path:
            text = path.value if isinstance(path, NamedNode) else None
            source = replace(source, path=path, path_text=text, path_triples=())
        return replace(source, messages=tuple(messages)) if component == SH.SPARQLConstraintComponent else source


def _term(text: str) -> Term:
    quad: Quad = next(parse(f"<about:> <about:> {text} .", RdfFormat.N_TRIPLES))
    return quad.object


def _subject(text: str) -> NamedNode | BlankNode:
    return BlankNode(text[2:]) if text.startswith("_:") else _iri(text)


def _iri(text: str) -> NamedNode:
    return NamedNode(text[1:-1])
