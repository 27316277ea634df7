"""JSON-LD: the native parser drops in silence what it cannot read; here it is repaired before, and missed after.

Every node that has an `@id` is given a mark of its own; the marks that do not come back as statements are the nodes
that were dropped. What makes the parser refuse the whole document is cut down to the nodes at fault.
"""

import json
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from graph.errors import FormatError
from loaders.syntax.contexts import Bundle, Json, Node, Terms, UnknownContext
from loaders.syntax.faults import Reporter, reason_of
from loaders.syntax.jsonterms import Change, language, mend
from loaders.syntax.octets import Block, Places, decoded, opened, proven

DEEPEST: Final = 250
"""Levels of nesting beyond which a document is refused: the native parser needs memory by the square of them."""

_MARK: Final = "urn:catalograph:node"
_MARKING: Final = re.compile(rf'(?:, )?"{_MARK}": \d+')
_MARKED: Final = NamedNode(_MARK)


def statements(path: Path, base_iri: str, reporter: Reporter) -> Iterator[Quad]:
    """Raises FormatError for what is no JSON, no JSON-LD, or needs a context that is not bundled."""
    with opened(path) as stream:
        text = decoded(Block(1, stream.read()), reporter)
    if not text.strip():
        return
    document = _Document(text, base_iri, reporter, _loaded(text, reporter.location))
    document.prepare()
    yield from document.statements()


def _loaded(text: str, location: str) -> Json:
    try:
        loaded: Json = json.loads(text, strict=False, object_pairs_hook=_object, parse_constant=_refused)
    except json.JSONDecodeError as error:
        raise FormatError(location, f"expected JSON-LD: {error.msg}", error.lineno, error.colno) from None
    except (RecursionError, ValueError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise FormatError(location, f"expected JSON-LD: {reason}") from None
    if not isinstance(loaded, dict | list):
        raise FormatError(location, "expected JSON-LD: an object or an array of objects", 1, 1)
    if _is_deep(loaded):
        raise FormatError(location, f"expected JSON-LD: nested more than {DEEPEST} levels deep")
    return loaded


def _refused(constant: str) -> Json:
    raise ValueError(f"{constant} is no JSON number")


def _object(pairs: Sequence[tuple[str, Json]]) -> Node:
    """An object whose repeated keys hold all their values, as the native parser reads them."""
    found: Node = dict(pairs)
    if len(found) < len(pairs):
        for key in found:
            values = [value for name, value in pairs if name == key]
            if len(values) > 1:
                found[key] = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return found


def _is_deep(document: Json) -> bool:
    level: list[Json] = [document]
    for _ in range(DEEPEST):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(parent: Json) -> list[Json]:
    if isinstance(parent, dict):
        return [child for child in parent.values() if isinstance(child, dict | list)]
    return [child for child in parent if isinstance(child, dict | list)] if isinstance(parent, list) else []


@dataclass(slots=True, eq=False)
class _Described:
    """A node with a name, or one at the top: what can be left out alone.

    `above` is the one it is inside of, `by` the key of that; `via` are the own keys that hold others.
    """

    node: Node
    key: str | None
    above: "_Described | None"
    depth: int
    by: str = ""
    via: set[str] = field(default_factory=set)
    whole: Node = field(default_factory=dict)
    kept: bool = True

    @property
    def identity(self) -> str | None:
        value = self.whole.get(self.key) if self.key else None
        return value if isinstance(value, str) else None

    @property
    def says_something(self) -> bool:
        return not self.whole.keys() <= {self.key, _MARK}

    def prune(self, more: Container[str] = ()) -> None:
        """Leave a mere reference in its place, or of what has no name nothing, and `more` keys."""
        named = {self.key, _MARK} if self.identity is not None else set()
        kept = {key: value for key, value in self.whole.items() if key in named or key == "@context" or key in more}
        if not named and not more:
            kept["@value"] = None
        self.node.clear()
        self.node.update(kept)

    def restore(self) -> None:
        self.node.clear()
        self.node.update(self.whole)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A value to look at: the node it is inside of, and the key of that node it came by."""

    value: Json
    above: _Described | None
    via: str = ""
    is_map: bool = False
    is_top: bool = False


@dataclass(slots=True)
class _Document:
    text: str
    base_iri: str
    reporter: Reporter
    content: Json
    terms: Terms = field(default_factory=Terms)
    bundle: Bundle = field(default_factory=Bundle)
    described: list[_Described] = field(default_factory=list)
    changes: list[tuple[_Described | None, Change]] = field(default_factory=list)
    subjects: dict[int, str] = field(default_factory=dict)
    has_keywords: bool = False
    refusal: FormatError | None = None
    good: int = 0
    places: Places = field(init=False)

    def __post_init__(self) -> None:
        self.places = Places(self.text)

    def prepare(self) -> None:
        """Inline the contexts, repair the terms, mark the nodes."""
        self._contexts()
        waiting = [_Visit(self.content, None, is_top=True)]
        while waiting:
            visit = waiting.pop()
            if isinstance(visit.value, list):
                waiting += [replace(visit, value=one) for one in visit.value]
            elif isinstance(visit.value, dict):
                waiting += self._visits(visit, visit.value)
        for described in self.described:
            described.whole = dict(described.node)

    def _visits(self, visit: _Visit, value: Node) -> Iterator[_Visit]:
        above = visit.above
        if not visit.is_map:
            above = self._described(value, visit)
            self.changes += [(above, change) for change in mend(value, self.terms)]
        is_new = above is not visit.above
        for key, child in value.items():
            if key != "@context" and key not in self.terms.literals and isinstance(child, dict | list):
                is_top = visit.is_top and key == "@graph"
                yield _Visit(child, above, key if is_new else visit.via, key in self.terms.maps, is_top)

    def _described(self, value: Node, visit: _Visit) -> _Described | None:
        """The node itself if it has a name or is at the top, else the one it is inside of."""
        key = next((key for key in value if key in self.terms.identifiers), None)
        if key is None and (not visit.is_top or "@graph" in value):
            return visit.above
        above = visit.above
        found = _Described(value, key, above, above.depth + 1 if above else 0, visit.via)
        if above:
            above.via.add(visit.via)
        if key:
            value[_MARK] = len(self.described)
        self.described.append(found)
        return found

    def _contexts(self) -> None:
        waiting: list[Json] = [self.content]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                self.has_keywords = self.has_keywords or any(key.startswith("@") for key in value)
                if "@context" in value:
                    self._inline(value)
                waiting += [child for key, child in value.items() if key != "@context"]
            elif isinstance(value, list):
                waiting += value

    def _inline(self, node: Node) -> None:
        try:
            node["@context"] = self.bundle.inlined(node["@context"])
        except UnknownContext as error:
            line, column = self._place(error.url)
            self.refusal = FormatError(self.reporter.location, str(error), line, column)
            if node is self.content:
                raise self.refusal from None
            key = next((key for key in node if key in self.terms.identifiers), "")
            identity = node.get(key)
            subject = identity if isinstance(identity, str) else None
            self.reporter.quarantined(str(error), _written(node), line, column, subject)
            node.clear()
            return
        self.changes += [(None, change) for one in _objects(node["@context"]) for change in self._default(one)]
        self.terms.learn(node["@context"])

    def _default(self, context: Node) -> Iterator[Change]:
        return language(context, "@language") if "@language" in context else iter(())

    def _place(self, text: str) -> tuple[int | None, int | None]:
        """Where a string is written, if it is written as we would."""
        found = max(self.text.find(json.dumps(text)), self.text.find(json.dumps(text, ensure_ascii=False)))
        return self.places.of(found) if found >= 0 else (None, None)

    def statements(self) -> Iterator[Quad]:
        try:
            yield from self._read()
        except SyntaxError as error:
            self._isolate(error)
            yield from self._read()
        self._report()
        if not self.good and (self.refusal or (self.content and not self.has_keywords)):
            raise self.refusal or FormatError(self.reporter.location, "expected JSON-LD: it has no @context", 1, 1)

    def _read(self) -> Iterator[Quad]:
        data = json.dumps(self.content)
        for quad in proven(lambda: parse(data, RdfFormat.JSON_LD, base_iri=self.base_iri)):
            if quad.predicate == _MARKED:
                self.subjects[int(_name(quad.object))] = _name(quad.subject)
            else:
                self.good += 1
                yield quad

    def _is_readable(self) -> SyntaxError | None:
        try:
            for _ in parse(json.dumps(self.content), RdfFormat.JSON_LD, base_iri=self.base_iri):
                pass
        except SyntaxError as error:
            return error
        return None

    def _isolate(self, error: SyntaxError) -> None:
        """Take all nodes out, and put back, from the outside in, those with which the document is readable."""
        self.refusal = FormatError(
            self.reporter.location, f"expected JSON-LD: {reason_of(error)}", error.lineno, error.offset
        )
        for described in self.described:
            described.prune()
        if self._is_readable():
            raise self.refusal
        for _, level in groupby(sorted(self.described, key=_depth), key=_depth):
            self._put_back([one for one in level if one.above is None or one.above.kept])

    def _put_back(self, level: Sequence[_Described]) -> None:
        for described in level:
            described.restore()
        error = self._is_readable()
        if error is None or not level:
            return
        for described in level:
            described.prune()
        if len(level) == 1:
            self._leave_out(level[0], error)
            return
        middle = len(level) // 2
        self._put_back(level[:middle])
        self._put_back(level[middle:])

    def _leave_out(self, described: _Described, error: SyntaxError) -> None:
        """A node with what it alone says; the nodes inside stay where they can be read without it."""
        self._lost(described, reason_of(error))
        good = list[str]()
        for key in sorted(described.via):
            described.prune([*good, key])
            if not self._is_readable():
                good.append(key)
        described.prune(good)
        for other in self.described:
            if _inside(other, described, described.via.difference(good)):
                other.kept = False
                if other.says_something:
                    self._lost(other, "inside a node that cannot be read")

    def _lost(self, described: _Described, reason: str) -> None:
        identity = described.identity
        where = self._place(identity) if identity else (None, None)
        self.reporter.quarantined(reason, _written(described.whole), *where, self._subject(described))

    def _subject(self, described: _Described | None) -> str | None:
        """The subject as the statements spell it, or as it is written where there are none."""
        if described is None:
            return None
        number = described.whole.get(_MARK)
        known = self.subjects.get(number) if isinstance(number, int) else None
        return known or described.identity or self._subject(described.above)

    def _report(self) -> None:
        """The repairs; the nodes whose marks did not come back."""
        for described, change in self.changes:
            report = self.reporter.quarantined if change.lost else self.reporter.repaired
            report(change.reason, change.original, *self._place(change.original), self._subject(described))
        for number, described in enumerate(self.described):
            if described.key and described.kept and number not in self.subjects and not self._is_name(described):
                subject = described if described.says_something else described.above
                identity = described.identity or _written(described.whole)
                reason = "not a valid @id, and no telling what was meant"
                self.reporter.quarantined(reason, identity, *self._place(identity), self._subject(subject))

    def _is_name(self, described: _Described) -> bool:
        """Whether the node could be named so; then it is under a key that means nothing here, which is no fault."""
        context: Json = self.content.get("@context") if isinstance(self.content, dict) else None
        identity = described.identity
        probe = json.dumps({"@context": context, "@id": identity, _MARK: 0})
        return identity is None or any(True for _ in parse(probe, RdfFormat.JSON_LD, base_iri=self.base_iri))


def _depth(described: _Described) -> int:
    return described.depth


def _inside(inner: _Described, outer: _Described, keys: Container[str]) -> bool:
    """Whether a node is inside another one, by one of the keys."""
    at: _Described | None = inner
    while at and at.above is not outer:
        at = at.above
    return at is not None and at.by in keys


def _name(term: object) -> str:
    """A term as faults spell it; of a literal, its value."""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _written(node: Node) -> str:
    return _MARKING.sub("", json.dumps(node, ensure_ascii=False))


def _objects(context: Json) -> Iterator[Node]:
    for one in context if isinstance(context, list) else [context]:
        if isinstance(one, dict):
            yield one
