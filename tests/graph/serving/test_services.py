"""Which SERVICE blocks are answered, what is asked for them, and what becomes of the rows."""

import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.errors import QueryRefused, QueryServiceFailed, QuerySyntaxError
from graph.indexing.schema import STEMMED
from graph.serving.messages import Need, Search
from graph.serving.searching import LANGUAGES
from tests.graph.serving.test_refusals import HARMLESS, SERVICE
from tests.support.federated import ENDPOINT, INDEX, Federated

P = "PREFIX e: <http://e/> PREFIX search: <https://w3id.org/catalograph/search/> "
BLOCK = f"SERVICE <{ENDPOINT}> {{ ?s e:q ?o }}"


@pytest.fixture
def federated(tmp_path: Path) -> Federated:
    store = Store()
    store.add(Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("x")))
    return Federated(store, lambda _: None, tmp_path)


def _rows(*rows: dict[str, dict[str, str]], names: str = "s o") -> bytes:
    return json.dumps({"head": {"vars": names.split()}, "results": {"bindings": rows}}).encode()


def _iri(value: str) -> dict[str, str]:
    return {"type": "uri", "value": value}


def _answered(answer: bytes) -> list[dict[str, Any]]:
    bindings: list[dict[str, Any]] = json.loads(answer)["results"]["bindings"]
    return bindings


def test_what_is_sent_is_the_block_with_the_prologue_and_one_row_more_than_is_taken(federated: Federated) -> None:
    (need,) = federated.needs(f"{P}# comment\nSELECT * {{ ?s e:p ?x .\n {BLOCK} }}")
    assert need == Need(
        ENDPOINT,
        silent=False,
        line=3,
        column=2,
        query=f"BASE <http://data.example.org/sparql> {P.strip()}\nSELECT ?o ?s WHERE {{ ?s e:q ?o \n}}\nLIMIT 10001",
    )


@pytest.mark.parametrize(
    "spelt",
    [
        f"service silent<{ENDPOINT}>{{?s e:q ?o}}",
        f"SERVICE#c\nSILENT#}}\n<{ENDPOINT}>#{{\n{{ ?s e:q ?o #}}\n}}",
        "SERVICE SILENT ex: { ?s e:q ?o }",
        r"SERVICE SILENT <https://sparql.\u0065xample.org/> { ?s e:q ?o }",
    ],
)
def test_an_endpoint_is_known_however_it_is_spelt(federated: Federated, spelt: str) -> None:
    (need,) = federated.needs(f"{P} PREFIX ex: <{ENDPOINT}> SELECT * {{ {spelt} }}")
    assert (need.endpoint, need.silent) == (ENDPOINT, True)


@pytest.mark.parametrize(
    "pattern",
    [
        f"OPTIONAL {{ {BLOCK} }}",
        f"{{ {BLOCK} }} UNION {{ ?s e:p ?o }}",
        f"MINUS {{ {BLOCK} }}",
        f"{{ SELECT ?s {{ {BLOCK} }} }}",
        f"?s e:p 1 {BLOCK}",
        f"?s e:p e:o {{ {BLOCK} }}",
        f"FILTER(?s = e:s) {{ {BLOCK} }} VALUES ?z {{ 1 }} {BLOCK} .",
        f"?s e:p [ e:p 1 ] {BLOCK}",
        f"SERVICE <{ENDPOINT}> {{ {{ SELECT (COUNT(*) AS ?n) {{ ?s ?p ?q }} }} }}",
        f"SERVICE <{ENDPOINT}> {{ e:a e:b e:c }}",
    ],
)
def test_a_block_is_answered_in_any_plain_group(federated: Federated, pattern: str) -> None:
    text = f"{P} SELECT * {{ {pattern} }}"
    needs = federated.needs(text)
    federated.filled(text, [b'{"head":{"vars":[]},"results":{"bindings":[{}]}}' for _ in needs])


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (f"?s e:p ?x FILTER EXISTS {{ {BLOCK} }}", "inside EXISTS"),
        (f"?s e:p ?x FILTER NOT EXISTS {{ {{ {BLOCK} }} }}", "inside EXISTS"),
        (f"?s e:p ?x BIND(EXISTS {{ {BLOCK} }} AS ?y)", "inside EXISTS"),
        (f"GRAPH ?g {{ {BLOCK} }}", "inside GRAPH"),
        (f"GRAPH e:g {{ {{ {BLOCK} }} UNION {{ }} }}", "inside GRAPH"),
        (f"?s e:p ?x LATERAL {{ {BLOCK} }}", "inside LATERAL"),
        (f"SERVICE <{ENDPOINT}> {{ {BLOCK} }}", "inside a SERVICE"),
        ("SERVICE <http://other.example/> { ?s ?p ?o }", f"does not call <http://other.example/>, only <{ENDPOINT}>"),
        ("SERVICE <https://sparql.example.org> { ?s ?p ?o }", "does not call"),
        ("SERVICE <http://sparql.example.org/> { ?s ?p ?o }", "does not call"),
        ("?s e:p ?e SERVICE ?e { ?s ?p ?o }", "?e would have to name the endpoint"),
        (f"?s e:p ?x SERVICE <{ENDPOINT}> {{ ?s e:q ?o FILTER(?o > ?x) }}", "?x is used in it without being bound"),
        (f"?s e:p ?x SERVICE <{ENDPOINT}> {{ BIND(?x + 1 AS ?y) }}", "?x is used in it without being bound"),
        (f"?x e:p 1 SERVICE <{ENDPOINT}> {{ {{ SELECT ?s {{ ?s e:q ?x }} }} }}", "?x is used in it without"),
        (f'SERVICE <{ENDPOINT}> {{ ?s e:q "\\u0022" }}', "escapes"),
        (" ".join([BLOCK] * 9), "one too many"),
        (f"SERVICESILENT<{ENDPOINT}> {{ ?s ?p ?o }}", "does not call others"),
        (f"SERVICESILENT<{ENDPOINT}> {{ ?s ?p ?o }} {BLOCK}", "does not call others"),
    ],
)
def test_what_could_mean_something_else_is_refused_with_its_place(
    federated: Federated, pattern: str, reason: str
) -> None:
    with pytest.raises(QueryRefused, match="SERVICE is not answered here") as caught:
        federated.needs(f"{P} SELECT * {{ {pattern} }}")
    assert reason in str(caught.value)
    assert "(line 1, " in str(caught.value)


@pytest.mark.parametrize("text", SERVICE)
def test_no_spelling_reaches_an_endpoint_that_is_not_allowed(federated: Federated, text: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE is not answered here"):
        federated.needs(text % "http://127.0.0.1:9/sparql")


@pytest.mark.parametrize("text", HARMLESS)
def test_the_word_service_is_no_call_in_names_strings_and_comments(federated: Federated, text: str) -> None:
    federated.filled(text, [])


def test_a_text_that_does_not_parse_is_told_as_one(federated: Federated) -> None:
    with pytest.raises(QuerySyntaxError, match="line 2, column"):
        federated.needs(f"SELECT * {{\n SERVICE <{ENDPOINT}> {{ ?s ?p }} }}")
    with pytest.raises(QuerySyntaxError):
        federated.needs(f"{P} SELECT * {{ _:b e:p ?x SERVICE <{ENDPOINT}> {{ ?s e:q _:b }} }}")
    with pytest.raises(QuerySyntaxError):
        federated.needs(f"{P} SELECT * {{ BIND(1 AS ?o) BIND(2 AS ?o) {BLOCK} }}")


def test_a_block_that_only_seems_one_is_refused(federated: Federated) -> None:
    """A lexer takes `<e:b#x>` for an IRI, the engine for a comparison and a comment."""
    text = f"{P} SELECT * {{ ?s e:p ?x FILTER(?x<e:b#x> || 1=1) SERVICE <{ENDPOINT}> {{ ?s e:q ?o }}\n) }}"
    with pytest.raises((QueryRefused, QuerySyntaxError)):
        federated.needs(text)


def test_rows_join_with_what_is_unbound_in_them(federated: Federated) -> None:
    text = f"{P} SELECT * {{ ?s e:p ?x {BLOCK} }}"
    rows = _rows(
        {"s": _iri("http://e/s"), "o": {"type": "literal", "value": '"} #\n\\', "xml:lang": "en"}},
        {"o": {"type": "literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}},
        {"s": _iri("http://e/other")},
    )
    answer = _answered(federated.filled(text, [rows]))
    assert {row["o"]["value"] for row in answer} == {'"} #\n\\', "1"}
    assert all(row["s"]["value"] == "http://e/s" for row in answer)


def test_a_column_may_be_missing_but_none_may_be_new(federated: Federated) -> None:
    text = f"{P} SELECT * {{ {BLOCK} }}"
    assert _answered(federated.filled(text, [_rows({"s": _iri("http://e/s")}, names="s")]))
    with pytest.raises(QueryServiceFailed, match="column that was not asked for, 'z'"):
        federated.filled(text, [_rows({"z": _iri("http://e/s")}, names="s z")])


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"<html></html>", "no SPARQL result in JSON"),
        (b"", "no SPARQL result in JSON"),
        (b'{"head":{"vars":["s","o"]},"results":{"bindings":[{"s":', "no SPARQL result in JSON"),
        (b'{"head":{"vars":["s","o"]},"results":{"bindings":[{"s":{"type":"uri","value":"a b"}}]}}', "no SPARQL"),
        (b"[" * 100_000, "no SPARQL result in JSON"),
        (b'{"head":{},"boolean":true}', "yes or no"),
    ],
)
def test_what_is_no_answer_fails_or_is_silent(federated: Federated, sent: bytes, reason: str) -> None:
    text = f"{P} SELECT * {{ ?s e:p ?x {BLOCK} }}"
    with pytest.raises(QueryServiceFailed, match=reason) as caught:
        federated.filled(text, [sent])
    assert caught.value.endpoint == ENDPOINT
    (row,) = _answered(federated.filled(text.replace("SERVICE", "SERVICE SILENT"), [sent]))
    assert set(row) == {"s", "x"}


def test_one_that_failed_silently_gives_one_row_that_says_nothing(federated: Federated) -> None:
    text = f"{P} SELECT * {{ ?s e:p ?x SERVICE SILENT <{ENDPOINT}> {{ ?s e:q ?o }} }}"
    assert len(_answered(federated.filled(text, [None]))) == 1


@pytest.mark.parametrize("silent", ["", "SILENT"])
def test_rows_that_cannot_be_joined_are_refused_silent_or_not(federated: Federated, silent: str) -> None:
    text = f"{P} SELECT * {{ SERVICE {silent} <{ENDPOINT}> {{ ?s e:q ?o }} }}"
    with pytest.raises(QueryRefused, match=r"gives a blank node as \?s"):
        federated.filled(text, [_rows({"s": {"type": "bnode", "value": "b"}})])
    few = Federated(federated.store, federated.answer, federated.folder, rows=1)
    few.filled(text, [_rows({})])
    with pytest.raises(QueryRefused, match="gives more than 1 rows"):
        few.filled(text, [_rows({}, {})])


def test_the_search_index_is_asked_by_statements(federated: Federated) -> None:
    block = (
        f'SERVICE <{INDEX}> {{ ?d search:query "eau potable" ; search:score ?sc ; search:language ?l ; '
        "search:kind 'datasets' ; search:limit 5 . }"
    )
    (need,) = federated.needs(f"{P} SELECT * {{ {block} }}")
    columns = {"thing": "d", "score": "sc", "language": "l"}
    assert need.search == Search("eau potable", "datasets", "", 5, columns)
    (need,) = federated.needs(f'{P} SELECT * {{ SERVICE </search> {{ ?d search:query "x" . ?d search:kind ?k }} }}')
    assert need.search == Search("x", "", "", 100, {"thing": "d", "kind": "k"})


def test_the_languages_of_a_search_are_those_of_the_index() -> None:
    assert set(LANGUAGES) == set(STEMMED)


def test_parameters_of_a_question_are_asked_with(federated: Federated, tmp_path: Path) -> None:
    given = {"text": '"eau \\"x\\""', "language": '"fr"'}
    asking = Federated(federated.store, federated.answer, tmp_path, bindings=given)
    text = (
        f"{P} SELECT ?text ?language ?d {{ SERVICE <{INDEX}> {{ ?d search:query ?text ; search:language ?language }} }}"
    )
    (need,) = asking.needs(text)
    assert need.search == Search('eau "x"', "", "fr", 100, {"thing": "d"})
    (row,) = _answered(asking.filled(text, [_rows({"d": _iri("http://e/s")}, names="d")]))
    assert {name: value["value"] for name, value in row.items()} == {
        "text": 'eau "x"',
        "language": "fr",
        "d": "http://e/s",
    }
    with pytest.raises(QueryRefused, match=r"\?text is a parameter, which is not passed on"):
        asking.needs(f"{P} SELECT ?text ?language {{ SERVICE <{ENDPOINT}> {{ ?s e:p ?text }} }}")


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("", "about one variable"),
        ("?d search:query ?words", "takes a constant, not ?words"),
        ("?d search:query 'a' ; search:foo 1", "knows search:query, search:limit"),
        ("?d e:query 'a'", "knows search:query"),
        ("?d nowhere:query 'a'", "PREFIX search: <https://w3id.org/catalograph/search/>"),
        ("?d search:limit 5", "search:query is missing"),
        ("?d search:query ' '", "search:query is missing"),
        ("?d search:query 'a' ; search:limit 0", "a number from 1 to 10000"),
        ("?d search:query 'a' ; search:limit 10001", "a number from 1 to 10000"),
        ("?d search:query 'a' ; search:limit 1.5", "a number from 1 to 10000"),
        ("?d search:query 'a' ; search:limit e:x", "takes a number"),
        ("?d search:query 'a' ; search:kind 'maps'", "one of datasets, inventory"),
        ("?d search:query 'a' ; search:language 'lb'", "one of fr, de, en, und for any other"),
        ("?d search:query 'a'@fr", "without a language"),
        ("?d search:query 'a' ; search:score 1", "search:score takes a variable"),
        ("?d search:query 'a' ; search:query 'b'", "there twice"),
        ("?d search:query 'a', 'b'", "statements about one variable"),
        ("?d search:query 'a' . ?e search:score ?x", "statements about one variable"),
        ("e:d search:query 'a'", "statements about one variable"),
        ("{ ?d search:query 'a' }", "statements about one variable"),
        ("?d search:query 'a' FILTER(?d = e:d)", "statements about one variable"),
        ("?d search:query 'a' ; search:score ?d", "takes two things"),
    ],
)
def test_a_search_that_is_not_understood_is_told_how_to_write_it(
    federated: Federated, inside: str, reason: str
) -> None:
    with pytest.raises((QueryRefused, QuerySyntaxError)) as caught:
        federated.needs(f"{P} SELECT * {{ SERVICE <{INDEX}> {{ {inside} }} }}")
    if isinstance(caught.value, QueryRefused):
        assert reason in str(caught.value)
    else:
        assert "nowhere" in inside
