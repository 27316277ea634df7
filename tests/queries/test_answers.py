import gzip
import json
from pathlib import Path

import pytest
from pyoxigraph import Store

from graph.errors import NotFound, QueryParameterError
from queries.answers import in_all_forms, keep, kept, preparable, rows
from queries.headers import read
from queries.library import load, names

ROWS = read("own", 'SELECT ?x ?y { VALUES (?x ?y) { (<urn:a> "é"@fr) (UNDEF 5) } }')


def test_an_answer_is_kept_in_all_forms_and_the_same_at_any_time(tmp_path: Path) -> None:
    told = rows(Store(), ROWS)
    keep(told, "topic/own", tmp_path)
    assert gzip.decompress(kept(tmp_path, "topic/own", "csv")) == "x,y\r\nurn:a,é\r\n,5\r\n".encode()
    assert gzip.decompress(kept(tmp_path, "topic/own", "tsv")) == '?x\t?y\n<urn:a>\t"é"@fr\n\t5\n'.encode()
    assert json.loads(gzip.decompress(kept(tmp_path, "topic/own", "json")))["head"]["vars"] == ["x", "y"]
    assert gzip.decompress(kept(tmp_path, "topic/own", "xml")).startswith(b"<?xml")
    assert in_all_forms(told) == in_all_forms(rows(Store(), ROWS))
    with pytest.raises(NotFound):
        kept(tmp_path, "topic/other", "csv")


def test_a_question_for_statements_has_no_rows() -> None:
    with pytest.raises(QueryParameterError):
        rows(Store(), read("own", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"))


def test_what_takes_no_parameter_is_prepared_at_publication_but_for_what_is_dear() -> None:
    prepared = {query.name for query in preparable()}
    dear = {name for name in names() if load(name).dear}
    assert prepared | dear == {name for name in names() if load(name).preparable}
    assert not prepared & dear
