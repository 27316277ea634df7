"""Comunica, which joins what several endpoints say: from outside it asks two portals as if they were one."""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from pyoxigraph import RdfFormat, Store, parse

from tests.support.recording import Recorder, recording

COMUNICA: Final = Path(__file__).with_name("node_modules") / ".bin" / "comunica-sparql"
NODE: Final = shutil.which("node")

PREFIXES: Final = """PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
"""
JOINED: Final = f"""{PREFIXES}SELECT ?dataset ?name {{
  ?dataset a dcat:Dataset ; dct:publisher ?publisher .
  ?publisher foaf:name ?name FILTER(LANG(?name) = "fr")
}}"""

pytestmark = pytest.mark.skipif(
    NODE is None or not COMUNICA.exists(), reason="Comunica is not installed: `make clients` does, with npm and node"
)


@pytest.fixture
def other(organisations: tuple[str, Store]) -> Iterator[Recorder]:
    """A door to the second portal."""
    with recording(organisations[0]) as door:
        yield door


def _ask(text: str, *sources: str, form: str = "application/sparql-results+json") -> bytes:
    assert NODE is not None
    command = [NODE, str(COMUNICA), *sources, "-q", text, "-t", form]
    return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout


def _source(door: Recorder) -> str:
    return f"sparql@{door.address}/sparql"


def _bindings(told: bytes, *names: str) -> Counter[tuple[str, ...]]:
    rows: list[dict[str, Any]] = json.loads(told)["results"]["bindings"]
    return Counter(tuple(row[name]["value"] for name in names) for row in rows)


def _expected(text: str, *stores: Store) -> Counter[tuple[str, ...]]:
    """What a store that holds all of them says."""
    whole = Store()
    for store in stores:
        whole.bulk_extend(store.quads_for_pattern(None, None, None, None))
    result = whole.query(text)
    return Counter(tuple(term.value for term in row) for row in result)  # type: ignore[union-attr]


def test_one_endpoint_answers_rows_statements_and_truth(recorder: Recorder, datasets: tuple[str, Store]) -> None:
    text = f"{PREFIXES}SELECT ?s ?t {{ ?s a dcat:Dataset ; dct:title ?t }}"
    assert _bindings(_ask(text, _source(recorder)), "s", "t") == _expected(text, datasets[1])
    assert json.loads(_ask("ASK { ?s ?p ?o }", _source(recorder)))["boolean"] is True
    built = f"{PREFIXES}CONSTRUCT WHERE {{ ?s a dcat:Dataset ; dct:title ?t }}"
    told = parse(_ask(built, _source(recorder), form="application/n-triples"), RdfFormat.N_TRIPLES)
    expected = {(triple.subject, triple.object) for triple in datasets[1].query(built)}  # type: ignore[union-attr]
    assert {(quad.subject, quad.object) for quad in told} == expected
    assert all("sparql-results+json" in sent.headers["accept"] for sent in recorder.sent if "SELECT" in sent.target)


def test_two_endpoints_are_joined_as_if_they_were_one(
    recorder: Recorder, other: Recorder, datasets: tuple[str, Store], organisations: tuple[str, Store]
) -> None:
    told = _bindings(_ask(JOINED, _source(recorder), _source(other)), "dataset", "name")
    assert told == _expected(JOINED, datasets[1], organisations[1])
    assert len(told) >= 3
    assert recorder.sent
    assert other.sent


def test_service_blocks_lead_from_outside_to_both_endpoints(
    recorder: Recorder, other: Recorder, datasets: tuple[str, Store], organisations: tuple[str, Store], tmp_path: Path
) -> None:
    """From a source of its own, an empty file: all that is found is found by SERVICE."""
    nothing = tmp_path / "nothing.ttl"
    nothing.write_text("<urn:nothing> <urn:nothing> <urn:nothing> .")
    text = f"""{PREFIXES}SELECT ?dataset ?name {{
      SERVICE <{recorder.address}/sparql> {{ ?dataset a dcat:Dataset ; dct:publisher ?publisher }}
      SERVICE <{other.address}/sparql> {{ ?publisher foaf:name ?name FILTER(LANG(?name) = "fr") }}
    }}"""
    told = _ask(text, f"file@{nothing}")
    assert _bindings(told, "dataset", "name") == _expected(JOINED, datasets[1], organisations[1])
    assert recorder.sent
    assert other.sent


def test_an_address_alone_is_found_to_be_an_endpoint(recorder: Recorder) -> None:
    """It asks what is there, and is told by the service description."""
    assert json.loads(_ask("ASK { ?s ?p ?o }", f"{recorder.address}/sparql"))["boolean"] is True
    first = recorder.sent[0]
    assert (first.method, first.target) == ("GET", "/sparql")
    assert "text/turtle" in first.headers["accept"]
