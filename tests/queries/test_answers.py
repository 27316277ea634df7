import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from graph.errors import QueryParameterError
from graph.formats import RESULT_FORMATS
from graph.shelf import Shelf
from queries.answers import BLOCK, PAGES, in_all_forms, is_kept, keep, kept, page, preparable, rows
from queries.headers import Query, read
from queries.library import load, names

ROWS = read("topic/own", 'SELECT ?x ?y { VALUES (?x ?y) { (<urn:a> "é"@fr) (UNDEF 5) } }')


def plain(shelf: Shelf, query: Query, form: str) -> bytes:
    found = kept(shelf, query, form)
    assert found is not None
    return gzip.decompress(found.body)


def test_an_answer_is_kept_in_all_forms_and_the_same_at_any_time(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "1")
    told = rows(Store(), ROWS)
    assert not is_kept(shelf, ROWS)
    keep(shelf, ROWS, told)
    assert is_kept(shelf, ROWS)
    assert plain(shelf, ROWS, "csv") == "x,y\r\nurn:a,é\r\n,5\r\n".encode()
    assert plain(shelf, ROWS, "tsv") == '?x\t?y\n<urn:a>\t"é"@fr\n\t5\n'.encode()
    assert json.loads(plain(shelf, ROWS, "json"))["head"]["vars"] == ["x", "y"]
    assert plain(shelf, ROWS, "xml").startswith(b"<?xml")
    assert in_all_forms(told) == in_all_forms(rows(Store(), ROWS))


def test_an_answer_to_an_older_text_of_the_question_is_none(tmp_path: Path) -> None:
    keep(Shelf(tmp_path, "1"), ROWS, rows(Store(), ROWS))
    changed = read("topic/own", f"{ROWS.text} LIMIT 1")
    assert kept(Shelf(tmp_path, "1"), changed, "csv") is None
    assert kept(Shelf(tmp_path, "1"), ROWS, "csv") is not None


def test_an_answer_that_lacks_a_form_is_made_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "1")
    for form in (*(form.name for form in RESULT_FORMATS), PAGES):
        keep(shelf, ROWS, rows(Store(), ROWS))
        (tmp_path / "queries" / "topic" / f"own.{form}").unlink()
        assert not is_kept(shelf, ROWS)


@given(st.integers(0, 3 * BLOCK))
def test_the_pages_of_an_answer_have_all_its_rows_in_order(many: int) -> None:
    bindings = [{"x": {"type": "literal", "value": str(number)}} for number in range(many)]
    told = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}}).encode()
    pages = in_all_forms(told)[PAGES]
    found = [page(pages, number) for number in range(1, 5)]
    assert {total for _, total in found} == {many}
    assert [row for rows, _ in found for row in rows] == bindings
    assert found[-1][0] == []


def test_a_question_for_statements_has_no_rows() -> None:
    with pytest.raises(QueryParameterError):
        rows(Store(), read("own", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"))


def test_what_takes_no_parameter_is_prepared_and_depends_on_the_generation_alone() -> None:
    prepared = {query.name for query in preparable()}
    assert prepared == {name for name in names() if load(name).preparable}
    for name in prepared:
        for elsewhere in ("FROM", "SERVICE", "NOW(", "RAND(", "UUID("):
            assert elsewhere not in load(name).body
