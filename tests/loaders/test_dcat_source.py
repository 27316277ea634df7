"""Locations of every kind, good and bad, down to documents ready for the cage."""

import gzip
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from graph.errors import FormatError, SourceError
from loaders.archive import Archive
from loaders.fetch import Fetcher, FetchLimits, Validators
from loaders.paging import CrawlLimits
from loaders.sources.dcat import DcatSource, Document, Known
from loaders.unpack import UnpackLimits
from tests.support.shared import SHARED
from tests.support.web import Answer, Web, body, raw, redirect, serving
from vocabularies.namespaces import DCAT, HYDRA, PREFIXES, RDF

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TURTLE = b"@prefix dcat: <http://www.w3.org/ns/dcat#> .\n<a> a dcat:Dataset .\n"
NTRIPLES = b"<http://a> <http://b> <http://c> .\n"
XML = f'<rdf:RDF xmlns:rdf="{RDF.prefix}"/>'.encode()
HYDRA_PREFIX = f"@prefix hydra: <{PREFIXES['hydra']}> .\n"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


@pytest.fixture
def source(tmp_path: Path) -> DcatSource:
    archive = Archive(tmp_path / "archive")
    limits = FetchLimits(deadline=60, raw_bytes=1 << 20)
    fetcher = Fetcher(archive.folder, limits, allow_private_addresses=True)
    return DcatSource(fetcher, archive, tmp_path / "work", NOW)


def one(source: DcatSource, location: str | Path) -> Document:
    (document,) = source.collect([str(location)])
    return document


def refused(source: DcatSource, *locations: str | Path) -> str:
    with pytest.raises(SourceError) as caught:
        list(source.collect(map(str, locations)))
    return str(caught.value)


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_file_is_archived_and_read_from_there(source: DcatSource, tmp_path: Path) -> None:
    path = tmp_path / "my catalogue.ttl"
    path.write_bytes(TURTLE)
    document = one(source, path)
    assert (document.location, document.format, document.extension) == (str(path), "turtle", "ttl")
    assert document.path == source.archive.path(document.digest)
    assert document.path.read_bytes() == TURTLE
    assert document.base_iri == "file:///my%20catalogue.ttl"
    assert document.media_type == document.url == document.charset == ""
    assert source.archive.receipts(document.digest)[0].location == str(path)


def test_no_path_of_this_machine_gets_into_a_base(source: DcatSource, tmp_path: Path) -> None:
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "sub" / "c.ttl").write_bytes(TURTLE)
    here = replace(source, base="https://data.example.org/source/x/")
    assert one(here, tmp_path / "in").base_iri == "https://data.example.org/source/x/sub/c.ttl"


def test_gzip_is_archived_as_received_and_unpacked_for_reading(source: DcatSource, tmp_path: Path) -> None:
    path = tmp_path / "c.nt.gz"
    path.write_bytes(gzip.compress(NTRIPLES))
    document = one(source, path)
    assert source.archive.path(document.digest).read_bytes() == path.read_bytes()
    assert document.path.read_bytes() == NTRIPLES
    assert document.path.parent == source.work
    assert (document.format, document.extension) == ("ntriples", "nt")


def test_a_zip_gives_a_document_per_member(source: DcatSource, tmp_path: Path) -> None:
    path = tmp_path / "c.zip"
    members = {"b.nt": NTRIPLES, "a b.ttl": TURTLE, "data.json": b'{"no": "rdf"}', "feed.xml": b"<feed/>"}
    path.write_bytes(zipped(members))
    first, second = source.collect([str(path)])
    assert (first.location, first.member, first.format) == (f"{path}!a b.ttl", "a b.ttl", "turtle")
    assert first.base_iri == "file:///c.zip/a%20b.ttl"
    assert (second.location, second.format, second.digest) == (f"{path}!b.nt", "ntriples", first.digest)


def test_a_zip_without_rdf_is_told(source: DcatSource, tmp_path: Path) -> None:
    for name, content in (("one.xml", b"<feed/>"), ("data.json", b"{}")):
        path = tmp_path / "c.zip"
        path.write_bytes(zipped({name: content}))
        assert "without an RDF file" in refused(source, path)


def test_a_folder_gives_its_rdf_files_in_order_and_leaves_out_the_rest(source: DcatSource, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    contents = {
        "b.ttl": TURTLE,
        "a/z.nt.gz": gzip.compress(NTRIPLES),
        "a/c.xml": XML,
        "a/feed.xml": b"<feed/>",
        "a/data.json": b'{"datasets": []}',
        "README.txt": b"not RDF",
        ".hidden.ttl": TURTLE,
        ".git/x.ttl": TURTLE,
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    os.mkfifo(folder / "pipe.ttl")
    found = [Path(document.location).relative_to(folder).as_posix() for document in source.collect([str(folder)])]
    assert found == ["b.ttl", "a/c.xml", "a/z.nt.gz"]


def test_what_is_not_there_or_holds_nothing_is_told(source: DcatSource, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "empty.ttl").touch()
    os.mkfifo(tmp_path / "pipe")
    assert "there is no such file or folder" in refused(source, tmp_path / "c.ttl")
    assert "without an RDF file" in refused(source, tmp_path / "none")
    assert "empty.ttl: is empty" in refused(source, tmp_path / "empty.ttl")
    assert "empty.ttl: is empty" in refused(replace(source, format="turtle"), tmp_path / "empty.ttl")
    assert "neither a file nor a folder" in refused(source, tmp_path / "pipe")
    assert "no http or https address" in refused(source, "ftp://example.org/c.ttl")
    assert "no http or https address" in refused(source, "file:///etc/passwd")


def test_a_file_that_is_no_rdf_is_told_with_line_and_column(source: DcatSource, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("id;title\n1;Air\n")
    with pytest.raises(FormatError, match=r"c\.csv, line 1, column 1: begins with 'id;title'.*expected Turtle"):
        list(source.collect([str(path)]))


def test_the_format_asked_for_outweighs_everything(source: DcatSource, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(b"_:a <b> <c> .")
    assert one(replace(source, format="n3"), path).format == "n3"
    with pytest.raises(ValueError, match="is none of the formats"):
        replace(source, format="csv")


def test_an_address_gives_a_document_with_what_its_header_says(source: DcatSource, web: Web) -> None:
    web.answers["/go"] = redirect("/catalogue/c?x=1.rdf")
    web.answers["/catalogue/c?x=1.rdf"] = body(TURTLE, 'text/turtle; charset="utf-8"', ETag='"7"')
    document = one(source, f"{web.url}/go")
    assert (document.format, document.media_type, document.charset) == ("turtle", "text/turtle", "utf-8")
    assert document.base_iri == f"{web.url}/catalogue/c?x=1.rdf"
    assert (document.url, document.extension, document.validators.etag) == (f"{web.url}/go", "", '"7"')
    receipt = source.archive.receipts(document.digest)[0]
    assert (receipt.location, receipt.url) == (f"{web.url}/go", document.base_iri)
    assert ("etag", '"7"') in receipt.headers


def test_compressed_answers_are_unpacked_however_often_they_are_wrapped(source: DcatSource, web: Web) -> None:
    once = gzip.compress(NTRIPLES)
    web.answers["/encoded"] = body(once, "application/n-triples", Content_Encoding="gzip")
    web.answers["/c.nt.gz"] = body(once, "application/gzip")
    web.answers["/twice.nt.gz"] = body(gzip.compress(once), "application/gzip", Content_Encoding="gzip")
    web.answers["/lie"] = body(NTRIPLES, "text/plain", Content_Encoding="gzip")
    web.answers["/c.zip"] = body(zipped({"c.nt": NTRIPLES}), "application/zip")
    for path in ("/encoded", "/c.nt.gz", "/twice.nt.gz", "/lie", "/c.zip"):
        document = one(source, web.url + path)
        assert document.path.read_bytes() == NTRIPLES
        assert document.format == "ntriples"


def test_a_gzip_bomb_and_a_cut_gzip_are_refused(source: DcatSource, web: Web) -> None:
    small = replace(source, unpacking=UnpackLimits(free_bytes=1000, ratio=10))
    web.answers["/bomb"] = body(gzip.compress(b"\0" * 1_000_000), Content_Encoding="gzip")
    web.answers["/cut"] = body(gzip.compress(NTRIPLES * 100)[:-10], Content_Encoding="gzip")
    assert "unpacks to more than" in refused(small, f"{web.url}/bomb")
    assert "broken off" in refused(source, f"{web.url}/cut")


@pytest.mark.parametrize("media_type", ["text/html", "text/turtle"])
def test_an_error_page_sent_as_a_good_answer_is_told_from_rdf(media_type: str, source: DcatSource, web: Web) -> None:
    web.answers["/c.ttl"] = body(b"<!DOCTYPE html>\n<title>Maintenance</title>", media_type)
    assert refused(source, f"{web.url}/c.ttl").startswith(f"{web.url}/c.ttl: line 1, column 1: is an HTML page")


def test_an_empty_answer_is_no_catalogue(source: DcatSource, web: Web) -> None:
    web.answers["/c.ttl"] = body(b"")
    assert "is empty" in refused(source, f"{web.url}/c.ttl")


def pages(web: Web, *contents: str, media_type: str = "text/turtle") -> None:
    """Page n at /c?page=n, with BASE standing for the server."""
    for number, content in enumerate(contents, 1):
        text = content.replace("BASE", web.url)
        web.answers[f"/c?page={number}"] = body(text.encode(), media_type)


SECOND = """<c> a hydra:Collection ; hydra:view <?page={n}> .
    <?page={n}> a hydra:PartialCollectionView ; hydra:next <?page={next}> ."""
IN_XML = f"""<rdf:RDF xmlns:rdf="{RDF.prefix}" xmlns:h="{HYDRA.prefix}">
    <h:PagedCollection rdf:about="BASE/c?page={{n}}">
    <h:nextPage rdf:resource="BASE/c?page={{next}}"/></h:PagedCollection></rdf:RDF>"""
GENERATIONS = {
    "Hydra, first": ("<?page={n}> a hydra:PagedCollection ; hydra:nextPage <?page={next}> .", "text/turtle"),
    "CKAN": ('[] a hydra:PagedCollection ; hydra:nextPage "BASE/c?page={next}" .', "text/turtle"),
    "Hydra, second, and udata": (SECOND, "text/turtle"),
    "RDF/XML": (IN_XML, "application/rdf+xml"),
}


@pytest.mark.parametrize("name", GENERATIONS)
def test_all_pages_of_every_kind_of_paging_are_followed(name: str, source: DcatSource, web: Web) -> None:
    template, media_type = GENERATIONS[name]
    prefix = HYDRA_PREFIX if media_type == "text/turtle" else ""
    last = XML.decode() if not prefix else f"<?page=3> a <{HYDRA.PagedCollection.value}> ."
    pages(web, *(prefix + template.format(n=n, next=n + 1) for n in (1, 2)), last, media_type=media_type)
    documents = list(source.collect([f"{web.url}/c?page=1"]))
    assert [document.url for document in documents] == [f"{web.url}/c?page={n}" for n in (1, 2, 3)]


def test_the_link_header_is_followed(source: DcatSource, web: Web) -> None:
    for number in (1, 2):
        content = NTRIPLES.replace(b"/a", b"/%d" % number)
        web.answers[f"/{number}"] = body(content, Link=f'</{number + 1}>; rel="next"')
    web.answers["/3"] = body(NTRIPLES)
    assert len(list(source.collect([f"{web.url}/1"]))) == 3


def test_a_zip_of_several_documents_can_be_a_page_too(source: DcatSource, web: Web) -> None:
    members = {"a.nt": NTRIPLES, "b.ttl": (HYDRA_PREFIX + "<> hydra:next <nowhere> .").encode()}
    web.answers["/1"] = body(zipped(members), "application/zip", Link='</2>; rel="next"')
    web.answers["/2"] = body(NTRIPLES)
    found = [document.location for document in source.collect([f"{web.url}/1"])]
    assert found == [f"{web.url}/1!a.nt", f"{web.url}/1!b.ttl", f"{web.url}/2"]


def test_pages_in_a_circle_are_an_error(source: DcatSource, web: Web) -> None:
    pages(web, HYDRA_PREFIX + "<> hydra:next <?page=2> .", HYDRA_PREFIX + "<> hydra:next <?page=1> .")
    assert "round in a circle" in refused(source, f"{web.url}/c?page=1")
    assert len(web.asked) == 2


def test_a_server_that_ignores_the_page_asked_for_is_an_error(source: DcatSource, web: Web) -> None:
    def same(request: BaseHTTPRequestHandler) -> None:
        number = int(request.path.rpartition("=")[2])
        body(NTRIPLES, Link=f'<?page={number + 1}>; rel="next"')(request)

    web.answers = {f"/c?page={number}": same for number in range(100)}
    assert "its pages repeat" in refused(source, f"{web.url}/c?page=1")
    assert len(web.asked) == 2


def test_pages_without_end_stop_at_the_limit(source: DcatSource, web: Web) -> None:
    pages(web, *(HYDRA_PREFIX + f"<> hydra:next <?page={n + 1}> ." for n in range(1, 10)))
    assert "more than the 5 pages" in refused(replace(source, crawling=CrawlLimits(pages=5)), f"{web.url}/c?page=1")
    assert len(web.asked) == 5


def test_one_page_that_fails_fails_the_source(source: DcatSource, web: Web) -> None:
    pages(web, HYDRA_PREFIX + "<> hydra:next <?page=2> .")
    assert "c?page=2: answered 404 Not Found" in refused(source, f"{web.url}/c?page=1")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://u:p@example.org/", "ftp://example.org/"])
def test_a_next_page_is_checked_like_any_address(target: str, source: DcatSource, web: Web) -> None:
    pages(web, HYDRA_PREFIX + f"<> hydra:next <{target}> .")
    refused(source, f"{web.url}/c?page=1")


def test_a_next_page_at_a_private_address_is_refused(
    source: DcatSource, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loaders.connection.is_public", lambda address: address == "127.0.0.1")  # passes for public
    monkeypatch.setattr("loaders.fetch._PUBLIC_PORTS", {"http": web.port, "https": 443})
    pages(web, HYDRA_PREFIX + "<> hydra:next <http://169.254.169.254/latest> .")
    public = replace(source, fetcher=replace(source.fetcher, allow_private_addresses=False))
    assert "not on the public internet" in refused(public, f"{web.url}/c?page=1")


def test_a_file_is_never_followed_to_the_network(source: DcatSource, web: Web, tmp_path: Path) -> None:
    path = tmp_path / "c.ttl"
    path.write_text(HYDRA_PREFIX + f"<> hydra:next <{web.url}/2> .")
    one(source, path)
    assert web.asked == []


def conditional(content: bytes, etag: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.headers.get("If-None-Match") == etag:
            raw(b"HTTP/1.1 304 Not Modified\r\nETag: " + etag.encode() + b"\r\n\r\n")(request)
        else:
            body(content, ETag=etag)(request)

    return answer


def test_an_unchanged_page_comes_from_the_archive_and_still_leads_on(source: DcatSource, web: Web) -> None:
    first = (HYDRA_PREFIX + "<> hydra:next <?page=2> .").encode()
    web.answers["/c?page=1"] = conditional(first, '"1"')
    web.answers["/c?page=2"] = conditional(TURTLE, '"2"')
    before = list(source.collect([f"{web.url}/c?page=1"]))
    known = {document.url: Known(document.validators, document.digest) for document in before}
    web.answers["/c?page=2"] = conditional(NTRIPLES, '"3"')
    after = list(replace(source, known=known).collect([f"{web.url}/c?page=1"]))
    assert [document.unchanged for document in after] == [True, False]
    assert after[0] == replace(before[0], unchanged=True)
    assert after[1].path.read_bytes() == NTRIPLES
    assert len(web.asked) == 4


def test_nothing_is_asked_conditionally_that_the_archive_no_longer_has(source: DcatSource, web: Web) -> None:
    web.answers["/"] = conditional(TURTLE, '"1"')
    known = {f"{web.url}/": Known(Validators('"1"'), "0" * 64)}
    assert not one(replace(source, known=known), f"{web.url}/").unchanged


def test_an_answer_of_not_modified_to_no_question_is_told(source: DcatSource, web: Web) -> None:
    web.answers["/"] = raw(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert "not conditional" in refused(source, f"{web.url}/")


def test_several_locations_are_one_state_in_order(source: DcatSource, web: Web, tmp_path: Path) -> None:
    (tmp_path / "c.ttl").write_bytes(TURTLE)
    web.answers["/c.nt"] = body(NTRIPLES, "application/n-triples")
    found = [document.format for document in source.collect([f"{web.url}/c.nt", str(tmp_path / "c.ttl")])]
    assert found == ["ntriples", "turtle"]


FIXTURES = SHARED / "catalogues" / "udata" / "harvest-dcat"


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared catalogues are not here")
def test_the_pages_of_a_real_harvester_are_followed_to_all_datasets(source: DcatSource, web: Web) -> None:
    for number in (1, 2):
        content = (FIXTURES / f"paged-collection-{number}.jsonld").read_bytes()
        content = content.replace(b"http://data.test.org", web.url.encode())
        web.answers[f"/catalog.jsonld?page={number}"] = body(content, "application/ld+json")
    documents = list(source.collect([f"{web.url}/catalog.jsonld?page=1"]))
    found = {
        quad.subject
        for document in documents
        for quad in parse(path=document.path, format=RdfFormat.JSON_LD)
        if quad.predicate == RDF.type and quad.object == DCAT.Dataset
    }
    assert (len(documents), len(found)) == (2, 4)


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared catalogues are not here")
def test_a_folder_of_real_catalogues_is_collected(source: DcatSource) -> None:
    formats = {Path(document.location).name: document.format for document in source.collect([str(FIXTURES.parent)])}
    assert formats["flat.jsonld"] == "jsonld"
    assert formats["udata.xml"] == formats["geonetwork.xml"] == "rdfxml"
    assert formats["evian.json"] == "jsonld"
    assert "fixtures-data.gouv.fr.json" not in formats
