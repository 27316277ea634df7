"""Every IRI of ours that is in the data leads to what is said of it, in every syntax, or to what is left of it."""

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import groupby
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode
from werkzeug.test import TestResponse

from api.app import create_app, reading
from api.settings import Settings
from api.sparql.federation import federating
from api.wiring import pipeline
from graph.formats import RDF_FORMATS, TURTLE
from graph.generations import Generations
from graph.serving.broker import start
from graph.serving.options import BrokerOptions
from loaders.pipeline import Order
from tests.support.portal import EXAMPLE, rdf

BASE = "http://127.0.0.1:8000"
OPTIONS = BrokerOptions(seconds=10, memory=1 << 30, answer_bytes=8 << 20)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, a second source that speaks of the first's records, and some of the first's gone."""
    data = tmp_path_factory.mktemp("dereferencing") / "data"
    load(data, "example", *sorted(EXAMPLE.iterdir()))
    load(data, "other", EXAMPLE / "services.ttl")
    load(
        data, "example", *(file for file in sorted(EXAMPLE.iterdir()) if file.name not in ("series.ttl", "reuses.ttl"))
    )
    return data


def load(data: Path, source: str, *files: Path) -> None:
    order = Order([str(file) for file in files], source, validate=False)
    assert pipeline(Settings(data=data, isolation_required=False)).load(order).outcome is not None


@pytest.fixture(scope="module")
def asking(data: Path) -> Iterator[FlaskClient]:
    """The portal with query workers beside it."""
    with start(data, OPTIONS) as broker:
        queries = federating(Settings(data=data), broker.socket_path, OPTIONS, reading(Settings(data=data)))
        app = create_app(Settings(data=data), queries)
        app.testing = False
        yield app.test_client()
        queries.close()


@pytest.fixture(scope="module")
def ours(data: Path) -> list[str]:
    """All IRIs of ours, wherever they stand."""
    found: set[str] = set()
    with Generations(data).current() as generation:
        for quad in generation.store:
            terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
            found |= {term.value for term in terms if isinstance(term, NamedNode)}
            found |= {term.datatype.value for term in terms if isinstance(term, Literal)}
    return sorted(iri for iri in found if iri == BASE or iri.startswith(f"{BASE}/"))


def kinds(iris: list[str]) -> dict[str, str]:
    """A document of each kind, by the folder that it is in."""
    documents = {iri.partition("#")[0] for iri in iris} - {BASE, f"{BASE}/"}
    return {one.rpartition("/")[0] if one.count("/") > 3 else one: one for one in sorted(documents)}


def fetch(client: FlaskClient, iri: str, accept: str) -> TestResponse:
    path = iri.partition("#")[0].removeprefix(BASE) or "/"
    return client.get(path, headers={"Accept": accept}, follow_redirects=True, buffered=True)


def test_every_iri_of_ours_leads_to_what_is_said_of_it_or_to_what_is_left_of_it(
    asking: FlaskClient, ours: list[str]
) -> None:
    assert len(kinds(ours)) > 30
    silent, gone = [], 0
    for document, iris in groupby(ours, lambda iri: iri.partition("#")[0]):
        answer = fetch(asking, document, TURTLE.media_type)
        gone += answer.status_code == 410
        told = rdf(answer) if answer.status_code in (200, 410) else ()
        terms = {term for quad in told for term in (quad.subject, quad.predicate, quad.object)}
        answered = "/statements" in document  # a question whose answer is statements leads to those
        silent += [(iri, answer.status_code) for iri in iris if not (terms if answered else NamedNode(iri) in terms)]
    assert silent == []
    assert gone > 10


def test_a_kind_of_iri_is_told_in_every_syntax_by_accept_and_by_extension_alike(
    asking: FlaskClient, ours: list[str]
) -> None:
    for iri in kinds(ours).values():
        shown = fetch(asking, iri, TURTLE.media_type)
        here = shown.request.path
        for form in RDF_FORMATS:
            chosen = fetch(asking, iri, form.media_type)
            named = fetch(asking, f"{BASE}{here}.{form.extension}", "*/*")
            assert (named.status_code, named.mimetype) == (shown.status_code, form.media_type), (here, form.name)
            if here != "/catalogue":  # whose documents have addresses of their own, told in them
                assert chosen.data == named.data, (here, form.name)
                assert chosen.headers["ETag"] == named.headers["ETag"]


def test_a_kind_of_iri_says_what_it_was_chosen_by_and_when_it_changed(asking: FlaskClient, ours: list[str]) -> None:
    for iri in kinds(ours).values():
        for accept in (TURTLE.media_type, "text/html"):
            if (iri, accept) == (f"{BASE}/sparql", "text/html"):  # a form to fill in
                continue
            answer = fetch(asking, iri, accept)
            assert {"accept", "accept-language"} <= {name.lower() for name in answer.vary}, iri
            assert answer.headers["ETag"]
            assert isinstance(parsedate_to_datetime(answer.headers["Last-Modified"]), datetime)
            if answer.status_code == 200:
                again = asking.get(
                    answer.request.path, headers={"Accept": accept, "If-None-Match": answer.headers["ETag"]}
                )
                assert again.status_code == 304, (iri, accept)


def test_a_named_graph_says_whose_it_is_and_how_much_it_holds(asking: FlaskClient) -> None:
    for name in (
        "source/example",
        "claims/other",
        "vocabulary/frequency",
        "records",
        "provenance",
        "changes",
        "queries",
    ):
        page = asking.get(f"/graph/{name}", headers={"Accept": "text/html", "Accept-Language": "en"})
        assert page.status_code == 200
        assert f"{BASE}/graph/{name}" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/graph/x",
        "/graph/source",
        "/graph/source/none",
        "/graph/vocabulary/none",
        "/graph/records/x",
        "/graph/records.pdf",
    ],
)
def test_a_graph_that_is_none_is_not_found(asking: FlaskClient, path: str) -> None:
    assert fetch(asking, BASE + path, TURTLE.media_type).status_code == 404
