from dataclasses import replace
from pathlib import Path

import pytest

from api.http.freshness import Editions, changing, entity_tag, known
from api.sparql.request import Choice, SparqlRequest
from graph.generations import Generations
from tests.support.published import publish, quads

ASKED = SparqlRequest(b"SELECT * { ?s ?p ?o }", Choice("json", "turtle"))


@pytest.mark.parametrize(
    "query",
    [
        b"SELECT (NOW() AS ?now) {}",
        b"SELECT (now () AS ?t) {}",
        b"SELECT (NOW#\n() AS ?t) {}",
        b"SELECT * { ?s ?p ?o FILTER(RAND() < 0.5) }",
        b"SELECT * { ?s ?p ?o } ORDER BY RAND()",
        b"SELECT (UUID() AS ?u) {}",
        b"SELECT (STRUUID() AS ?u) {}",
        b"SELECT (1+RAND() AS ?u) {}",
        b"SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        b"SELECT * {?a ?b ?c.SERVICE<http://example.org/>{ ?s ?p ?o } }",
        b"SELECT * { service silent ?s {} }",
        b"SELECT * {#\nSERVICE ?s {} }",
        rb"SELECT (\u004eOW() AS ?t) {}",
        rb"SELECT (N\U0000004fW() AS ?t) {}",
    ],
)
def test_what_may_be_answered_otherwise_the_next_time_is_seen(query: bytes) -> None:
    assert changing(query)


@pytest.mark.parametrize(
    "query",
    [
        b"SELECT * { ?s a <http://www.w3.org/ns/dcat#DataService> }",
        b"PREFIX dcat: <http://www.w3.org/ns/dcat#> SELECT ?service ?now ?uuid { ?service a dcat:DataService }",
        b"PREFIX dcat: <http://www.w3.org/ns/dcat#> SELECT * { ?c dcat:service ?rand; dcat:accessService ?s }",
        b"SELECT * { <urn:uuid:7f0c> ?p ?o }",
        b"SELECT * { ?s ?p 'now' FILTER(?o > 'rand') }",
        b"SELECT * { <http://example.org/service/7> ?p ?o }",
        b"SELECT (GRAND(?x) AS ?y) {}",
    ],
)
def test_what_only_looks_like_it_is_not(query: bytes) -> None:
    assert not changing(query)


def test_a_tag_changes_with_all_that_the_answer_depends_on(tmp_path: Path) -> None:
    publish(tmp_path, 1, quads(1, 1))
    editions = Editions(Generations(tmp_path), "http://example.org")
    first = editions.tag(ASKED, editions.current)
    assert first is not None
    assert editions.tag(ASKED, 1) == first
    others = [
        replace(ASKED, query=b"SELECT * { ?s ?p ?q }"),
        replace(ASKED, choice=Choice("csv", "turtle")),
        replace(ASKED, default_graphs=("http://example.org/g",)),
        replace(ASKED, named_graphs=("http://example.org/g",)),
    ]
    tags = {editions.tag(each, 1) for each in others}
    tags.add(Editions(Generations(tmp_path), "http://example.com").tag(ASKED, 1))
    publish(tmp_path, 2, quads(1, 2))
    assert editions.current == 2
    tags.add(editions.tag(ASKED, 2))
    assert len(tags - {first, None}) == 6


def test_another_data_directory_with_the_same_number_has_other_tags(tmp_path: Path) -> None:
    tags = set()
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        publish(folder, 1, quads(1, 1))
        (folder / "generations" / "000001" / "manifest.json").write_text(f'{{"sealed_at": "{folder}"}}')
        tags.add(Editions(Generations(folder), "http://example.org").tag(ASKED, 1))
    assert len(tags) == 2


def test_there_is_no_tag_for_a_changing_answer_or_a_generation_that_is_gone(tmp_path: Path) -> None:
    editions = Editions(Generations(tmp_path), "http://example.org")
    assert editions.current == 0
    assert editions.tag(ASKED, 7) is None
    publish(tmp_path, 1, quads(1, 1))
    assert editions.tag(replace(ASKED, query=b"SELECT (NOW() AS ?t) {}"), 1) is None
    assert editions.tag(replace(ASKED, query=None), 1) is None


def test_a_client_may_know_one_of_several_tags_strong_or_weak() -> None:
    plain, packed = entity_tag("abc"), entity_tag("abc", "br")
    assert (plain, packed) == ('"abc"', '"abc-br"')
    assert known('"abc-br"', plain, packed) == packed
    assert known('"x", W/"abc"', plain, packed) == plain
    assert known('"abc-gzip"', plain, packed) is None
    assert known("", plain) is None
