from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

from graph.errors import FormatError
from tests.support.processes import ends
from tests.support.reading import expected, read, same, spelled, strict

START = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/"
  xmlns:dcat="http://www.w3.org/ns/dcat#" xml:lang="fr">
"""
BEFORE = '<dcat:Dataset rdf:about="http://a/1"><dct:title>avant</dct:title></dcat:Dataset>\n'
AFTER = (
    '<dcat:Dataset rdf:about="http://a/3"><dct:publisher rdf:nodeID="x"/></dcat:Dataset>\n<dct:Agent rdf:nodeID="x"/>\n'
)
END = "</rdf:RDF>\n"


def dataset(content: str, attributes: str = 'rdf:about="http://a/2"') -> str:
    return f"<dcat:Dataset {attributes}>{content}</dcat:Dataset>"


def around(bad: str) -> str:
    return START + BEFORE + bad + "\n" + AFTER + END


GOOD = strict(around(""), RdfFormat.RDF_XML)


@pytest.mark.parametrize(
    ("bad", "subject"),
    [
        (dataset("oops<dct:title>x</dct:title>"), "http://a/2"),
        (dataset("<dct:title>x</dct:tilte>"), "http://a/2"),
        (dataset("<nobody:knows>x</nobody:knows>"), "http://a/2"),
        (dataset("<dct:title>x</dct:title>", 'rdf:about="http://a:port/"'), "http://a:port/"),
        (dataset("<dct:title>x</dct:title>", 'rdf:about="http://a/2" rdf:about="http://a/2"'), "http://a/2"),
        (dataset("<dct:title", 'rdf:about="relative"'), "http://base.example/relative"),
        (dataset("oops", 'rdf:nodeID="two"'), "_:two"),
        (dataset("oops", "dct:title='x'"), None),
    ],
)
def test_a_faulty_element_costs_itself(tmp_path: Path, bad: str, subject: str | None) -> None:
    reading = read(tmp_path, around(bad), "rdfxml")
    assert same(reading.quads, GOOD)
    assert [(fault.subject, fault.line, fault.original) for fault in reading.quarantined] == [(subject, 4, bad)]


@pytest.mark.parametrize(
    ("bad", "meant"),
    [
        (
            dataset('<dct:license rdf:resource="http://b/c d"/>'),
            dataset('<dct:license rdf:resource="http://b/c%20d"/>'),
        ),
        (
            dataset("<dct:title>x</dct:title>", 'rdf:about="http://b/1 http://b/2"'),
            dataset("<dct:title>x</dct:title>", 'rdf:about="http://b/1%20http://b/2"'),
        ),
        (dataset('<dct:title xml:lang="en_GB">x</dct:title>'), dataset('<dct:title xml:lang="en-GB">x</dct:title>')),
        (
            dataset('<dct:title xml:lang="français">x</dct:title>'),
            dataset('<dct:title rdf:datatype="http://www.w3.org/2001/XMLSchema#string">x</dct:title>'),
        ),
        (
            dataset('<dct:issued rdf:datatype="a b">x</dct:issued>'),
            dataset("<dct:issued>x</dct:issued>"),
        ),
        (
            dataset("<dct:title>Fish & chips &eacute; a < b\x01</dct:title>"),
            dataset("<dct:title>Fish &amp; chips é a &lt; b</dct:title>"),
        ),
        (
            dataset('<dct:type rdf:resource="http://t/">Label</dct:type>'),
            dataset('<dct:type rdf:resource="http://t/"/>'),
        ),
        (
            dataset("<foaf:page>x</foaf:page>"),
            dataset('<foaf:page xmlns:foaf="http://xmlns.com/foaf/0.1/">x</foaf:page>'),
        ),
        (dataset('<dct:type rdf:nodeID="1 a"/>'), dataset('<dct:type rdf:nodeID="n.1.20.a-"/>')),
    ],
)
def test_an_element_whose_terms_can_be_repaired_is_kept(tmp_path: Path, bad: str, meant: str) -> None:
    reading = read(tmp_path, around(bad), "rdfxml")
    assert same(reading.quads, strict(around(meant), RdfFormat.RDF_XML))
    assert reading.repaired
    assert not reading.quarantined
    assert {fault.line for fault in reading.faults} == {4}


def test_a_label_that_other_syntaxes_cannot_spell_is_replaced_throughout(tmp_path: Path) -> None:
    document = around(dataset('<dct:type rdf:nodeID="x."/>') + dataset("oops", 'rdf:nodeID="x."'))
    reading = read(tmp_path, document, "rdfxml")
    assert len(spelled(reading.quads)) == len(reading.quads) == len(GOOD) + 2
    assert reading.hit == {"_:n.x.2e.-"}


def test_an_empty_language_is_valid_and_no_fault(tmp_path: Path) -> None:
    bad = dataset(
        '<dct:title>x</dct:title><dct:type><dct:T xml:lang="en"><dct:title xml:lang="">y</dct:title></dct:T></dct:type>'
    )
    reading = read(tmp_path, START.replace("fr", "") + bad + END, "rdfxml")
    meant = """<http://a/2> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "x" ;
      <http://purl.org/dc/terms/type> [ a <http://purl.org/dc/terms/T> ; <http://purl.org/dc/terms/title> "y" ] ."""
    assert same(reading.quads, expected(meant))
    assert reading.faults == []


def test_a_dataset_inside_a_catalogue_costs_itself(tmp_path: Path) -> None:
    inside = "".join(f"<dcat:dataset>{text.strip()}</dcat:dataset>\n" for text in (BEFORE, dataset("oops")))
    catalogue = f'<dcat:Catalog rdf:about="http://c/"><dct:title>C</dct:title>{inside}</dcat:Catalog>'
    reading = read(tmp_path, START + catalogue + END, "rdfxml")
    meant = catalogue.replace(dataset("oops"), '<rdf:Description rdf:about="http://a/2"/>')
    assert same(reading.quads, strict(START + meant + END, RdfFormat.RDF_XML))
    assert [(fault.subject, fault.line) for fault in reading.faults] == [("http://a/2", 4)]


def test_a_catalogue_with_a_fault_of_its_own_leaves_its_datasets(tmp_path: Path) -> None:
    catalogue = f'<dcat:Catalog rdf:about="http://c/">oops<dcat:dataset>{BEFORE}</dcat:dataset></dcat:Catalog>'
    reading = read(tmp_path, START + catalogue + END, "rdfxml")
    assert same(reading.quads, strict(START + BEFORE + END, RdfFormat.RDF_XML))
    assert reading.hit == {"http://c/"}


def test_a_file_that_breaks_off_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    whole = START + BEFORE + dataset("<dct:title>x</dct:title><dct:type>y</dct:type>")
    for end in ("</dcat:Dataset>", "</dct:type></dcat:Dataset>", "x</dct:title><dct:type>y</dct:type></dcat:Dataset>"):
        reading = read(tmp_path, whole.removesuffix(end), "rdfxml")
        assert same(reading.quads, strict(START + BEFORE + END, RdfFormat.RDF_XML))
        assert reading.hit == {"http://a/2"}


def test_markup_inside_a_literal_is_never_taken_for_a_record(tmp_path: Path) -> None:
    literal = '<dct:title rdf:parseType="Literal"><dcat:Dataset rdf:about="http://evil/"/></dct:title>'
    comment = '<!-- <dcat:Dataset rdf:about="http://evil/"/> --><dct:title><![CDATA[<dcat:Dataset rdf:about="http://evil/"/>]]></dct:title>'
    for content in (literal, comment):
        reading = read(tmp_path, around(dataset("oops" + content)), "rdfxml")
        assert same(reading.quads, GOOD)


def test_base_and_language_are_inherited_by_what_is_parsed_alone(tmp_path: Path) -> None:
    document = (
        START.replace("xml:lang", 'xml:base="http://base.example/x/" xml:lang')
        + dataset("<dct:title>x</dct:title>", 'rdf:about="a" xml:lang="de"')
        + dataset("<dct:title>y</dct:title>", 'rdf:ID="b"')
        + dataset("oops")
        + END
    )
    reading = read(tmp_path, document, "rdfxml")
    assert same(reading.quads, strict(document.replace(dataset("oops"), ""), RdfFormat.RDF_XML))


def test_records_in_an_envelope_are_found(tmp_path: Path) -> None:
    envelope = f'<csw:Response xmlns:csw="http://csw/"><csw:Record>{around("")}</csw:Record></csw:Response>'
    assert same(read(tmp_path, envelope, "rdfxml").quads, GOOD)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "utf-8-sig", "cp1252"])
def test_the_declared_encoding_is_the_one_read(tmp_path: Path, encoding: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n'
    document = around(dataset("<dct:title>été</dct:title>"))
    reading = read(tmp_path, (declaration + document).encode(encoding), "rdfxml")
    assert same(reading.quads, strict(document, RdfFormat.RDF_XML))
    assert reading.faults == []


def test_bytes_that_are_no_utf8_are_read_as_windows_1252_and_reported(tmp_path: Path) -> None:
    document = around(dataset("<dct:title>été</dct:title>"))
    reading = read(tmp_path, document.encode("cp1252"), "rdfxml")
    assert same(reading.quads, strict(document, RdfFormat.RDF_XML))
    assert [(fault.action, fault.line) for fault in reading.faults] == [("repaired", 4)]


def doctype(subset: str) -> str:
    return f"<!DOCTYPE rdf:RDF [{subset}]>\n"


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY xsd "http://www.w3.org/2001/XMLSchema#">',
        "<!-- names --> <!ENTITY xsd 'http://www.w3.org/2001/XMLSchema#'><!ENTITY eacute '&#233;'>",
        '<!ELEMENT x ANY><!ENTITY xsd "http://www.w3.org/2001/XMLSchema#">',
    ],
)
def test_plain_entities_are_read(tmp_path: Path, subset: str) -> None:
    content = '<dct:issued rdf:datatype="&xsd;date">2024-01-01</dct:issued>'
    for more in ("", "oops"):
        reading = read(tmp_path, doctype(subset) + around(dataset(content) + dataset(more)), "rdfxml")
        date = '<http://a/2> <http://purl.org/dc/terms/issued> "2024-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .'
        assert set(expected(date)) <= set(reading.quads)


BOMBS = {
    "billion laughs": doctype(
        '<!ENTITY a "'
        + "x" * 1000
        + '">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefg", "bcdefgh", strict=True))
    ),
    "two levels": doctype('<!ENTITY a "x"><!ENTITY b "&a;">'),
    "reference by number": doctype('<!ENTITY a "x"><!ENTITY b "&#38;a;">'),
    "parameter entity": doctype('<!ENTITY % a "x">%a;'),
    "parameter entity inside": doctype('<!ENTITY % a "x"><!ENTITY b "%a;">'),
    "file": doctype('<!ENTITY a SYSTEM "file:///etc/passwd">'),
    "address": doctype('<!ENTITY a PUBLIC "x" "http://127.0.0.1:9/">'),
    "parameter file": doctype('<!ENTITY % a SYSTEM "http://127.0.0.1:9/">%a;'),
    "long": doctype(f'<!ENTITY a "{"x" * 70_000}">'),
    "many": doctype("".join(f'<!ENTITY a{number} "{"x" * 1000}">' for number in range(70))),
    "second declaration": doctype('<!ENTITY b "x">') + doctype('<!ENTITY a "&b;">'),
    "markup": doctype('<!ENTITY a "<b/>">'),
}


@pytest.mark.parametrize("name", BOMBS)
def test_entities_of_an_attack_are_refused_at_once(tmp_path: Path, name: str) -> None:
    with ends(), pytest.raises(FormatError, match="refused: ") as caught:
        read(tmp_path, BOMBS[name] + around(dataset("<dct:title>&a;</dct:title>")), "rdfxml")
    assert caught.value.line in {1, 2}


def test_one_long_entity_used_often_is_refused(tmp_path: Path) -> None:
    uses = dataset(f"<dct:title>{'&a;' * 10_000}</dct:title>")
    with pytest.raises(FormatError, match="refused: "):
        read(tmp_path, doctype(f'<!ENTITY a "{"x" * 60_000}">') + around(uses), "rdfxml")


def test_an_entity_declared_late_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="refused: "):
        read(tmp_path, around(doctype('<!ENTITY a "x">') + dataset("&a;")), "rdfxml")


@pytest.mark.parametrize(
    ("document", "line"),
    [
        ("hello", 1),
        ('{"@id": "http://a/"}', 1),
        ("<html>\n<body>Not found</body></html>", 1),
        ("<html>\n<body>Not found<br></body></html>", 2),
        (START + "oops" + END, 1),
        (START + dataset("oops") + END, 1),
    ],
)
def test_a_file_without_one_good_element_fails_whole(tmp_path: Path, document: str, line: int) -> None:
    with pytest.raises(FormatError, match=r"document, line .*: expected RDF/XML: ") as caught:
        read(tmp_path, document, "rdfxml")
    assert caught.value.line == line


@pytest.mark.parametrize("document", ["", " \n", START + END])
def test_a_file_without_statements_yields_nothing(tmp_path: Path, document: str) -> None:
    reading = read(tmp_path, document, "rdfxml")
    assert (reading.quads, reading.faults) == ([], [])
