import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from api.library import rows
from graph.serving.client import Answer


def told(query: str, form: QueryResultsFormat) -> bytes:
    answer = Store().query(query)
    assert isinstance(answer, QuerySolutions)
    text = answer.serialize(format=form)
    assert text is not None
    return text


def as_json_has_it(term: rows.Term | None) -> dict[str, Any] | None:
    """The text and the language of a term as SPARQL's JSON names them."""
    if term is None:
        return None
    text = term.text.removeprefix("_:") if term.kind == "blank" else term.text
    return {"value": text, "lang": term.lang}


@given(st.lists(st.tuples(st.text(), st.integers(), st.sampled_from(["", "@en", "@ar-EG"])), max_size=5))
def test_cells_are_what_the_json_of_the_same_answer_says(values: list[tuple[str, int, str]]) -> None:
    spelled = [("".join(f"\\U{ord(char):08x}" for char in text if char != "\0"), at, tag) for text, at, tag in values]
    data = " ".join(
        f'("{text}"{tag} {at} UNDEF <http://a.example/{at}> "{at}.5"^^xsd:double)' for text, at, tag in spelled
    )
    query = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT * {{ VALUES (?a ?b ?c ?d ?e) {{ {data} }} }}"
    header, *found = told(query, QueryResultsFormat.TSV).removesuffix(b"\n").split(b"\n")
    names = rows.columns(header)
    expected = json.loads(told(query, QueryResultsFormat.JSON))["results"]["bindings"]
    assert len(found) == len(expected)
    for line, row in zip(found, expected, strict=True):
        cells = list(rows.cells(line, len(names), 10_000))
        wanted = [row.get(name) for name in names]
        assert list(map(as_json_has_it, cells)) == [
            {"value": one["value"], "lang": one.get("xml:lang", "")} if one else None for one in wanted
        ]


@pytest.mark.parametrize(
    ("cell", "kind", "text"),
    [
        ("<http://a.example/>", "iri", "http://a.example/"),
        ("_:b1", "blank", "_:b1"),
        ("5", "number", "5"),
        ("-2.5e3", "number", "-2.5e3"),
        ("true", "text", "true"),
        ('"5"^^<http://www.w3.org/2001/XMLSchema#int>', "number", "5"),
        ('"5"^^<http://www.w3.org/2001/XMLSchema#gYear>', "text", "5"),
        ('"5"', "text", "5"),
        ('"a\\tb\\\\\\"c"@en', "text", 'a\tb\\"c'),
        ("<<( <a:b> <a:c> 1 )>>", "other", "<<( <a:b> <a:c> 1 )>>"),
        ('"cut here', "text", "cut here"),
        ("\\uD800", "text", "\\uD800"),
    ],
)
def test_a_cell_is_what_its_notation_says(cell: str, kind: str, text: str) -> None:
    (term,) = rows.cells(cell.encode(), 1, 100)
    assert term is not None
    assert (term.kind, term.text) == (kind, text)


def test_a_long_text_is_cut_and_says_so() -> None:
    (term,) = rows.cells(b'"' + b"x" * 1000 + b'"', 1, 10)
    assert term == rows.Term("text", "x" * 10, cut=True)


def test_what_stands_behind_the_part_of_a_line_that_was_read_is_cut_and_not_unbound() -> None:
    long = [b'"' + b"x" * size + b'"\t5\n' for size in (1 << 20, 20 << 20, 1 << 20)]
    found = rows.lines(io.BytesIO(b"?a\t?b\n" + b"".join(long) + b"6\t\n"), 1, 10)
    assert found.total == 5
    assert [[term and term.cut for term in rows.cells(line, 2, 10)] for line in found.lines] == [
        [True, False],
        [True, True],
        [True, True],
        [False, None],
    ]
    assert sum(map(len, found.lines)) < 17 << 20


@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), max_size=30), st.data())
def test_any_lines_are_found_and_all_are_counted(text: list[bytes], data: st.DataObject) -> None:
    first, count = data.draw(st.integers(0, 35)), data.draw(st.integers(0, 35))
    found = rows.lines(io.BytesIO(b"".join(line + b"\n" for line in text)), first, count)
    assert found == rows.Lines(tuple(text[first : first + count]), len(text))


def test_lines_are_found_across_the_pieces_that_are_read() -> None:
    file = io.BytesIO(b"".join(b"%d\n" % number for number in range(400_000)))
    for first in (0, 1, 150_000, 399_999):
        assert rows.lines(file, first, 2).lines[0] == b"%d" % first
    assert rows.lines(file, 400_000, 2) == rows.Lines((), 400_000)


@pytest.mark.parametrize(("body", "truth"), [(b"true", True), (b"false", False), (b"\n\n", None), (b"?true\n", None)])
def test_a_yes_or_no_is_told_from_rows(body: bytes, truth: bool | None) -> None:
    with rows.opened(Answer(1, rdf=False, length=len(body), body=body, file=None, seconds=0.0)) as file:
        assert rows.truth(file) is truth
