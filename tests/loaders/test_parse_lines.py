import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from graph.errors import FormatError
from loaders.syntax.octets import BLOCK
from tests.support.reading import expected, read, same

GOOD = '<http://example.org/%d> <http://purl.org/dc/terms/title> "Title %d"@fr .\n'


def thousand(bad: str, at: int = 500) -> str:
    lines = [GOOD % (number, number) for number in range(1000)]
    lines[at] = bad + "\n"
    return "".join(lines)


@pytest.mark.parametrize(
    "bad",
    [
        "<http://example.org/x> <http://purl.org/dc/terms/title> oops .",
        "<http://example.org/x> <http://purl.org/dc/terms/title> .",
        '<http://example.org/x> <http://purl.org/dc/terms/title> "never closed .',
        '<http://example.org:port/> <http://purl.org/dc/terms/title> "x" .',
        "\x00\x01\x02",
    ],
)
def test_one_bad_line_in_a_thousand_costs_itself(tmp_path: Path, bad: str) -> None:
    reading = read(tmp_path, thousand(bad), "ntriples")
    assert len(reading.quads) == 999
    assert [(fault.line, fault.action, fault.original) for fault in reading.faults] == [
        (501, "quarantined", bad.strip())
    ]


def test_a_quarantined_line_names_its_subject(tmp_path: Path) -> None:
    reading = read(
        tmp_path, thousand("_:b <http://purl.org/dc/terms/title> <broken .") + "<http://a/> oops .\n", "ntriples"
    )
    assert reading.hit == {"_:b", "http://a/"}


@pytest.mark.parametrize(
    ("bad", "meant"),
    [
        ('<http://a/> <http://p/> "x"@français .', '<http://a/> <http://p/> "x" .'),
        ('<http://a/> <http://p/> "x"@fr_FR .', '<http://a/> <http://p/> "x"@fr-fr .'),
        ("<http://a/> <http://p/> <http://b/c d> .", "<http://a/> <http://p/> <http://b/c%20d> ."),
        ("<http://a/> <http://p/> <http://b/c\\u0020d> .", "<http://a/> <http://p/> <http://b/c%20d> ."),
        (
            '<http://a/> <http://p/> "1"^^xsd:integer .',
            '<http://a/> <http://p/> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        ),
        ('<http://a/> <http://p/> "x"@fr^^<http://t/> .', '<http://a/> <http://p/> "x"@fr .'),
        ('<http://a/> <http://p/> "one\n\ntwo" .', '<http://a/> <http://p/> "one\\n\\ntwo" .'),
    ],
)
def test_a_line_whose_terms_can_be_repaired_is_kept(tmp_path: Path, bad: str, meant: str) -> None:
    reading = read(tmp_path, thousand(bad), "ntriples")
    assert set(expected(meant)) <= set(reading.quads)
    assert len(reading.quads) == 1000
    assert [(fault.action, fault.line, fault.subject) for fault in reading.faults] == [("repaired", 501, "http://a/")]


def test_a_repair_keeps_the_original(tmp_path: Path) -> None:
    (fault,) = read(tmp_path, '<http://a/> <http://p/> "x"@français .\n', "ntriples").faults
    assert (fault.original, fault.line, fault.column) == ("@français", 1, 28)


def test_a_line_that_is_not_utf8_is_read_as_windows_1252(tmp_path: Path) -> None:
    reading = read(tmp_path, '<http://a/> <http://p/> "\u201clété\u201d" .\n'.encode("cp1252"), "ntriples")
    assert reading.quads == expected('<http://a/> <http://p/> "\u201clété\u201d" .')
    assert [fault.action for fault in reading.faults] == ["repaired"]


def test_blank_nodes_keep_their_labels_across_blocks(tmp_path: Path) -> None:
    filler = "".join(GOOD % (number, number) for number in range(3 * BLOCK // len(GOOD)))
    document = "_:x <http://p/> _:y .\n" + filler + "_:y <http://p/> _:x .\nbroken\n"
    labels = [quad for quad in read(tmp_path, document, "ntriples").quads if "_:x" in str(quad)]
    assert [re.findall(r"_:\w", str(quad)) for quad in labels] == [["_:x", "_:y"], ["_:y", "_:x"]]


def test_line_numbers_hold_across_blocks_and_line_ends(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        document = end.join(["<http://a/> <http://p/> <http://b/> ."] * (2 * BLOCK // 36) + ["broken", ""])
        (fault,) = read(tmp_path, document, "ntriples").faults
        assert fault.line == 2 * BLOCK // 36 + 1


def test_nquads_keep_their_graphs(tmp_path: Path) -> None:
    document = '<http://a/> <http://p/> "x"@français <http://g/> .\n<http://a/> <http://p/> "y" .\n'
    reading = read(tmp_path, document, "nquads")
    assert same(reading.quads, expected('<http://g/> { <http://a/> <http://p/> "x" } <http://a/> <http://p/> "y" .'))


@pytest.mark.parametrize("form", ["ntriples", "nquads"])
def test_a_file_without_one_good_line_fails_whole(tmp_path: Path, form: str) -> None:
    with pytest.raises(FormatError, match=r"document, line 1.*: expected N-(Triples|Quads): ") as caught:
        read(tmp_path, "<html>\n<body>Not found</body>\n</html>\n", form)
    assert caught.value.line == 1


def test_hopeless_files_are_given_up_early(tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        read(tmp_path, "no\n" * 1_000_000, "ntriples")


@pytest.mark.parametrize("document", ["", "\n\n", "# nothing\n"])
def test_a_file_without_statements_yields_nothing(tmp_path: Path, document: str) -> None:
    reading = read(tmp_path, document, "ntriples")
    assert (reading.quads, reading.faults) == ([], [])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                '<http://a/> <http://p/> "x" .',
                "_:b <http://p/> _:c .",
                '<http://a/> <http://p/> "x"@français .',
                "<http://a/> <http://p/> .",
                '<http://a/> <http://p/> "open .',
                'closed" .',
                "<http://a/> <http://p/> <http://x y/> . # why",
                "",
                "# a comment",
                "<http://a/> <http://p/> <http://b/> . <http://c/> <http://p/> <http://d/> .",
            ]
        ),
        max_size=30,
    )
)
def test_a_good_line_is_never_lost_and_none_is_invented(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    good = set[str]()
    for line in lines:
        try:
            good |= {str(quad) for quad in parse(line, RdfFormat.N_TRIPLES)}
        except SyntaxError:
            continue
    try:
        found = {str(quad) for quad in read(tmp_path_factory.mktemp("lines"), "\n".join(lines), "ntriples").quads}
    except FormatError:
        found = set()
    assert good <= found
    assert all(any(quad.split(" ")[0] in line for line in lines) for quad in found)
    assert not any(quad.startswith("<http://c/>") for quad in found)
