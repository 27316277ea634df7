import csv
import json
from importlib.resources import files

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from graph.serialisation.context import context
from tests.support.shared import SHARED
from vocabularies.namespaces import DCAT, DCT, PREFIXES, XSD

OBLIGATIONS = ("dcat-ap/3.0.1/obligations.csv", "dcat-ap-hvd/3.0.0/obligations.csv")
SCHEMES = {"http", "https", "urn", "mailto", "tel", "geo", "doi", "data", "file", "ftp", "info", "tag", "uuid"}


def test_prefixes_are_those_of_the_project() -> None:
    definitions = context().definitions
    assert {name: definitions.get(name) for name in PREFIXES} == PREFIXES


def test_no_term_could_be_taken_for_the_scheme_of_an_iri() -> None:
    assert not SCHEMES & {name.lower() for name in context().definitions}


def test_every_term_means_to_a_parser_what_it_means_to_us() -> None:
    whole = json.loads(files("graph").joinpath("context.jsonld").read_text("utf-8"))
    for iri, term in context().terms.items():
        value: object = {"en": "x"} if term.coercion == "@language" else "https://example.org/o"
        node = whole | {"id": "https://example.org/s", term.name: value, "type": term.name}
        found = list(parse(json.dumps(node), RdfFormat.JSON_LD))
        assert {quad.predicate.value for quad in found} >= {iri}
        assert NamedNode(iri) in {quad.object for quad in found}


def test_texts_sizes_and_references_are_coerced() -> None:
    terms = context().terms
    assert terms[DCT.title.value].coercion == "@language"
    assert terms[DCT.publisher.value].coercion == "@id"
    assert terms[DCAT.byteSize.value].coercion == XSD.nonNegativeInteger.value
    assert terms[DCT.issued.value].coercion is None


@pytest.mark.parametrize("table", OBLIGATIONS)
def test_every_property_of_the_profiles_has_a_term(table: str) -> None:
    path = SHARED / "standards" / table
    if not path.exists():
        pytest.skip("the shared standards are not beside this checkout")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    named = {row["property_iri"] for row in rows if row["property_iri"]}
    assert named
    assert named - context().terms.keys() == set()
