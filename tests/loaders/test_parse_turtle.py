from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

from graph.errors import FormatError
from loaders.syntax import octets
from tests.support.reading import expected, read, same, strict

PREFIXES = "@prefix dct: <http://purl.org/dc/terms/> .\n@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
BEFORE = '<http://a/1> dct:title "before" .\n'
AFTER = '<http://a/3> dct:title "after", [ dct:title "inside" ] .\n'


def around(bad: str) -> str:
    return PREFIXES + BEFORE + bad + "\n" + AFTER


@pytest.mark.parametrize(
    ("bad", "subject"),
    [
        ("<http://a/2> dct:title oops .", "http://a/2"),
        ('<http://a/2> dct:title ( "x" .', "http://a/2"),
        ('<http://a/2> dct:title [ dct:title "x" .', "http://a/2"),
        ('<http://a/2> dct:title "never closed .', "http://a/2"),
        ('<http://a/2> dct:title "x" ; nobody:knows "y" .', "http://a/2"),
        ("_:two dct:title oops .", "_:two"),
        ("<relative> dct:title oops .", "http://base.example/relative"),
        ("dcat:two dct:title oops .", "http://www.w3.org/ns/dcat#two"),
        ('<http://a:port/2> dct:title "x" .', "http://a:port/2"),
        ('[ dct:title "x" ; oops ] .', None),
        ("oops .", None),
    ],
)
def test_a_faulty_statement_costs_itself(tmp_path: Path, bad: str, subject: str | None) -> None:
    reading = read(tmp_path, around(bad), "turtle")
    assert same(reading.quads, expected(PREFIXES + BEFORE + AFTER))
    assert reading.hit == {subject}
    assert {fault.line for fault in reading.faults} <= {4, 5}
    assert all(bad.startswith(fault.original) or bad in fault.original for fault in reading.faults)


@pytest.mark.parametrize(
    ("bad", "meant"),
    [
        ("<http://a/2> dct:license <http://b/c d> .", "<http://a/2> dct:license <http://b/c%20d> ."),
        ('<http://a/2> dct:title "x"@français, "y"@fr_FR .', '<http://a/2> dct:title "x", "y"@fr-fr .'),
        (
            '<http://a/2> dct:title "one\n  two"@fr ; dct:type <t> .',
            '<http://a/2> dct:title "one\\n  two"@fr ; dct:type <t> .',
        ),
        ('<http://a/2> dct:title "no full stop"', '<http://a/2> dct:title "no full stop" .'),
        ('<http://a/2> foaf:name "x" .', '<http://a/2> <http://xmlns.com/foaf/0.1/name> "x" .'),
        ("<http://a/2> dct:type dcat:a/b .", "<http://a/2> dct:type dcat:a\\/b ."),
        ("<http://a/2> dct:source http://b/c?d=e .", "<http://a/2> dct:source <http://b/c?d=e> ."),
        (
            '<http://a/2> dct:title "x"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .',
            '<http://a/2> dct:title "x" .',
        ),
    ],
)
def test_a_statement_whose_terms_can_be_repaired_is_kept(tmp_path: Path, bad: str, meant: str) -> None:
    reading = read(tmp_path, around(bad), "turtle")
    assert same(reading.quads, expected(PREFIXES + BEFORE + meant + AFTER))
    assert reading.repaired
    assert not reading.quarantined
    assert {fault.line for fault in reading.faults} == {4}


def test_a_declaration_without_its_full_stop_costs_nothing(tmp_path: Path) -> None:
    document = "@prefix dct: <http://purl.org/dc/terms/>\n" + BEFORE
    reading = read(tmp_path, document, "turtle")
    assert same(reading.quads, expected(PREFIXES + BEFORE))
    assert [fault.reason for fault in reading.faults] == ["no full stop behind a declaration, added"]


def test_a_statement_that_breaks_off_with_the_file_is_not_completed(tmp_path: Path) -> None:
    reading = read(tmp_path, PREFIXES + BEFORE + '<http://a/2> dct:title "x" ;\n', "turtle")
    assert same(reading.quads, expected(PREFIXES + BEFORE))
    assert reading.hit == {"http://a/2"}


def test_a_broken_statement_makes_the_one_before_a_forgotten_full_stop_doubtful(tmp_path: Path) -> None:
    reading = read(tmp_path, PREFIXES + BEFORE + '<http://a/2> dct:title "x"\n<http://a/4> oops .\n', "turtle")
    assert reading.hit == {"http://a/2", "http://a/4"}


def test_statements_inside_a_string_are_never_taken_for_statements(tmp_path: Path) -> None:
    text = '<http://a/2> dct:title """an example:\n<http://evil/> dct:title "x" .\n""" ; oops .'
    reading = read(tmp_path, around(text), "turtle")
    assert same(reading.quads, expected(PREFIXES + BEFORE + AFTER))


def test_declarations_count_from_where_they_stand(tmp_path: Path) -> None:
    document = (
        "@prefix p: <http://one/> . p:a p:b p:c .\n@prefix p: <http://two/> . p:a p:b p:c, <x y> .\n"
        "BASE <http://three/>\nPREFIX q: <four/>\n<a> q:b <c> .\nprefix:x oops .\n"
    )
    reading = read(tmp_path, document, "turtle")
    meant = document.replace("x y", "x%20y").replace("prefix:x oops .", "")
    assert same(reading.quads, strict(meant, RdfFormat.TURTLE))


def test_a_fault_in_a_graph_costs_a_statement_of_it(tmp_path: Path) -> None:
    document = PREFIXES + (
        '<http://g/1> { <a> dct:title "a" . <b> oops . <c> dct:title "c" }\n'
        'GRAPH _:g { <d> dct:title "d"@français . }\n[] { <e> dct:title "e" }\n'
        '{ <f> dct:title "f" . <g> dct:title "g" }\n'
    )
    reading = read(tmp_path, document, "trig")
    meant = document.replace("<b> oops .", "").replace("@français", "")
    assert same(reading.quads, strict(meant, RdfFormat.TRIG))
    assert reading.hit == {"http://base.example/b"}


def test_one_graph_in_two_pieces_stays_one(tmp_path: Path) -> None:
    document = '_:g { <a> <p> "1" . <b> oops . }\n_:g { <a> <p> "2" }\n'
    graphs = {quad.graph_name for quad in read(tmp_path, document, "trig").quads}
    assert len(graphs) == 1


def test_what_n3_says_beyond_rdf_is_left_out_and_reported(tmp_path: Path) -> None:
    document = (
        "@prefix : <http://e/> .\n:a :b :c .\n{ :a :b :x . :y :b :z . } => { :a :b :d } .\n:e = :f .\n?x :b :c .\n"
    )
    reading = read(tmp_path, document, "n3")
    meant = (
        "<http://e/a> <http://e/b> <http://e/c> . <http://e/e> <http://www.w3.org/2002/07/owl#sameAs> <http://e/f> ."
    )
    assert same(reading.quads, expected(meant))
    assert [fault.line for fault in reading.quarantined] == [3, 5]


@pytest.mark.parametrize(
    "document", ["hello world", "<html><body>Not found</body></html>", '{"a": 1}', "<a> <b>", "\x00\xff"]
)
@pytest.mark.parametrize("form", ["turtle", "trig", "n3"])
def test_a_file_without_one_good_statement_fails_whole(tmp_path: Path, document: str, form: str) -> None:
    with pytest.raises(FormatError, match=r"expected (Turtle|TriG|N3): ") as caught:
        read(tmp_path, document, form)
    assert (caught.value.line, caught.value.location) == (1, "document")


@pytest.mark.parametrize("document", ["", " \n", "# nothing", PREFIXES])
def test_a_file_without_statements_yields_nothing(tmp_path: Path, document: str) -> None:
    reading = read(tmp_path, document, "turtle")
    assert (reading.quads, reading.faults) == ([], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_may_come_in_any_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    document = PREFIXES + '<http://a/> dct:title "Zürich"@de .\n'
    reading = read(tmp_path, document.encode(encoding), "turtle")
    assert same(reading.quads, expected(document))
    assert reading.faults == []


def test_a_long_document_is_read_in_pieces(tmp_path: Path) -> None:
    statement = '<http://a/%d> dct:title "title"@fr ; dct:description """of\nlines . <not> <a> <statement> .""" .\n'
    count = 4 * octets.BLOCK // len(statement)
    document = PREFIXES + "".join(statement % number for number in range(count)) + "<http://a/x> oops .\n"
    reading = read(tmp_path, document, "turtle")
    assert len(reading.quads) == 2 * count
    assert [fault.line for fault in reading.faults] == [2 * count + 3]


@pytest.mark.parametrize("bad", ["", "<http://a/2> oops .\n"])
def test_a_document_too_long_to_hold_is_proven_before_it_is_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    monkeypatch.setattr(octets, "KEPT", 2)
    reading = read(tmp_path, around(bad), "turtle")
    assert same(reading.quads, expected(PREFIXES + BEFORE + AFTER))
    assert len(reading.faults) == bool(bad)


def test_a_form_nobody_knows_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="none of ntriples, "):
        read(tmp_path, "", "html")
