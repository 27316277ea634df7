"""The W3C's SPARQL 1.1 test suite, read from the archive in the shared folder: https://github.com/w3c/rdf-tests."""

import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from tests.support.shared import SHARED

ARCHIVE: Final = SHARED / "w3c" / "sparql11-tests.tar.gz"
BASE: Final = "https://w3c.github.io/rdf-tests/"

MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT: Final = "http://www.w3.org/2009/sparql/tests/test-update#"
HT: Final = "http://www.w3.org/2011/http#"
CNT: Final = "http://www.w3.org/2011/content#"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"

Node = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a protocol test, and what is expected of its answer."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    statuses: tuple[str, ...]
    boolean: bool | None
    form: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """A test: `kind` is the local name of its class; files are IRIs; a graph has a name, or is the default one."""

    suite: str
    name: str
    kind: str
    query: str | None = None
    result: str | None = None
    graphs: tuple[tuple[str | None, str], ...] = ()
    requests: tuple[Request, ...] = ()

    def __str__(self) -> str:
        return f"{self.suite}/{self.name}"


@cache
def unpacked() -> dict[str, bytes]:
    """The files of the suite by their IRI."""
    found = {}
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                found[BASE + member.name] = file.read()
    return found


def cases(*suites: str) -> Iterator[Case]:
    """The tests of the suites, in the order of their manifests."""
    for suite in suites:
        yield from Manifest(f"{BASE}sparql/sparql11/{suite}/manifest.ttl", suite).cases()


def statements(iri: str, graph: str | None) -> Iterator[Quad]:
    """What a file of data says, in a graph."""
    form = RdfFormat.from_extension(Path(iri).suffix.removeprefix("."))
    target = {} if graph is None else {"graph_name": NamedNode(graph)}
    for triple in parse(unpacked()[iri], form, base_iri=iri, rename_blank_nodes=True):
        yield Quad(triple.subject, triple.predicate, triple.object, *target.values())


class Manifest:
    """One manifest as a store that is asked for what it says of a node."""

    def __init__(self, iri: str, suite: str) -> None:
        self._suite = suite
        self._store = Store()
        self._store.extend(parse(unpacked()[iri], RdfFormat.TURTLE, base_iri=iri))

    def cases(self) -> Iterator[Case]:
        for quad in self._store.quads_for_pattern(None, NamedNode(MF + "entries"), None):
            for entry in self._members(quad.object):
                yield self._case(entry)

    def _case(self, entry: Node) -> Case:
        kind = next(kind.removeprefix(MF) for kind in self._iris(entry, _RDF + "type") if kind.startswith(MF))
        name = entry.value.rpartition("#")[2] if isinstance(entry, NamedNode) else ""
        if kind == "ServiceDescriptionTest":  # which is told in words
            return Case(self._suite, name, kind)
        (action,) = self._all(entry, MF + "action")
        if kind == "ProtocolTest":
            (requests,) = self._all(action, HT + "requests")
            told = tuple(self._request(one) for one in self._members(requests))
            return Case(self._suite, name, kind, graphs=tuple(self._labelled(entry)), requests=told)
        if isinstance(action, NamedNode):  # a test of syntax: the query itself
            return Case(self._suite, name, kind, query=action.value)
        query, result = self._iri(action, QT + "query"), self._iri(entry, MF + "result")
        graphs = [(None, data.value) for data in self._all(action, QT + "data") if isinstance(data, NamedNode)]
        named = [
            (data.value, data.value) for data in self._all(action, QT + "graphData") if isinstance(data, NamedNode)
        ]
        return Case(self._suite, name, kind, query, result, (*graphs, *named))

    def _labelled(self, entry: Node) -> Iterator[tuple[str, str]]:
        for data in self._all(entry, UT + "graphData"):
            (label,) = self._all(data, _RDFS + "label")
            (file,) = self._all(data, UT + "graph")
            if isinstance(label, Literal) and isinstance(file, NamedNode):
                yield label.value, file.value

    def _request(self, node: Node) -> Request:
        (response,) = self._all(node, HT + "resp")
        statuses = (
            status.value for status in self._all(response, MF + "expectedStatus") if isinstance(status, NamedNode)
        )
        body = b""
        for content in self._all(node, HT + "body"):
            body = (self._text(content, CNT + "chars") or "").encode(
                self._text(content, CNT + "characterEncoding") or ""
            )
        boolean = self._text(response, MF + "expectedBoolean")
        return Request(
            self._text(node, HT + "methodName") or "",
            (self._text(node, HT + "absolutePath") or "").removeprefix("/sparql/"),
            dict(self._headers(node)),
            body,
            tuple(status.rpartition("#StatusCode")[2] for status in statuses),
            None if boolean is None else boolean == "true",
            self._text(response, MF + "expectedFormat"),
        )

    def _headers(self, node: Node) -> Iterator[tuple[str, str]]:
        for headers in self._all(node, HT + "headers"):
            for header in self._members(headers):
                yield self._text(header, HT + "fieldName") or "", self._text(header, HT + "fieldValue") or ""

    def _all(self, node: Node, predicate: str) -> list[Node]:
        if isinstance(node, Literal | Triple):
            return []
        return [quad.object for quad in self._store.quads_for_pattern(node, NamedNode(predicate), None)]

    def _iris(self, node: Node, predicate: str) -> list[str]:
        return [one.value for one in self._all(node, predicate) if isinstance(one, NamedNode)]

    def _iri(self, node: Node, predicate: str) -> str | None:
        return next(iter(self._iris(node, predicate)), None)

    def _text(self, node: Node, predicate: str) -> str | None:
        return next((one.value for one in self._all(node, predicate) if isinstance(one, Literal)), None)

    def _members(self, node: Node) -> Iterator[Node]:
        while node != NamedNode(_RDF + "nil"):
            (first,), (node,) = self._all(node, _RDF + "first"), self._all(node, _RDF + "rest")
            yield first
