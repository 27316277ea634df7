import dataclasses
from pathlib import Path
from types import UnionType
from typing import get_args, get_type_hints

import pytest
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store

from graph.errors import NotFound, QueryParameterError, QueryRefused, QuerySyntaxError
from graph.index import IndexWriter, Searcher
from graph.serving.found import Index
from queries import questions
from queries.headers import Query, read
from queries.library import (
    Construct,
    Question,
    Select,
    construct,
    load,
    names,
    run,
    run_named,
    run_text,
    select,
    select_unordered,
)  # fmt: skip
from queries.questions import DatasetDetail, DatasetsByTheme, DatasetStatements, Organisations

DATA = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX : <http://example.org/>
:air a dcat:Dataset ; dct:title "Air"@en, "Luft"@de ; dct:publisher :office ; dcat:theme :environment ;
  dct:description "What we breathe"@en ; dcat:distribution :csv ; dct:temporal [ dcat:startDate "2020" ] .
:csv a dcat:Distribution ; dcat:accessURL :page ; dcat:byteSize 10 .
:water a dcat:Dataset ; dct:title "Water"@en ; dct:publisher :office .
:office foaf:name "The Office"@en .
"""


def classes() -> list[type[Question]]:
    found = [value for value in vars(questions).values() if isinstance(value, type) and issubclass(value, Question)]
    return [value for value in found if value not in (Select, Construct)]


@pytest.fixture
def store() -> Store:
    store = Store()
    store.load(DATA, RdfFormat.TURTLE)
    return store


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """A search index with nothing in it."""
    writer = IndexWriter(tmp_path / "search")
    writer.commit()
    return lambda: Searcher(tmp_path / "search")


def _needed(query: Query) -> dict[str, NamedNode | Literal]:
    """The words of a question that asks the search index: without them there is nothing to ask."""
    return {"text": Literal("water")} if "SERVICE" in query.text else {}


def test_what_calls_another_endpoint_is_refused(store: Store, index: Index) -> None:
    query = read("own", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    for here in (None, index):
        with pytest.raises(QueryRefused, match="SERVICE is not answered here"):
            run(store, query, {}, index=here)


def test_every_class_has_its_file() -> None:
    assert {question.file for question in classes()} <= set(names())


@pytest.mark.parametrize("question", classes(), ids=lambda question: question.file)
def test_the_parameters_in_a_header_are_the_fields_of_the_class(question: type[Question]) -> None:
    hints = get_type_hints(question)
    fields = {each.name: hints[each.name] for each in dataclasses.fields(question)}
    declared = load(question.file).parameters
    assert list(fields) == list(declared)
    for name, hint in fields.items():
        allowed = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        assert declared[name].term in allowed


@pytest.mark.parametrize("name", names())
def test_every_question_says_what_it_answers_and_runs_as_it_stands(name: str, store: Store, index: Index) -> None:
    query = load(name)
    assert query.about.endswith(".")
    list(run(store, query, _needed(query), index=index))  # type: ignore[arg-type]  # no ASK in the library


@pytest.mark.parametrize("name", names())
def test_every_parameter_can_be_bound(name: str, store: Store, index: Index) -> None:
    query = load(name)
    for parameter, known in query.parameters.items():
        value = NamedNode("http://example.org/air") if known.term is NamedNode else Literal("en")
        list(run(store, query, {**_needed(query), parameter: value}, index=index))  # type: ignore[arg-type]  # no ASK in the library


@pytest.mark.parametrize("name", names())
def test_every_select_of_the_library_can_be_paged(name: str, store: Store, index: Index) -> None:
    query = load(name)
    if "SELECT" in query.text:
        answer = run(store, query, _needed(query), limit=1, offset=0, index=index)
        assert len(list(answer)) <= 1  # type: ignore[arg-type]  # SELECT


def test_a_bound_parameter_narrows_the_answer(store: Store) -> None:
    air = NamedNode("http://example.org/air")
    rows = list(select(store, DatasetDetail(dataset=air, lang=Literal("de"))))
    assert [row["title"] for row in rows] == [Literal("Luft", language="de")]
    assert len(list(select(store, DatasetDetail(dataset=air)))) == 2
    assert len(list(select(store, DatasetDetail()))) == 3
    assert list(select(store, DatasetsByTheme(theme=NamedNode("http://example.org/none")))) == []


def test_a_page_is_cut_from_the_ordered_answer(store: Store) -> None:
    every = [str(row["title"]) for row in select(store, DatasetDetail())]
    pages = [str(row["title"]) for at in range(3) for row in select(store, DatasetDetail(), limit=1, offset=at)]
    assert pages == every
    with pytest.raises(QueryParameterError, match="whole numbers from 0"):
        select(store, Organisations(), limit=-1)


def test_statements_reach_distributions_publisher_and_blank_nodes(store: Store) -> None:
    found = list(construct(store, DatasetStatements(dataset=NamedNode("http://example.org/air"))))
    assert len(found) == 13
    assert {str(triple.object) for triple in found} >= {'"The Office"@en', '"2020"', "<http://example.org/page>"}


def test_a_question_run_by_name_takes_its_parameters_as_text(store: Store) -> None:
    params = {"dataset": "http://example.org/air", "lang": "en"}
    assert [row["title"].value for row in run_named(store, "datasets/detail", params)] == ["Air"]  # type: ignore[union-attr]
    for lang in ('"de"', "de"):
        rows = run_named(store, "datasets/detail", {"dataset": "<http://example.org/air>", "lang": lang})
        assert [row["title"].value for row in rows] == ["Luft"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"dataset": "air"}, "must be an absolute IRI, not 'air'"),
        ({"lang": '"x'}, "must be a literal"),
        ({"lang": '"x" . <urn:a> <urn:b> "c"'}, "must be a literal"),
        ({"lang": '"x"@not_a_tag'}, "must be a literal"),
        ({"language": "fr"}, "no parameter 'language'; it has: dataset, lang"),
    ],
)
def test_a_bad_parameter_is_told_with_what_would_be_right(params: dict[str, str], told: str, store: Store) -> None:
    with pytest.raises(QueryParameterError, match=told):
        run_named(store, "datasets/detail", params)


def test_a_literal_can_carry_language_and_datatype(store: Store) -> None:
    query = read("own", '#+ param x: Literal\nSELECT ?x WHERE { VALUES ?x { "a" "b"@fr 5 } }')
    for text in ('"b"@fr', '"5"^^<http://www.w3.org/2001/XMLSchema#integer>', "a"):
        rows = run_text(store, query, {"x": text})
        assert isinstance(rows, QuerySolutions)
        assert len(list(rows)) == 1


@pytest.mark.parametrize("name", ["datasets/none", "../secrets", "datasets", "/etc/passwd", "datasets/../library"])
def test_an_unknown_name_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        load(name)


def test_a_syntax_error_has_line_column_and_reason(store: Store) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        run_text(store, read("own", "SELECT *\nWHERE { ?x ? }"), {})
    assert (caught.value.line, caught.value.column) == (2, 15)
    assert caught.value.reason.startswith("expected")


def test_a_variable_that_is_not_projected_is_a_parameter_error(store: Store) -> None:
    query = read("own", "#+ param x: NamedNode\nSELECT ?y WHERE { ?x a ?y }")
    with pytest.raises(QueryParameterError, match=r"own: .*SELECT projection"):
        run_text(store, query, {"x": "http://example.org/"})


def test_all_kinds_of_answers_come_from_a_file_of_anybodys(store: Store) -> None:
    assert isinstance(run_text(store, read("own", "ASK { ?s ?p ?o }"), {}), QueryBoolean)
    assert isinstance(run_text(store, read("own", "DESCRIBE <http://example.org/air>"), {}), QueryTriples)


def test_a_typed_question_of_the_wrong_kind_is_refused(store: Store) -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Wrong(Select):
        file = "datasets/statements"

    @dataclasses.dataclass(frozen=True, slots=True)
    class WrongToo(Construct):
        file = "catalogue/counts"

    with pytest.raises(QueryParameterError, match="no SELECT"):
        select(store, Wrong())
    with pytest.raises(QueryParameterError, match="no CONSTRUCT"):
        construct(store, WrongToo())


_PUBLISHED = b"""@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<http://x.example/a> a dcat:Dataset ; dct:publisher <http://x.example/1> .
<http://x.example/b> a dcat:Dataset ; dct:publisher <http://x.example/2>, <http://x.example/3> .
"""


def test_rows_in_any_order_are_the_same_rows(store: Store) -> None:
    store.load(_PUBLISHED, format=RdfFormat.TURTLE)
    question = Organisations()
    assert "ORDER BY" in load(question.file).text.rstrip().splitlines()[-1]
    rows = [str(row) for row in select_unordered(store, question)]
    assert sorted(rows) == sorted(str(row) for row in select(store, question))
    assert rows
