"""The assembler's other target: records as received, and beside them what publication makes of them."""

import io
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from graph.iris import Iris
from loaders.assemble import Assembler, Given, spell
from loaders.handover import Frame, Handover, Repair, Spool, Trailer
from loaders.mending.terms import blank_object
from vocabularies.namespaces import PREFIXES

Read = Callable[[Path, str], tuple[list[Frame], Trailer]]
IRIS = Iris("https://data.example.org")
PROLOGUE = (
    "".join(f"@prefix {name}: <{iri}> . " for name, iri in PREFIXES.items()) + "@prefix : <http://example.org/> . "
)


def assembler_of(folder: Path, text: str) -> tuple[Assembler, Handover]:
    handover, path = Handover.fresh(), folder / "a.ttl"
    path.write_text(PROLOGUE + text)
    spelled = io.BytesIO()
    document = asdict(Given(str(path), "turtle", "http://example.org/", path.name))
    spell({"documents": [document], "mark": handover.mark}, spelled)
    spelled.seek(0)
    assembler = Assembler(IRIS, "a", handover)
    assembler.read(spelled)
    return assembler, handover


def received(folder: Path, text: str) -> tuple[list[Frame], Trailer]:
    assembler, handover = assembler_of(folder, text)
    return read_back(assembler, handover, as_received=True)


def published(folder: Path, text: str) -> tuple[list[Frame], Trailer]:
    assembler, handover = assembler_of(folder, text)
    return read_back(assembler, handover, as_received=False)


def read_back(assembler: Assembler, handover: Handover, *, as_received: bool) -> tuple[list[Frame], Trailer]:
    out, trailers = io.BytesIO(), list[Trailer]()
    (assembler.write_as_received if as_received else assembler.write)(out)
    out.seek(0)
    frames = list(handover.frames(out, [], None, trailers))
    (trailer,) = trailers
    return frames, trailer


def subjects(frames: Iterable[Frame]) -> list[bytes]:
    return [frame.as_received.partition(b" ")[0] for frame in frames]


def test_records_come_with_their_blank_nodes_as_they_are_labelled(tmp_path: Path) -> None:
    frames, trailer = received(tmp_path, ':d dct:temporal _:t ; dct:title "D" . _:t dcat:startDate "2020"^^xsd:gYear .')
    assert [(frame.lines, frame.received) for frame in frames] == [(3, None)]
    assert frames[0].block.splitlines()[-1].startswith(b"_:d0t ")
    assert trailer == Trailer()


def test_a_shared_blank_node_belongs_to_the_first_of_its_records(tmp_path: Path) -> None:
    frames, trailer = received(tmp_path, ':e dct:creator _:x . :d dct:creator _:x . _:x foaf:name "X" .')
    assert [frame.lines for frame in frames] == [2, 1]
    assert trailer.minted == 1


def test_blank_nodes_that_nobody_points_to_are_records_of_their_own(tmp_path: Path) -> None:
    frames, _ = received(tmp_path, ':d a dcat:Dataset . [] a dcat:Dataset ; dct:temporal [ dct:title "t" ] . [] a :x .')
    assert [frame.lines for frame in frames] == [1, 3, 1] or [frame.lines for frame in frames] == [1, 1, 3]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("_:a dct:relation _:a .", [1]),
        ("_:a dct:relation _:b . _:b dct:relation _:a .", [2]),
        ("_:a dct:relation _:b . _:b dct:relation _:a . _:c dct:relation _:a .", [3]),
        (":d dct:relation _:a . _:a dct:relation _:b . _:b dct:relation _:a .", [3]),
    ],
)
def test_cycles_of_blank_nodes_end(tmp_path: Path, text: str, lines: list[int]) -> None:
    assert [frame.lines for frame in received(tmp_path, text)[0]] == lines


def test_what_repair_would_change_is_told_beside(tmp_path: Path) -> None:
    frames, trailer = received(tmp_path, ':d dct:format "CSV" ; dct:title "D"@eng ; dct:publisher [ a foaf:Agent ] .')
    (frame,) = frames
    assert b'"CSV"' in frame.as_received
    assert b"file-type/CSV" in frame.block
    assert {repair.rule for repair in frame.repairs} == set(trailer.repairs) == {
        "format-to-file-type",
        "language-tag-iso-639-2",
    }  # fmt: skip
    assert trailer.minted == 1


ENGLISH = "_:en rdfs:seeAlso <https://publications.europa.eu/resource/authority/language/ENG> ."


@pytest.mark.parametrize("read", [received, published])
def test_a_shared_blank_node_that_stands_for_a_concept_is_replaced_in_each_record(tmp_path: Path, read: Read) -> None:
    frames, trailer = read(tmp_path, f":d dct:language _:en . :e dct:language _:en . {ENGLISH}")
    assert [frame.block.count(b"language/ENG>") for frame in frames] == [1, 1]
    assert [frame.lines for frame in frames] == [1, 1]
    assert trailer == Trailer({"see-also-authority": 2})


@pytest.mark.parametrize("read", [received, published])
def test_a_shared_blank_node_stays_everywhere_where_it_cannot_be_replaced_somewhere(tmp_path: Path, read: Read) -> None:
    link = "_:x rdfs:seeAlso <https://x.example/> ."
    frames, trailer = read(tmp_path, f":d foaf:page _:x . :e dct:creator _:x . {link}")
    assert all(frame.received is None for frame in frames)
    assert trailer == Trailer(minted=1)


def test_the_received_block_of_a_published_record_has_the_same_blank_nodes(tmp_path: Path) -> None:
    frames, _ = published(tmp_path, ':d dct:temporal [ dcat:startDate "2020" ; dcat:endDate "2021"^^xsd:gYear ] .')
    (frame,) = frames
    assert {blank_object(line) for line in frame.block.splitlines(keepends=True)} == {
        blank_object(line) for line in frame.as_received.splitlines(keepends=True)
    }
    assert frame.repairs == (
        Repair("http://www.w3.org/ns/dcat#startDate", '"2020"', f'"2020"^^<{PREFIXES["xsd"]}gYear>', "date-datatype"),
    )


def test_a_copy_of_the_frames_gives_them_again(tmp_path: Path) -> None:
    assembler, handover = assembler_of(tmp_path, ':a dct:format "CSV" . :b dct:title "b" . :c dct:title "c"@eng .')
    out, copy = io.BytesIO(), io.BytesIO()
    assembler.write(out)
    out.seek(0)
    frames = list(handover.frames(out, [], copy))
    assert list(Spool(copy, handover).frames()) == frames
    assert [frame.received is None for frame in frames] == [False, True, False]


def test_a_trailer_is_told_in_words() -> None:
    trailer = Trailer({"a-rule": 2, "b-rule": 1500}, 1, {"http://x.example/": 3})
    assert list(trailer.lines()) == [
        "repaired 1,502 values: 1,500 b-rule, 2 a-rule",
        "left 3 values of the unknown datatype http://x.example/ as they are",
    ]
    assert list(Trailer().lines()) == []


terms = st.sampled_from([":1", ":2", "_:a", "_:b", "_:c", "_:e"])
statements = st.lists(
    st.tuples(terms, st.sampled_from(["dct:relation", "foaf:page", "rdfs:seeAlso"]), terms | st.just('"x"@eng')),
    min_size=1,
    max_size=10,
)


@settings(max_examples=200, deadline=None)
@given(statements)
def test_every_statement_is_received_once_and_records_come_in_order(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, str, str]]
) -> None:
    text = " ".join(f"{subject} {predicate} {value} ." for subject, predicate, value in said)
    frames, trailer = received(tmp_path_factory.getbasetemp(), text)
    lines = [line for frame in frames for line in frame.as_received.splitlines()]
    told = set(parse(PROLOGUE + text, RdfFormat.TURTLE))
    assert len(lines) == len(set(lines)) == len(told)
    assert subjects(frames) == sorted(subjects(frames))
    assert len(set(subjects(frames))) == len(frames)
    assert sum(trailer.repairs.values()) == sum(len(frame.repairs) for frame in frames)
