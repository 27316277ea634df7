"""Documents made to kill the process that parses them: the child may die, the parent lives and says why."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.cage import Limits, lines
from graph.errors import CageError, FormatError

MARK = "0" * 32
LIMITS = Limits(cpu_seconds=10, memory=1 << 30)
DEEP = 100_000
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'

BOMBS = {
    "jsonld": [
        '{"http://p/":' * DEEP + "1" + "}" * DEEP,
        '[{"@graph":' * 10_000 + "1" + "}]" * 10_000,
        "[" * DEEP + "]" * DEEP,
        '{"@context":' * 3000 + "{}" + "}" * 3000,
        '{"@context":{"t":{"@id":"http://t/","@context":' * 2000 + "{}" + "}}" * 2000,
    ],
    "turtle": [
        "<http://a/> <http://p/> " + "[ <http://p/> " * DEEP + "1" + "]" * DEEP + " .",
        "<http://a/> <http://p/> " + "( " * DEEP + ")" * DEEP + " .",
        "<http://a/> <http://p/> " + "<<( <http://a/> <http://p/> " * DEEP + "1" + " )>>" * DEEP + " .",
        "[" * DEEP,
        "{" * DEEP,
        '"""' * DEEP,
    ],
    "n3": ["{" * DEEP + "}" * DEEP + " <http://p/> 1 .", "<http://a/> <http://p/> " + "(" * DEEP],
    "trig": ["<http://g/> {" * DEEP, "<http://g/> { <http://a/> <http://p/> " + "[ <http://p/> " * DEEP],
    "ntriples": [
        "<http://a/> <http://p/> " + "<<( <http://a/> <http://p/> " * DEEP + "<http://b/>" + " )>>" * DEEP + " .",
        "<" * DEEP,
    ],
    "rdfxml": [
        f"<d:A xmlns:d='http://d/' {RDF}>" + "<d:p><d:A>" * DEEP + "</d:A></d:p>" * DEEP + "</d:A>",
        f"<rdf:RDF {RDF}>" + "<d:A>" * DEEP,
        f"<rdf:RDF {RDF}>" + "<" * DEEP,
        f"<rdf:RDF {RDF}>" + "<!--" * DEEP,
    ],
}
CASES = [(form, number) for form, bombs in BOMBS.items() for number in range(len(bombs))]


def caged(path: Path, form: str) -> Iterator[bytes]:
    given = {"path": str(path), "form": form, "base_iri": "http://base.example/", "location": path.name}
    return lines("loaders.assemble:spell", {"documents": [given], "mark": MARK}, LIMITS)


@pytest.mark.parametrize(("form", "number"), CASES)
def test_a_nesting_bomb_ends_in_a_clear_error_or_in_statements(tmp_path: Path, form: str, number: int) -> None:
    path = tmp_path / "bomb"
    path.write_text(BOMBS[form][number])
    outcome = "read"
    try:
        for _ in caged(path, form):
            pass
    except (FormatError, CageError) as error:
        outcome = str(error)
    print(f"{form} {number}: {outcome[:150]}")
    assert outcome
    assert "died" not in outcome


def test_what_the_child_hands_on_is_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_text(json.dumps({"@id": "http://a/", "http://p/": "x"}))
    assert list(caged(path, "jsonld"))[1:] == [b'<http://a/> <http://p/> "x" .\n']
