from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from api.settings import Settings
from api.wiring import pipeline
from graph.errors import FormatError
from graph.generations import Generations
from graph.iris import Iris
from loaders.configuration import orders
from loaders.pipeline import Order
from loaders.terms import Terms, licence_iri
from vocabularies.namespaces import DCT, FOAF, RDFS

BASE = "http://127.0.0.1:8000"
CC0 = "http://publications.europa.eu/resource/authority/licence/CC0"


def test_a_licence_is_an_iri_or_a_code_of_the_table() -> None:
    assert licence_iri("cc0") == licence_iri(CC0) == CC0
    assert licence_iri(" https://licences.example/own ") == "https://licences.example/own"
    with pytest.raises(ValueError, match="IRI"):
        licence_iri("free for all")


def test_what_a_source_does_not_state_is_as_the_portal_says() -> None:
    portals = Terms(CC0, "Portal")
    assert Terms.of({}, portals) == portals
    assert Terms.of({"licence": "", "attribution": "City"}, portals) == Terms(CC0, "City")


def test_nothing_is_said_where_nothing_was_stated() -> None:
    assert list(Terms().statements(NamedNode("http://example.org/"))) == []


@pytest.mark.parametrize("line", ["licence = 3", 'licence = "free for all"', "attribution = []"])
def test_terms_that_cannot_be_meant_are_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(f'[sources.a]\nlocations = ["x"]\n{line}')
    with pytest.raises(FormatError, match="licence"):
        orders(path)


def told(data: Path) -> set[tuple[NamedNode, str]]:
    """What the graph of provenance says of the terms of the one source."""
    wanted = {DCT.license, RDFS.label, FOAF.name}
    with Generations(data).current() as generation:
        quads = list(generation.store.quads_for_pattern(None, None, None, Iris(BASE).provenance))
    return {(quad.predicate, getattr(quad.object, "value", "")) for quad in quads if quad.predicate in wanted}


def test_a_source_keeps_its_terms_until_its_configuration_says_otherwise(tmp_path: Path) -> None:
    document, path, data = tmp_path / "a.ttl", tmp_path / "sources.toml", tmp_path / "data"
    document.write_text("<http://example.org/1> a <http://www.w3.org/ns/dcat#Dataset> .")
    table = f'[sources.a]\nlocations = ["{document}"]\n'

    loading = pipeline(Settings(data=data, isolation_required=False))
    path.write_text(f'{table}licence = "CC0"\nattribution = "City of Anytown"')
    loading.load(orders(path)[0])
    stated = {(DCT.license, CC0), (RDFS.label, "City of Anytown"), (FOAF.name, "City of Anytown")}
    assert told(data) == stated
    loading.load(Order([str(document)], "a"))
    assert told(data) == stated
    path.write_text(table)
    loading.load(orders(path)[0])
    assert told(data) == set()
