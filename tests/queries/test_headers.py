"""What every file of the library says of itself, in four languages."""

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from queries.headers import LANGUAGES, read, topics
from queries.library import load, names, terms
from vocabularies.concepts import tables

KINDS = {
    "assets", "cores", "datasets", "date", "label", "language", "organisations", "resource", "series", "text",
    "version", "vocabulary",
}  # fmt: skip
TYPES = {"any", "code", "date", "geometry", "number", "text", "thing"}


@pytest.mark.parametrize("name", names())
def test_a_file_is_complete_in_four_languages(name: str) -> None:
    query = load(name)
    for texts in (query.titles, query.abouts):
        assert list(texts) == list(LANGUAGES)
        assert all(texts.values())
    assert all(about.endswith(".") for about in query.abouts.values())
    labelled = {one.name: one.labels for one in query.parameters.values()}
    for name_of_it, labels in (*labelled.items(), *((column.name, column.labels) for column in query.columns)):
        assert sorted(labels) == sorted(LANGUAGES), name_of_it
        assert all(labels.values())


@pytest.mark.parametrize("name", names())
def test_the_columns_that_a_file_states_are_those_of_its_answer(name: str) -> None:
    query = load(name)
    answer = Store().query(query.text)
    assert query.rdf is not isinstance(answer, QuerySolutions)
    found = [variable.value for variable in answer.variables] if isinstance(answer, QuerySolutions) else []
    assert [column.name for column in query.columns] == found
    assert {column.type for column in query.columns} <= TYPES


@pytest.mark.parametrize("name", names())
def test_parameters_say_what_a_form_needs(name: str) -> None:
    for parameter in load(name).parameters.values():
        assert parameter.kind in KINDS
        assert bool(parameter.vocabulary) == (parameter.kind == "vocabulary")
        assert set(parameter.vocabulary.split()) <= set(dict(tables()))
        assert terms(load(name), {each.name: each.example for each in load(name).parameters.values()})


def test_no_title_stands_for_two_questions() -> None:
    for language in LANGUAGES:
        titles = [load(name).titles[language] for name in names()]
        assert len(set(titles)) == len(titles)


def test_topics_are_called_something_and_each_has_questions() -> None:
    assert all(sorted(labels) == sorted(LANGUAGES) for labels in topics().values())
    assert {name.partition("/")[0] for name in names()} == set(topics())


def test_a_file_says_what_is_its_own() -> None:
    text = (
        "#+ title@en: One\n#+ about@en: It answers.\n#+ param theme: NamedNode required\n#+ param own: Literal\n"
        "#+ param own@en: Own\n#+ columns: theme own\n#+ column theme@en: Their theme\n# a comment\n"
        "PREFIX a: <urn:a>\nSELECT ?theme ?own { ?own a:b ?theme }"
    )
    query = read("own/one", text)
    assert (query.title, query.about, query.form, query.required) == ("One", "It answers.", "SELECT", ("theme",))
    assert query.parameters["theme"].term is NamedNode
    assert query.parameters["theme"].vocabulary == "data-theme"
    assert query.parameters["own"].term is Literal
    assert query.parameters["own"].labels == {"en": "Own"}
    assert [column.labels["en"] for column in query.columns if column.labels] == ["Their theme"]
    assert query.body.startswith("PREFIX")


def test_anybodys_file_is_read_by_its_comments() -> None:
    query = read("own", "# What is there.\n# All of it.\nASK { ?s ?p ?o }")
    assert (query.about, query.title, query.form, query.rdf) == ("What is there. All of it.", "own", "ASK", False)
    assert read("nothing", "").form == ""
