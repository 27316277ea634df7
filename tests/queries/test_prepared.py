import json
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from queries.prepared import PREPARED, prepare

DATA = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX : <http://example.org/>
:a a dcat:Dataset ; dct:publisher :x ; dcat:theme :environment .
:b a dcat:Dataset ; dct:publisher :y ; dcat:theme :environment .
:c a dcat:Dataset ; dct:publisher :y .
:d a dcat:Dataset ; dct:publisher "just a name", [ foaf:name "nobody" ] .
:service a dcat:DataService ; dct:publisher :x .
:x foaf:name "Office X" .
:y foaf:name "Amt Y"@de, "Office Y"@en, "Bureau Y"@en .
:environment skos:prefLabel "Environment"@en, "Ëmwelt"@lb .
"""


def test_counts_are_kept_with_labels_and_largest_first(tmp_path: Path) -> None:
    store = Store()
    store.load(DATA, RdfFormat.TURTLE)
    prepare(store, tmp_path / "prepared")
    told = {name: json.loads((tmp_path / "prepared" / f"{name}.json").read_text("utf-8")) for name in PREPARED}
    assert told["organisations"] == [
        {"iri": None, "labels": {}, "count": 2},
        {"iri": "http://example.org/y", "labels": {"de": "Amt Y", "en": "Bureau Y"}, "count": 2},
        {"iri": "http://example.org/x", "labels": {"": "Office X"}, "count": 1},
    ]
    assert told["themes"] == [
        {"iri": "http://example.org/environment", "labels": {"en": "Environment", "lb": "Ëmwelt"}, "count": 2}
    ]
    assert told["formats"] == []
    assert {"iri": "http://www.w3.org/ns/dcat#Dataset", "labels": {}, "count": 4} in told["classes"]


def test_the_same_store_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        store = Store()
        store.load(DATA, RdfFormat.TURTLE)
        prepare(store, tmp_path / folder)
    for name in PREPARED:
        assert (tmp_path / "one" / f"{name}.json").read_bytes() == (tmp_path / "two" / f"{name}.json").read_bytes()


def test_an_empty_catalogue_has_empty_answers(tmp_path: Path) -> None:
    prepare(Store(), tmp_path)
    assert json.loads((tmp_path / "organisations.json").read_text("utf-8")) == []
