"""The W3C's SPARQL 1.1 tests over HTTP: a server, and for each set of graphs a generation with them and nothing else.

What the engine itself answers otherwise than the suite expects is named in ENGINE; what the service refuses on purpose
in REFUSED. Both lists are held in both directions: a test in them that passes is an error.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pytest
from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store

from tests.support.portal import EXAMPLE
from tests.support.portal import publish as publish_example
from tests.support.published import publish
from tests.support.served import server
from tests.support.sparql_results import ROWS_IN_TURTLE, meaning
from tests.support.sparql_suite import ARCHIVE, Case, cases, statements, unpacked

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(not ARCHIVE.is_file(), reason="the W3C's SPARQL tests are not in the shared folder"),
]

EVALUATION: Final = (
    "aggregates",
    "bind",
    "bindings",
    "cast",
    "construct",
    "exists",
    "functions",
    "grouping",
    "negation",
    "project-expression",
    "property-path",
    "subquery",
    "csv-tsv-res",
    "json-res",
)

_UNMATCHED: Final = "a path of no steps from a term that the store does not hold gives no row"
_PER_GRAPH: Final = "GRAPH ?g around a pattern that reads no data is evaluated once, not once per graph"

ENGINE: Final[dict[str, str]] = {
    "aggregates/agg-groupconcat-04": "GROUP_CONCAT of texts in one language keeps the language",
    "aggregates/agg-groupconcat-06": "GROUP_CONCAT of texts in one language keeps the language",
    "aggregates/agg-empty-group-count-graph": _PER_GRAPH,
    "bindings/graph": _PER_GRAPH,
    "negation/graph-minus": "MINUS inside GRAPH ?g takes ?g for a variable that both sides share",
    "functions/bnode01": "BNODE of one text is one node for all rows",
    "property-path/zero_or_more_set_start": _UNMATCHED,
    "property-path/zero_or_more_set_end": _UNMATCHED,
    "property-path/zero_or_one_set_start": _UNMATCHED,
    "property-path/zero_or_one_set_end": _UNMATCHED,
    "csv-tsv-res/csv03": "numbers are kept by value, so 1.0E6 comes as 1000000",
}
"""Tests that pyoxigraph answers otherwise by itself, with the reason."""

REFUSED: Final = {"syntax-query/test_4": "it calls a function that nobody has defined"}
"""Tests whose query is right, and yet not evaluated, with the reason."""

_FORMS: Final = {
    "srx": "application/sparql-results+xml",
    "srj": "application/sparql-results+json",
    "tsv": "text/tab-separated-values",
    "csv": "text/csv",
    "ttl": "text/turtle, application/sparql-results+json;q=0.9",
}


@dataclass(slots=True)
class Service:
    """A server whose generation can be exchanged for one with other graphs."""

    data: Path
    address: str
    client: httpx.Client
    number: int = 1
    graphs: tuple[tuple[str | None, str], ...] | None = None

    def hold(self, graphs: tuple[tuple[str | None, str], ...]) -> None:
        if graphs == self.graphs:
            return
        self.number += 1
        self.graphs = graphs
        publish(self.data, self.number, (quad for name, file in graphs for quad in statements(file, name)))
        until = time.monotonic() + 20
        while self.client.get("/sparql", params={"query": "ASK {}"}).headers.get("Catalograph-Generation") != str(
            self.number
        ):
            assert time.monotonic() < until
            time.sleep(0.02)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("suite") / "data"
    publish_example(data, EXAMPLE / "series.ttl")
    with (
        server(data, workers=1, query_workers=1, query_client_seconds=100_000.0) as (_, address),
        httpx.Client(base_url=address, trust_env=False, timeout=30) as client,
    ):
        yield Service(data, address, client)


def of(kind: str, *suites: str) -> list[Case]:
    """The tests of a kind, those with the same graphs together."""
    found = [case for case in cases(*suites) if kind in case.kind] if ARCHIVE.is_file() else []
    return sorted(found, key=lambda case: [(name or "", file) for name, file in case.graphs])


def expect(case: Case, *, passed: bool, reasons: dict[str, str]) -> None:
    """A test passes, or is on the list of those that do not."""
    assert passed == (str(case) not in reasons), reasons.get(str(case), "not as the suite expects")


@pytest.mark.parametrize("case", of("ProtocolTest", "protocol"), ids=str)
def test_the_protocol(service: Service, case: Case) -> None:
    service.hold(case.graphs)
    for request in case.requests:
        updating = "update" in request.target or b"update=" in request.body or "update" in str(request.headers)
        target = f"/sparql{request.target}".replace("/sparql/?", "/sparql?")
        reply = service.client.request(request.method, target, headers=dict(request.headers), content=request.body)
        if updating:  # nothing here can be updated, which is said, whatever the update
            assert 400 <= reply.status_code < 500
            return  # what follows asks for what the update did
        assert any(str(reply.status_code)[0] == status[0] for status in request.statuses), reply.text
        media_type = reply.headers["Content-Type"].partition(";")[0]
        if request.boolean is not None:
            assert reply.json()["boolean"] is request.boolean
        if request.form is not None:
            assert media_type in _MEDIA_TYPES[request.form]


_MEDIA_TYPES: Final = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {form for name, form in _FORMS.items() if name != "ttl"},
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml"},
}


@pytest.mark.parametrize("case", of("SyntaxTest", "aggregates", "grouping", "construct", "syntax-query"), ids=str)
def test_the_syntax(service: Service, case: Case) -> None:
    service.hold(())
    reply = service.client.post("/sparql", content=_query(case), headers={"Content-Type": "application/sparql-query"})
    if case.kind.startswith("Negative"):
        assert (reply.status_code, reply.headers["Content-Type"]) == (400, "application/problem+json")
    else:
        expect(case, passed=reply.status_code == 200, reasons=REFUSED)


@pytest.mark.parametrize("case", [*of("QueryEvaluationTest", *EVALUATION), *of("CSV", *EVALUATION)], ids=str)
def test_the_answers(service: Service, case: Case) -> None:
    service.hold(case.graphs)
    extension = str(case.result).rpartition(".")[2]
    reply = service.client.post(
        "/sparql",
        content=_query(case),
        headers={"Content-Type": "application/sparql-query", "Accept": _FORMS[extension]},
    )
    assert reply.status_code == 200, reply.text
    form = reply.headers["Content-Type"].partition(";")[0]
    assert form in _FORMS[extension]
    told = meaning(reply.content, form)
    assert told == _engine(case, form)
    wanted = meaning(unpacked()[str(case.result)], _form(extension, form), str(case.result))
    expect(case, passed=told == wanted, reasons=ENGINE)


def _query(case: Case) -> bytes:
    return f"BASE <{case.query}> ".encode() + unpacked()[str(case.query)]


def _form(extension: str, told: str) -> str:
    """The form of an expected result: Turtle holds the statements of a CONSTRUCT, or rows as statements."""
    return ROWS_IN_TURTLE if extension == "ttl" and "results" in told else _FORMS[extension].partition(",")[0]


def _engine(case: Case, form: str) -> object:
    """What the engine answers without any service around it."""
    store = Store()
    store.extend(quad for name, file in case.graphs for quad in statements(file, name))
    answer = store.query(_query(case).decode())
    if isinstance(answer, QueryTriples):
        return meaning(answer.serialize(format=RdfFormat.from_media_type(form)) or b"", form)
    return meaning(answer.serialize(format=QueryResultsFormat.from_media_type(form)) or b"", form)
