import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import FormatError, SourceError
from loaders.detection import FORMATS, detect, extension, is_rdf_head, is_rdf_name
from tests.support.shared import SHARED

XML = '<?xml version="1.0"?>\n<!-- c -->\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
TURTLE = "# catalogue\n@prefix dcat: <http://www.w3.org/ns/dcat#> .\n<a> a dcat:Dataset ."
NTRIPLES = '# c\n<http://a> <http://b> <http://c> .\n_:b0 <http://b> "x\\" y"@en .\n'


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (TURTLE, "turtle"),
        ("PREFIX dcat: <http://www.w3.org/ns/dcat#>\n<a> a dcat:Dataset .", "turtle"),
        ("[ a <http://www.w3.org/ns/dcat#Dataset> ] .", "turtle"),
        ("[] a <http://www.w3.org/ns/dcat#Dataset> .", "turtle"),
        ("<a> <b> <c> ; <d> <e> .", "turtle"),
        (NTRIPLES, "ntriples"),
        ("<http://a> <http://b> <http://c> <http://g> .\n<http://a> <http://b> <http://c> .\n", "nquads"),
        ("@prefix : <http://a/> .\n:g { :a :b :c }", "trig"),
        ("@prefix : <http://a/> .\nGRAPH :g {\n :a :b :c }", "trig"),
        ("{ <a> <b> <c> }", "trig"),
        (XML, "rdfxml"),
        ('<rdf:RDF\n  xmlns:rdf = "x">', "rdfxml"),
        ('<!DOCTYPE rdf:RDF [ <!ENTITY xsd "http://x#"> ]>\n<rdf:RDF xmlns:rdf="x">', "rdfxml"),
        ('{"@context": {}}', "jsonld"),
        ('\n[ { "@id": "x" } ]', "jsonld"),
        ("[]", "jsonld"),
        ("{ }", "jsonld"),
    ],
)
def test_the_content_alone_shows_the_syntax(text: str, form: str) -> None:
    assert detect(text.encode(), "here") == form
    assert detect(b"\xef\xbb\xbf" + text.encode(), "here") == form
    assert detect(text.encode("utf-16"), "here") == form
    assert detect(text.encode("utf-16-be"), "here") == form


@pytest.mark.parametrize(
    ("text", "media_type", "name", "form"),
    [
        (NTRIPLES, "text/turtle", "x.nq", "turtle"),
        (NTRIPLES, "text/plain", "x.nq.gz", "nquads"),
        (NTRIPLES, "application/octet-stream", "download", "ntriples"),
        (TURTLE, "text/n3", "", "n3"),
        (TURTLE, "application/rdf+xml", "x.rdf", "turtle"),
        (TURTLE, "application/ld+json", "x.trig", "trig"),
        (XML, "text/turtle", "x.ttl", "rdfxml"),
        (XML, "application/xml", "", "rdfxml"),
        ('{"@id": "x"}', "text/html", "x.ttl", "jsonld"),
        (NTRIPLES, "Application/N-Triples", "", "ntriples"),
    ],
)
def test_header_comes_before_extension_and_both_give_way_to_what_the_content_plainly_is(
    text: str, media_type: str, name: str, form: str
) -> None:
    assert detect(text.encode(), "here", media_type=media_type, name=name) == form


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><head><title>Error",
        "\n<html lang='fr'>",
        "<!-- cached -->\n<!doctype HTML public ''>",
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0">\n<html xmlns="http://www.w3.org/1999/xhtml">',
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">',
    ],
)
@pytest.mark.parametrize("media_type", ["text/html", "text/turtle", "application/rdf+xml", ""])
def test_an_html_page_is_told_from_rdf_whatever_the_header_says(page: str, media_type: str) -> None:
    with pytest.raises(SourceError, match="is an HTML page, not RDF"):
        detect(page.encode(), "here", media_type=media_type, name="x.rdf")


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf"])
def test_nothing_is_no_document(content: bytes) -> None:
    with pytest.raises(SourceError, match="is empty"):
        detect(content, "here", media_type="text/turtle")


@pytest.mark.parametrize("content", [b"id;title\n1;x", b"Not found", b"%PDF-1.7\n\0", b"\x89PNG\r\n\x1a\n", b"\0\1\2"])
def test_what_is_no_rdf_is_told_with_line_and_column_and_what_was_expected(content: bytes) -> None:
    with pytest.raises(FormatError, match=r"here, line 1, column 1: begins with .*expected Turtle"):
        detect(content, "here")


@pytest.mark.parametrize(("name", "form"), [("x.ttl", "turtle"), ("x.jsonld", "jsonld"), ("x.rdf", "rdfxml")])
def test_a_text_that_is_called_rdf_is_left_to_its_parser_to_judge(name: str, form: str) -> None:
    assert detect(b"Not found", "here", name=name) == form
    assert detect(b"{ 'no': 1 }", "here", name=name) == form


def test_names_have_one_extension_that_counts() -> None:
    assert extension("a/b.c/catalogue.NT.gz") == "nt"
    assert extension(".gz") == extension("nt") == extension(".hidden") == extension("a.b/c") == ""
    assert [is_rdf_name(name) for name in ("a.ttl", "a.xml", "a.zip", "a.rdf.gz", "a.txt", "a.gz", "ttl")] == (
        [True, True, True, True, False, False, False]
    )


def test_vague_extensions_are_looked_into() -> None:
    assert is_rdf_head("a.ttl", b"anything")
    assert is_rdf_head("a.xml.gz", XML.encode())
    assert is_rdf_head("a.json", b'{"@context": 1}')
    assert not is_rdf_head("a.xml", b"<feed/>")
    assert not is_rdf_head("a.json", b'{"datasets": []}')


@pytest.mark.parametrize(
    "piece", [" ", "\n", "<", "<a", "_:a", "_:a ", '"', "[", "{", "<!--", "<!DOCTYPE[", "a:", "#\n", "<a> <b> "]
)
@pytest.mark.parametrize("begin", ["", "<a> <b> <c> ", "<a:b ", "<!DOCTYPE a [", "@prefix "])
def test_no_head_keeps_the_detection_busy(begin: str, piece: str) -> None:
    head = (begin + piece * 65536)[:65536].encode()
    started = time.thread_time()
    with contextlib.suppress(SourceError, FormatError):
        detect(head, "here")
    assert time.thread_time() - started < 10  # milliseconds; what looks back at every byte takes minutes


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode), st.sampled_from(["", "text/turtle", "x"]))
def test_any_bytes_are_a_known_syntax_or_an_error_of_ours(head: bytes, media_type: str) -> None:
    try:
        assert detect(head, "here", media_type=media_type) in FORMATS
    except (SourceError, FormatError) as error:
        location = error.location
    else:
        location = "here"
    assert location == "here"


EXPECTED = {
    ".ttl": {"turtle"}, ".nt": {"ntriples"}, ".trig": {"trig"}, ".rdf": {"rdfxml"}, ".jsonld": {"jsonld"},
    ".json": {"jsonld"}, ".xml": {"rdfxml"},
}  # fmt: skip


@pytest.mark.skipif(not (SHARED / "catalogues").is_dir(), reason="the shared catalogues are not here")
def test_real_catalogues_are_detected_by_content_as_by_their_extension() -> None:
    files = [path for path in sorted((SHARED / "catalogues").rglob("*")) if path.suffix in EXPECTED]
    assert len(files) > 50
    for path in files:
        head = path.read_bytes()[:65536]
        if is_rdf_head(path.name, head):
            found = detect(head, path.name)
            assert found in EXPECTED[path.suffix] | ({"ntriples", "turtle"} if path.suffix == ".ttl" else set()), path


def test_the_folder_of_a_location_does_not_count() -> None:
    assert extension(str(Path("folder.ttl") / "file")) == ""
