import json
from pathlib import Path

import pytest
from pyoxigraph import Store

from graph.errors import PortalError, QueryError, QueryParameterError, QueryRefused, QuerySyntaxError
from graph.serving.evaluation import Evaluator, Needs, NotOffered
from graph.serving.messages import Question
from graph.serving.spool import Spool
from tests.support.published import quads


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    store = Store()
    store.bulk_extend(quads(5, 1))
    return Evaluator(store, Store(), 1 << 30)


def _answer(evaluator: Evaluator, question: Question, folder: Path) -> tuple[bool | NotOffered | Needs, bytes]:
    spool = Spool(1 << 20, str(folder))
    return evaluator.answer(question, spool), spool.inline


TITLE = b"SELECT ?t { <http://example.org/dataset/0> <http://purl.org/dc/terms/title> ?t }"


def test_rows_come_in_the_form_asked_for(evaluator: Evaluator, tmp_path: Path) -> None:
    assert _answer(evaluator, Question(TITLE, "csv"), tmp_path) == (False, b"t\r\nTitle 0\r\n")
    assert b"<sparql" in _answer(evaluator, Question(TITLE, "xml"), tmp_path)[1]
    assert _answer(evaluator, Question(TITLE, "tsv"), tmp_path)[1] == b'?t\n"Title 0"@en\n'


def test_a_yes_or_no_is_an_answer_of_rows(evaluator: Evaluator, tmp_path: Path) -> None:
    rdf, body = _answer(evaluator, Question(b"ASK { ?s ?p ?o }"), tmp_path)
    assert rdf is False
    assert json.loads(body)["boolean"] is True


@pytest.mark.parametrize("form", ["turtle", "ntriples", "rdfxml", "jsonld", "trig", "nquads"])
def test_statements_are_typed_as_declared_in_every_form(evaluator: Evaluator, tmp_path: Path, form: str) -> None:
    query = b"CONSTRUCT { ?s <http://www.w3.org/ns/dcat#byteSize> ?o } { ?s <http://www.w3.org/ns/dcat#byteSize> ?o }"
    rdf, body = _answer(evaluator, Question(query, rdf=form), tmp_path)
    assert rdf is True
    assert b"nonNegativeInteger" in body


def test_a_kind_of_answer_nobody_accepts_is_told_apart(evaluator: Evaluator, tmp_path: Path) -> None:
    assert _answer(evaluator, Question(TITLE, results=""), tmp_path) == (NotOffered(rdf=False), b"")
    describe = Question(b"DESCRIBE <http://example.org/dataset/0>", rdf="")
    assert _answer(evaluator, describe, tmp_path) == (NotOffered(rdf=True), b"")


def test_graphs_of_the_request_are_the_whole_dataset(evaluator: Evaluator, tmp_path: Path) -> None:
    graph = ("http://example.org/graph",)
    query = b"SELECT ?t { ?s <http://purl.org/dc/terms/title> ?t }"
    assert _answer(evaluator, Question(query, "csv", default_graphs=graph), tmp_path)[1] == b"t\r\nElsewhere\r\n"
    assert _answer(evaluator, Question(query, "csv", named_graphs=graph), tmp_path)[1] == b"t\r\n"
    within = b"SELECT ?t { GRAPH ?g { ?s <http://purl.org/dc/terms/title> ?t } }"
    assert _answer(evaluator, Question(within, "csv", named_graphs=graph), tmp_path)[1] == b"t\r\nElsewhere\r\n"


def test_values_are_bound_to_variables_and_never_read_as_part_of_the_query(
    evaluator: Evaluator, tmp_path: Path
) -> None:
    query = b"SELECT ?s ?t { ?s <http://purl.org/dc/terms/title> ?t }"
    for bound, rows in (
        ((("s", "<http://example.org/dataset/3>"),), b"http://example.org/dataset/3,Title 3\r\n"),
        ((("t", '"Title 4"@en'),), b"http://example.org/dataset/4,Title 4\r\n"),
        ((("t", '"\\" } DROP ALL"'),), b""),
    ):
        question = Question.unpack(Question(query, "csv", bindings=bound).pack())
        assert question.bindings == bound
        assert _answer(evaluator, question, tmp_path)[1] == b"s,t\r\n" + rows


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (Question(b"SELECT ?s { ?s ?p ?o }", bindings=(("s", "<no iri>"),)), QueryParameterError),
        (Question(b"SELECT ?s { ?s ?p ?o }", bindings=(("s", '"a" . <urn:a> <urn:b> "c"'),)), QueryParameterError),
        (Question(b"SELECT ?s { ?s ?p ?o }", bindings=(("s", "_:b"),)), QueryParameterError),
        (Question(b"SELECT ?s { ?s ?p ?o }", bindings=(("o", '"not projected"'),)), QueryError),
        (Question(b"SELECT * {"), QuerySyntaxError),
        (Question(b"DROP ALL"), QueryRefused),
        (Question(b"SELECT * { SERVICE <http://127.0.0.1:9/> {} }"), QueryRefused),
        (Question(b"ASK { ?s ?p '\xff' }"), QueryParameterError),
        (Question(b"ASK {}", default_graphs=("http://[/",)), QueryParameterError),
    ],
)
def test_what_is_wrong_with_a_query_is_told(
    evaluator: Evaluator, tmp_path: Path, question: Question, kind: type[PortalError]
) -> None:
    with pytest.raises(kind):
        _answer(evaluator, question, tmp_path)


def test_a_statement_the_form_cannot_say_is_an_error_and_no_short_answer(evaluator: Evaluator, tmp_path: Path) -> None:
    query = b"CONSTRUCT { <a:a> <http://example.org/?a=1> 1 } {}"
    with pytest.raises(QueryError):
        _answer(evaluator, Question(query, rdf="rdfxml"), tmp_path)
