import json
from importlib import resources
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from graph.errors import FormatError
from tests.support.reading import expected, read, same, spelled, strict

CONTEXT = {
    "id": "@id",
    "type": "@type",
    "dct": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "title": {"@id": "dct:title", "@container": "@language"},
    "page": {"@id": "dcat:landingPage", "@type": "@id"},
    "dataset": "dcat:dataset",
    "publisher": "dct:publisher",
    "note": {"@id": "dct:abstract", "@type": "@json"},
}


def document(*nodes: object) -> str:
    return json.dumps({"@context": CONTEXT, "@graph": nodes}, indent=1, ensure_ascii=False)


GOOD = {"id": "http://a/1", "type": "dcat:Dataset", "title": {"fr": "un"}, "publisher": {"dct:title": "anonymous"}}


@pytest.mark.parametrize(
    ("bad", "meant"),
    [
        ({"id": "http://a/2 b", "dct:title": "x"}, {"id": "http://a/2%20b", "dct:title": "x"}),
        ({"id": "http://a/2", "page": "http://b/c d"}, {"id": "http://a/2", "page": "http://b/c%20d"}),
        (
            {"id": "http://a/2", "dct:type": {"id": "http://b/c d"}},
            {"id": "http://a/2", "dct:type": {"id": "http://b/c%20d"}},
        ),
        ({"id": "http://a/2", "type": ["a b", "dct:T"]}, {"id": "http://a/2", "type": ["a%20b", "dct:T"]}),
        ({"id": "http://a/2", "title": {"en_GB": "x"}}, {"id": "http://a/2", "title": {"en-GB": "x"}}),
        (
            {"id": "http://a/2", "title": {"français": "x", "fr": "y"}},
            {"id": "http://a/2", "title": {"@none": "x", "fr": "y"}},
        ),
        (
            {"id": "http://a/2", "dct:title": {"@value": "x", "@language": "français"}},
            {"id": "http://a/2", "dct:title": "x"},
        ),
        ({"id": "http://a/2", "dct:issued": {"@value": "x", "type": "a b"}}, {"id": "http://a/2", "dct:issued": "x"}),
        ({"@context": {"@language": "fr_LU"}, "dct:title": "x"}, {"dct:title": {"@value": "x", "@language": "fr-LU"}}),
    ],
)
def test_a_node_whose_terms_can_be_repaired_is_kept(tmp_path: Path, bad: object, meant: object) -> None:
    reading = read(tmp_path, document(GOOD, bad), "jsonld")
    assert same(reading.quads, strict(document(GOOD, meant), RdfFormat.JSON_LD))
    assert len(reading.repaired) == 1
    assert not reading.quarantined
    assert reading.faults[0].line is not None


def test_a_node_that_the_parser_would_drop_in_silence_is_reported(tmp_path: Path) -> None:
    bad = {"id": "http://a:port/", "dct:title": "x"}
    reading = read(tmp_path, document(GOOD, bad), "jsonld")
    assert same(reading.quads, strict(document(GOOD), RdfFormat.JSON_LD))
    assert reading.hit == {"http://a:port/"}


def test_a_label_that_other_syntaxes_cannot_spell_is_replaced_throughout(tmp_path: Path) -> None:
    for label in ("_:a:b", "_:a b", "_:a."):
        text = document(
            GOOD, {"id": label, "dct:title": "x"}, {"id": "http://a/2", "page": label, "dct:type": {"id": label}}
        )
        reading = read(tmp_path, text, "jsonld")
        meant = text.replace(label, "_:other")
        assert same(spelled(reading.quads), strict(meant, RdfFormat.JSON_LD))
        assert len(reading.repaired) == 3


def test_what_refuses_even_the_rest_of_a_node_takes_those_inside_with_it(tmp_path: Path) -> None:
    bad = {"id": "http://c/", "type": 5, "dataset": [GOOD], "@included": "not a node"}
    bad["@included"] = [5, {"id": "http://i/", "dct:title": "x"}]
    reading = read(tmp_path, document({"id": "http://a/0", "dct:title": "x"}, bad), "jsonld")
    assert reading.hit == {"http://c/", "http://i/"}


def test_a_type_that_cannot_be_repaired_is_reported(tmp_path: Path) -> None:
    reading = read(tmp_path, document(GOOD, {"id": "http://a/2", "type": "http://a:port/", "dct:title": "x"}), "jsonld")
    assert reading.hit == {"http://a/2"}


def test_values_that_are_no_strings_are_left_to_the_parser(tmp_path: Path) -> None:
    bad = {"id": "http://a/2", "dct:title": {"@value": "x", "@language": 5}, "page": 7}
    reading = read(tmp_path, document(GOOD, bad, {"id": 5}), "jsonld")
    assert "http://a/2" in reading.hit
    assert set(strict(document({"id": "http://a/1", "type": "dcat:Dataset"}), RdfFormat.JSON_LD)) <= set(reading.quads)


def test_a_reference_that_would_be_dropped_is_reported_with_the_node_it_is_in(tmp_path: Path) -> None:
    for bad in (
        {"page": "http://a:port/"},
        {"dct:type": {"id": "http://a:port/"}},
        {"dct:type": [{"id": "http://a:port/"}]},
    ):
        reading = read(tmp_path, document(GOOD, {"id": "two", **bad}), "jsonld")
        assert reading.hit == {"http://base.example/two"}


def test_a_node_under_a_key_that_means_nothing_is_no_fault(tmp_path: Path) -> None:
    reading = read(
        tmp_path, document(GOOD, {"id": "http://a/2", "unknown": {"id": "http://a/3", "dct:title": "x"}}), "jsonld"
    )
    assert reading.faults == []


@pytest.mark.parametrize("nested", [False, True])
def test_what_the_parser_refuses_costs_the_node_it_is_in(tmp_path: Path, *, nested: bool) -> None:
    bad = {"id": "http://a/2", "dct:title": {"@value": {"not": "allowed"}}}
    left = {"id": "http://a/2"}
    nodes = [[GOOD, one, {"dct:title": "anonymous"}] for one in (bad, left)]
    catalogues = [{"id": "http://c/", "dct:title": "C", "dataset": one} for one in nodes]
    given, meant = (document(one) for one in catalogues) if nested else (document(*one) for one in nodes)
    reading = read(tmp_path, given, "jsonld")
    assert same(reading.quads, strict(meant, RdfFormat.JSON_LD))
    assert reading.hit == {"http://a/2"}


def test_a_catalogue_with_a_fault_of_its_own_leaves_its_datasets(tmp_path: Path) -> None:
    bad = {"id": "http://c/", "dct:title": {"@value": {"not": "allowed"}}, "dataset": [GOOD]}
    reading = read(tmp_path, document(bad), "jsonld")
    meant = {"id": "http://c/", "dataset": [GOOD]}
    assert same(reading.quads, strict(document(meant), RdfFormat.JSON_LD))
    assert reading.hit == {"http://c/"}


def test_a_node_without_a_name_that_is_refused_costs_itself(tmp_path: Path) -> None:
    reading = read(tmp_path, document(GOOD, {"dct:title": {"@value": {}}}), "jsonld")
    assert same(reading.quads, strict(document(GOOD), RdfFormat.JSON_LD))
    assert len(reading.quarantined) == 1


def test_a_clean_document_is_read_as_the_strict_parser_reads_it(tmp_path: Path) -> None:
    node = {
        "id": "two",
        "@reverse": {"dataset": {"id": "http://c/"}},
        "note": {"id": "not a node", "x": [1, {"@id": "y z"}]},
        "dct:extent": [1, 1.5, 1e30, True, None, {"@list": [{"id": "http://l/"}, 2]}],
        "@included": [{"id": "http://i/", "dct:title": "included"}],
        "_:p": "ignored",
        "dct:title": [{"@value": "x", "@language": "de", "@direction": "ltr"}],
    }
    text = document(GOOD, node, {"id": "http://g/", "@graph": [{"id": "http://in/", "dct:title": "in a graph"}]})
    reading = read(tmp_path, text, "jsonld")
    assert same(reading.quads, strict(text, RdfFormat.JSON_LD))
    assert reading.faults == []


def test_a_key_given_twice_keeps_both_values(tmp_path: Path) -> None:
    reading = read(tmp_path, '{"@id": "http://a/", "http://p/": "x", "http://p/": ["y"]}', "jsonld")
    assert same(reading.quads, expected('<http://a/> <http://p/> "x", "y" .'))


def test_half_a_surrogate_pair_is_replaced(tmp_path: Path) -> None:
    reading = read(tmp_path, '{"@id": "http://a/", "http://p/": "x\\ud800"}', "jsonld")
    assert same(reading.quads, expected('<http://a/> <http://p/> "x\ufffd" .'))
    assert [fault.action for fault in reading.faults] == ["repaired"]


DATASET = {
    "@id": "http://a/1",
    "@type": "Dataset",
    "title": "T",
    "releaseDate": "2024",
    "datasetDistribution": "http://d/",
}
MEANT = """@prefix dct: <http://purl.org/dc/terms/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
<http://a/1> a dcat:Dataset ; dct:title "T" ; dct:issued "2024" ; dcat:distribution <http://d/> ."""


@pytest.mark.parametrize(
    ("context", "node", "meant"),
    [
        ("https://semiceu.github.io/DCAT-AP/releases/3.0.1/context/dcat-ap.jsonld", DATASET, MEANT),
        (
            "https://semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld",
            {key if key[0] == "@" else f"Dataset.{key}": value for key, value in DATASET.items()},
            MEANT,
        ),
        (
            "https://schema.org/",
            {"@id": "http://a/1", "@type": "Dataset", "name": "T", "url": "http://d/", "dateModified": "2024-01-01"},
            """@prefix s: <http://schema.org/> .
            <http://a/1> a s:Dataset ; s:name "T" ; s:url <http://d/> ; s:dateModified "2024-01-01"^^s:Date .""",
        ),
    ],
)
def test_well_known_contexts_come_with_us(tmp_path: Path, context: str, node: dict[str, str], meant: str) -> None:
    for given in (context, [context], {"@import": context}):
        text = json.dumps({"@context": given, **node})
        assert same(read(tmp_path, text, "jsonld").quads, expected(meant))


def test_every_bundled_context_is_valid() -> None:
    folder = resources.files("vocabularies") / "contexts"
    known = json.loads((folder / "known.json").read_text())
    for name in sorted(set(known.values())):
        context = json.loads((folder / name).read_text())["@context"]
        for term, definition in context.items():
            if not term.startswith("@") and not str(definition).startswith("@"):
                node = {"@context": context, "@id": "http://a/", "@type": term, term: "http://value/"}
                assert list(parse(json.dumps(node), RdfFormat.JSON_LD)), f"{name}: {term}"


@pytest.mark.parametrize("context", ["https://nobody.example/context.jsonld", "context.jsonld", "file:///etc/passwd"])
def test_an_unknown_context_is_refused_by_name(tmp_path: Path, context: str) -> None:
    for given in (context, [CONTEXT, context], {"@import": context}, {"t": {"@id": "dct:t", "@context": context}}):
        with pytest.raises(FormatError, match="none is fetched") as caught:
            read(tmp_path, json.dumps({"@context": given, **GOOD}, indent=1), "jsonld")
        assert context in caught.value.reason
        assert caught.value.line


def test_an_unknown_context_inside_costs_the_node_it_is_in(tmp_path: Path) -> None:
    bad = {"@context": "https://nobody.example/context.jsonld", "id": "http://a/2", "dct:title": "x"}
    reading = read(tmp_path, document(GOOD, bad), "jsonld")
    assert same(reading.quads, strict(document(GOOD), RdfFormat.JSON_LD))
    assert reading.hit == {"http://a/2"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"@id": "http://a/",\n "http://p/": }', 2),
        ("<html/>", 1),
        ('{"title": "an API\'s JSON"}', 1),
        ('"text"', 1),
        ('{"@id": "http://a/", "http://p/": NaN}', None),
        ('{"@id": "http://a/", "http://p/": ' + "1" * 5000 + "}", None),
        ("[" * 5000 + "]" * 5000, None),
        ('{"http://p/":' * 300 + "1" + "}" * 300, None),
    ],
)
def test_a_file_that_is_no_json_ld_fails_whole(tmp_path: Path, text: str, line: int | None) -> None:
    with pytest.raises(FormatError, match="expected JSON-LD: ") as caught:
        read(tmp_path, text, "jsonld")
    assert caught.value.line == line


@pytest.mark.parametrize("text", ["", " \n", "{}", "[]", '{"@context": {}}', '{"@graph": []}'])
def test_a_file_without_statements_yields_nothing(tmp_path: Path, text: str) -> None:
    reading = read(tmp_path, text, "jsonld")
    assert (reading.quads, reading.faults) == ([], [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_may_come_in_any_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    reading = read(tmp_path, document(GOOD).encode(encoding), "jsonld")
    assert same(reading.quads, strict(document(GOOD), RdfFormat.JSON_LD))
