import pytest
from pyoxigraph import Store

from graph.errors import QueryRefused, QuerySyntaxError
from graph.serving.refusals import refuse_service, syntax_error

LISTENER = "http://127.0.0.1:9/sparql"

SERVICE = [
    "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { service <%s> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE <%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE<%s>{ ?s ?p ?o } }",
    "SELECT * { SERVICE\n\t<%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE#comment\n<%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT#comment >\n<%s> { ?s ?p ?o } }",
    "PREFIX x: <%s> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "PREFIX service: <%s> SELECT * { SERVICE service: { ?s ?p ?o } }",
    "SELECT * { BIND(<%s> AS ?e) SERVICE ?e { ?s ?p ?o } }",
    "SELECT * { VALUES ?service { <%s> } SERVICE ?service { ?s ?p ?o } }",
    "SELECT * { ?x ?y ?z OPTIONAL { SERVICE <%s> { ?s ?p ?o } } }",
    "SELECT * { { ?x ?y ?z } UNION { SERVICE <%s> { ?s ?p ?o } } }",
    "SELECT * { ?x ?y ?z MINUS { SERVICE <%s> { ?x ?p ?o } } }",
    "SELECT * { ?x ?y ?z FILTER EXISTS { SERVICE <%s> { ?x ?p ?o } } }",
    "SELECT * { ?x ?y ?z FILTER NOT EXISTS { SERVICE SILENT <%s> { ?x ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <%s> { ?s ?p ?o } } } }",
    "SELECT * { GRAPH ?g { SERVICE <%s> { ?s ?p ?o } } }",
    "ASK { SERVICE <%s> { ?s ?p ?o } }",
    "ASK { SERVICE SILENT <%s> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { SERVICE <%s> { ?s ?p ?o } } GROUP BY ?s",
    "SELECT * { ?x ?y ?z FILTER(?z<1)SERVICE#>\n<%s>{ ?s ?p ?o } }",
    "SELECT * { SERVICE <%s> { SERVICE <http://127.0.0.1:9/b> { ?s ?p ?o } } }",
]

HARMLESS = [
    "SELECT ?service { ?service a <http://www.w3.org/ns/dcat#DataService> }",
    "PREFIX service: <http://example.org/service#> SELECT * { ?s service:service ?o }",
    'SELECT * { ?s ?p "SERVICE <http://example.org/> {}" }',
    "SELECT * { ?s ?p ?o } # SERVICE <http://example.org/> {}",
    'SELECT * { ?s ?p """a " SERVICE <http://example.org/> { }""" }',
    "SELECT * { ?s <http://example.org/service> ?o FILTER(?o<1) }",
    'SELECT * { ?s ?p "x"@en-service }',
]


@pytest.mark.parametrize("text", SERVICE)
def test_a_call_to_another_endpoint_is_refused_however_it_is_spelt(text: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE is not answered here"):
        refuse_service(text % LISTENER, Store())


@pytest.mark.parametrize("text", HARMLESS)
def test_the_word_service_is_no_call_in_names_strings_and_comments(text: str) -> None:
    refuse_service(text, Store())


def test_a_text_that_does_not_parse_is_left_to_the_parser() -> None:
    refuse_service("SELECT * { SERVICE", Store())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("INSERT DATA { <a:b> <a:b> 1 }", "INSERT"),
        ("# insert\nPREFIX x: <http://x/>\nBASE <http://y/>\ndelete where { ?s ?p ?o }", "DELETE"),
        ("LOAD <http://example.org/>", "LOAD"),
        ("drop all", "DROP"),
        ("WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "WITH"),
    ],
)
def test_an_update_is_called_one(text: str, word: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        Store().query(text)
    told = syntax_error(text, caught.value)
    assert isinstance(told, QueryRefused)
    assert f"{word} is an update" in str(told)


def test_a_syntax_error_has_line_column_and_reason() -> None:
    with pytest.raises(SyntaxError) as caught:
        Store().query("SELECT *\n{ ?s ?p }")
    told = syntax_error("SELECT *\n{ ?s ?p }", caught.value)
    assert isinstance(told, QuerySyntaxError)
    assert (told.line, told.column) == (2, 10)
    assert told.reason.startswith("expected")


def test_an_objection_without_a_place_is_told_as_it_is() -> None:
    assert str(syntax_error("SELECT", SyntaxError("odd"))) == "odd"
