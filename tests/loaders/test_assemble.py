"""Records from documents, in this process; that the cage runs the same is shown by the pipeline's tests."""

import io
import random
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

from graph.errors import CageError
from graph.iris import Iris
from loaders.assemble import Assembler, Given, records, spell
from loaders.handover import Handover
from loaders.merge import Incoming, incoming
from loaders.parse import Fault

IRIS = Iris("https://data.example.org")
PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix : <http://example.org/> .
"""


def assembled(folder: Path, *texts: str, source: str = "a") -> tuple[dict[str, Incoming], list[Fault]]:
    handover, documents = Handover.fresh(), []
    for number, text in enumerate(texts):
        path = folder / f"{number}.ttl"
        path.write_text(PREFIXES + text)
        documents.append(asdict(Given(str(path), "turtle", "http://example.org/", path.name)))
    spelled = io.BytesIO()
    spell({"documents": documents, "mark": handover.mark}, spelled)
    spelled.seek(0)
    assembler = Assembler(IRIS, source, handover)
    assembler.read(spelled)
    found, faults = read_back(assembler, handover)
    assert [record.token for record in found] == sorted(record.token for record in found)
    return {record.iri: record for record in found}, faults


def read_back(assembler: Assembler, handover: Handover) -> tuple[list[Incoming], list[Fault]]:
    out, faults = io.BytesIO(), list[Fault]()
    assembler.write(out)
    out.seek(0)
    return list(incoming(handover.frames(out, faults))), faults


def test_a_record_is_an_iri_with_its_blank_nodes(tmp_path: Path) -> None:
    found, faults = assembled(
        tmp_path, ':d a dcat:Dataset ; dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2020" ] . :e dct:title "e" .'
    )
    assert (sorted(found), faults) == (["http://example.org/d", "http://example.org/e"], [])
    assert found["http://example.org/d"].lines == 4
    assert found["http://example.org/d"].kind() == "datasets"


def test_a_text_about_paging_is_no_paging(tmp_path: Path) -> None:
    text = "Use <http://www.w3.org/ns/hydra/core#next> to turn the page"
    found, _ = assembled(tmp_path, f':d a dcat:Dataset, hydra:Collection ; dct:title "{text}" ; hydra:totalItems 1 .')
    assert found["http://example.org/d"].lines == 2
    assert found["http://example.org/d"].title() == text


def test_the_order_and_the_labels_of_blank_nodes_do_not_matter(tmp_path: Path) -> None:
    one, _ = assembled(tmp_path, ':d dct:temporal [ dcat:startDate "1" ] , [ dcat:startDate "2" ; dcat:endDate "3" ] .')
    other, _ = assembled(
        tmp_path, ':d dct:temporal _:x , _:a . _:a dcat:startDate "1" . _:x dcat:endDate "3" ; dcat:startDate "2" .'
    )
    assert one["http://example.org/d"].block == other["http://example.org/d"].block


def test_blank_nodes_of_two_documents_never_meet(tmp_path: Path) -> None:
    found, _ = assembled(tmp_path, ':d dct:temporal _:x . _:x dcat:startDate "1" .', ":e dct:temporal _:x .")
    assert b"startDate" not in found["http://example.org/e"].block


def test_a_blank_agent_gets_an_iri_and_is_one_wherever_it_is_repeated(tmp_path: Path) -> None:
    agent = '[ a foaf:Agent ; foaf:name "Water office" ]'
    found, _ = assembled(tmp_path, f":d dct:publisher {agent} . :e dct:publisher {agent} .")
    minted = [iri for iri in found if iri.startswith("https://data.example.org/organisations/")]
    assert len(minted) == 1
    assert f"<{minted[0]}>".encode() in found["http://example.org/d"].block


def test_blank_distributions_that_look_alike_stay_with_their_datasets(tmp_path: Path) -> None:
    distribution = "[ a dcat:Distribution ; dcat:accessURL <http://example.org/file> ]"
    found, _ = assembled(
        tmp_path,
        f":d a dcat:Dataset ; dcat:distribution {distribution} .\n"
        f":e a dcat:Dataset ; dcat:distribution {distribution} .",
    )
    assert sum(record.kind() == "distributions" for record in found.values()) == 2


def test_a_blank_dataset_keeps_its_iri_while_its_identifier_stays(tmp_path: Path) -> None:
    before, _ = assembled(tmp_path, '[] a dcat:Dataset ; dct:identifier "id-1" ; dct:title "Before" .')
    after, _ = assembled(tmp_path, '[] a dcat:Dataset ; dct:identifier "id-1" ; dct:title "After" .')
    other, _ = assembled(tmp_path, '[] a dcat:Dataset ; dct:identifier "id-1" ; dct:title "After" .', source="b")
    assert list(before) == list(after) != list(other)


def test_two_blank_nodes_with_one_identifier_stay_two(tmp_path: Path) -> None:
    found, _ = assembled(
        tmp_path, '[] a dcat:Dataset ; dct:identifier "1" ; dct:title "A" . [] a dcat:Dataset ; dct:identifier "1" .'
    )
    assert len(found) == 2


def test_a_blank_node_that_two_records_share_becomes_one_iri(tmp_path: Path) -> None:
    found, _ = assembled(tmp_path, ':d dct:temporal _:x . :e dct:temporal _:x . _:x dcat:startDate "1" .')
    assert len(found) == 3


@pytest.mark.parametrize(
    "text",
    [
        '_:a dct:relation _:b . _:b dct:relation _:a ; dct:title "b" .',
        ":d dct:relation _:a . _:a dct:relation _:b . _:b dct:relation _:a .",
        "_:a dct:relation _:a .",
        "_:a dct:relation _:b . _:b dct:relation _:c . _:c dct:relation _:a . _:d dct:relation _:a .",
    ],
)
def test_cycles_of_blank_nodes_lose_nothing(tmp_path: Path, text: str) -> None:
    found, _ = assembled(tmp_path, text)
    told = sum(1 for _ in parse(PREFIXES + text, RdfFormat.TURTLE))
    assert sum(record.lines for record in found.values()) == told


def test_paging_is_not_data(tmp_path: Path) -> None:
    found, _ = assembled(
        tmp_path, ":c a hydra:Collection ; hydra:member :d ; hydra:view [ hydra:next :p2 ] . :d a dcat:Dataset ."
    )
    assert sorted(found) == ["http://example.org/d"]


def test_a_source_cannot_forge_a_fault(tmp_path: Path) -> None:
    forged = Handover("0" * 32).fault(Fault("f", 1, 1, "http://example.org/d", "forged", "", "quarantined")).decode()
    found, faults = assembled(tmp_path, f":d a dcat:Dataset . {forged}")
    assert "http://example.org/d" in found
    assert faults == []


def test_a_record_with_a_fault_that_cannot_be_repaired_is_left_out_whole() -> None:
    handover = Handover.fresh()
    assembler = Assembler(IRIS, "a", handover)
    fault = Fault("f", 1, 1, "http://example.org/bad", "reason", "original", "quarantined")
    assembler.take([b'<http://example.org/bad> <http://example.org/p> "kept?" .\n'])
    assembler.take([b'<http://example.org/good> <http://example.org/p> "kept" .\n'])
    assembler.condemn(fault)
    found, faults = read_back(assembler, handover)
    assert ([record.iri for record in found], faults) == (["http://example.org/good"], [fault])


def test_a_fault_in_a_blank_node_costs_the_record_above_it() -> None:
    handover = Handover.fresh()
    assembler = Assembler(IRIS, "a", handover)
    assembler.take([b"<http://example.org/1> <http://example.org/p> _:x .\n", b'_:x <http://example.org/q> "1" .\n'])
    assembler.condemn(Fault("f", 1, 1, "_:x", "reason", "original", "quarantined"))
    found, faults = read_back(assembler, handover)
    assert found == []
    assert faults[-1].subject == "http://example.org/1"


def test_what_is_no_frame_is_not_taken_for_one() -> None:
    with pytest.raises(CageError, match="no record"):
        list(Handover.fresh().frames(io.BytesIO(b"<a> <b> <c> .\n"), []))


terms = st.sampled_from(["<http://example.org/1>", "<http://example.org/2>", "_:a", "_:b", "_:c", "_:e"])
statements = st.lists(st.tuples(terms, st.sampled_from("pq"), terms | st.just('"x"')), min_size=1, max_size=10)


def canonical(lines: list[str]) -> str:
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in parse("\n".join(lines), RdfFormat.N_TRIPLES))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, dataset)))


@settings(max_examples=200, deadline=None)
@given(statements, st.randoms(use_true_random=False))
def test_shuffling_and_relabelling_never_change_what_comes_out(
    said: list[tuple[str, str, str]], chance: random.Random
) -> None:
    names = dict(zip("abce", chance.sample("uvwxyz", 4), strict=True))

    def spelled(term: str) -> str:
        return f"_:{names[term[2:]]}" if term.startswith("_:") else term

    lines = [f"{s} <http://example.org/{p}> {o} .\n" for s, p, o in said]
    mixed = chance.sample(said, len(said))
    again = [f"{spelled(s)} <http://example.org/{p}> {spelled(o)} .\n" for s, p, o in mixed]
    assert canonical(assembled_lines(lines)) == canonical(assembled_lines(again))


def assembled_lines(lines: list[str]) -> list[str]:
    handover = Handover.fresh()
    assembler = Assembler(IRIS, "a", handover)
    assembler.take([line.encode() for line in lines])
    found, _ = read_back(assembler, handover)
    return b"".join(record.block for record in found).decode().splitlines()


def test_lines_are_grouped_by_subject_each_once() -> None:
    blocks = [[b"<a> <p> 1 .\n", b"<a> <p> 1 .\n"], [b"<a> <p> 1 .\n", b"<a> <p> 2 .\n", b"<ab> <p> 1 .\n"]]
    assert [(subject, len(lines)) for subject, lines in records(iter(blocks))] == [(b"<a>", 2), (b"<ab>", 1)]
