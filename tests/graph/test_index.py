import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from graph import index
from graph.errors import StoreError
from graph.index import Document, Hits, IndexWriter, Searcher, Sort, clone, document
from vocabularies.namespaces import AUTHORITY, DCAT, DCATAP, DCT, FOAF, HVD, HVD_REGULATION, XSD

BASE = "https://data.example.org/"
ENVIRONMENT = AUTHORITY["data-theme/ENVI"].value
TRANSPORT = AUTHORITY["data-theme/TRAN"].value

RECORDS = f"""
@prefix dcat: <{DCAT.prefix}> . @prefix dct: <{DCT.prefix}> . @prefix foaf: <{FOAF.prefix}> .
@prefix dcatap: <{DCATAP.prefix}> . @prefix xsd: <{XSD.prefix}> . @base <{BASE}> .
<air> a dcat:Dataset ; dct:title "Qualité de l'air"@fr, "Luftqualität"@de, "Air quality"@en ;
    dct:description "Mesures des stations"@fr ; dcat:keyword "pollution"@fr ; dct:identifier "AQ-2024" ;
    dct:publisher <agency> ; dcat:theme <{ENVIRONMENT}> ; dct:modified "2024-05-01"^^xsd:date ;
    dcatap:applicableLegislation <{HVD_REGULATION.value}> ; dcat:distribution <air/csv> .
<air/csv> dct:format <csv> ; dct:title "A file about nothing" ; dct:publisher <other> .
<bus> a dcat:Dataset ; dct:title "Arrêts de bus"@fr, "Busarrêten"@lb ; dct:description "L'air du temps"@fr ;
    dct:publisher <transport> ; dcat:theme <{TRANSPORT}>, <{ENVIRONMENT}> ;
    dct:issued "2024-06-01T10:00:00Z"^^xsd:dateTime .
<trees> a dcat:Dataset ; dct:title "Buildings and trees" ; dct:publisher <agency> ; dct:modified "2023"^^xsd:gYear .
<agency> a foaf:Agent ; foaf:name "Agence de l'air"@fr .
"""
KINDS = {"air": "datasets", "bus": "datasets", "trees": "datasets", "agency": "organisations"}


def lines(triples: list[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def documents() -> list[Document]:
    triples = [quad.triple for quad in parse(RECORDS.encode(), RdfFormat.TURTLE)]
    found = []
    for name, kind in KINDS.items():
        own = [triple for triple in triples if str(triple).startswith((f"<{BASE}{name}>", f"<{BASE}{name}/"))]
        found.append(document(BASE + name, kind, lines(own)))
    return found


def written(path: Path, entries: list[Document]) -> Searcher:
    writer = IndexWriter(path)
    for entry in entries:
        writer.put(entry)
    writer.commit()
    return Searcher(path)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return written(tmp_path_factory.mktemp("generation") / "search", documents())


def names(hits: Hits) -> list[str]:
    return [hit.iri.removeprefix(BASE) for hit in hits.hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("qualité", {"air"}),
        ("QUALITE", {"air"}),
        ("quality", {"air"}),
        ("Luftqualität", {"air"}),
        ("luftqualitat", {"air"}),
        ("mesure station", {"air"}),
        ("pollutions", {"air"}),
        ("aq-2024", {"air"}),
        ("busarreten", {"bus"}),
        ("Busarrêt", {"bus"}),
        ("building", {"trees"}),
        ("tree", {"trees"}),
        ("l'air", {"air", "bus", "agency"}),
        ("air quality", {"air"}),
        ("the quality of air", {"air"}),
        ("a file about nothing", {"air"}),  # its distribution
        ("xyzzy", set()),
    ],
)
def test_words_are_found_in_any_language_and_form(searcher: Searcher, text: str, expected: set[str]) -> None:
    assert set(names(searcher.search(text))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("qualité", ("air", "fr")),
        ("quality of air", ("air", "en")),
        ("Luftqualität", ("air", "de")),
        ("busarreten", ("bus", "xx")),
        ("pollution quality", ("air", "en")),  # a word in each: the title counts more
    ],
)
def test_a_match_tells_in_which_language_it_is_best(searcher: Searcher, text: str, expected: tuple[str, str]) -> None:
    (match,) = searcher.matches(text, limit=10)
    assert (match.iri.removeprefix(BASE), match.language) == expected
    assert match.kind == "datasets"
    assert match.score > 0


def test_matches_come_best_first_of_one_kind_or_language_as_many_as_wanted(searcher: Searcher) -> None:
    found = searcher.matches("air", limit=10)
    assert {match.iri.removeprefix(BASE) for match in found} == {"air", "bus", "agency"}
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
    assert searcher.matches("air", limit=2) == found[:2]
    assert [match.kind for match in searcher.matches("air", kind="organisations", limit=10)] == ["organisations"]
    assert [match.iri for match in searcher.matches("air", language="en", limit=10)] == [BASE + "air"]
    assert searcher.matches("xyzzy", limit=10) == []


def test_a_word_in_the_title_counts_more_than_in_the_description(searcher: Searcher) -> None:
    assert names(searcher.search("air", kind="datasets")) == ["air", "bus"]


def test_a_stop_word_alone_is_searched_for(searcher: Searcher) -> None:
    assert names(searcher.search("and")) == ["trees"]


def test_without_words_all_come_newest_first(searcher: Searcher) -> None:
    hits = searcher.search(kind="datasets")
    assert names(hits) == ["bus", "air", "trees"]
    assert {hit.kind for hit in hits.hits} == {"datasets"}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", ["bus", "trees", "air"]),
        ("en", ["air", "bus", "trees"]),
        ("de", ["bus", "trees", "air"]),
        ("lb", ["bus", "trees", "air"]),
        ("xx", ["air", "bus", "trees"]),
    ],
)
def test_titles_sort_as_the_reader_sees_them(searcher: Searcher, language: str, expected: list[str]) -> None:
    assert names(searcher.search(kind="datasets", sort="title", language=language)) == expected


def test_filters_hold_together_and_their_values_are_alternatives(searcher: Searcher) -> None:
    assert set(names(searcher.search(filters={"theme": [ENVIRONMENT]}))) == {"air", "bus"}
    assert set(names(searcher.search(filters={"theme": [ENVIRONMENT, TRANSPORT]}))) == {"air", "bus"}
    both = {"theme": [ENVIRONMENT], "publisher": [BASE + "agency"]}
    assert names(searcher.search(filters=both)) == ["air"]
    assert names(searcher.search("bus", filters=both)) == []
    assert names(searcher.search(filters={"hvd": ["true"]})) == ["air"]
    assert names(searcher.search(filters={"theme": []})) == []


def test_a_dataset_has_the_formats_of_its_distributions_but_not_their_publishers(searcher: Searcher) -> None:
    assert names(searcher.search(filters={"format": [BASE + "csv"]})) == ["air"]
    assert names(searcher.search(filters={"publisher": [BASE + "other"]})) == []


def test_an_unknown_filter_or_facet_is_refused(searcher: Searcher) -> None:
    with pytest.raises(ValueError, match="no facet 'colour'"):
        searcher.search(filters={"colour": ["red"]})
    with pytest.raises(ValueError, match="no facet 'iri'"):
        searcher.search(facets=["iri"])


def test_what_datasets_need_and_nobody_states_is_told() -> None:
    found = {one.iri.removeprefix(BASE): one for one in documents()}
    said = {name: {value for facet, value in one.facets if facet == "missing"} for name, one in found.items()}
    needed = {DCT.license, DCAT.contactPoint, DCT.accrualPeriodicity}
    assert said["air"] == {one.value for one in needed}  # its distribution has a format, its identifier is no keyword
    without = {DCAT.keyword, DCAT.distribution}  # of what has no files no format is wanted
    assert said["bus"] == {one.value for one in needed | without}
    assert said["trees"] == {one.value for one in needed | without | {DCT.description, DCAT.theme}}
    assert said["agency"] == set()


def test_what_is_stated_without_a_name_is_stated() -> None:
    record, file, other = NamedNode(BASE + "any"), NamedNode(BASE + "file"), BlankNode()
    said = [
        *(Triple(record, term, other) for term in (DCT.publisher, DCAT.contactPoint)),
        Triple(record, DCAT.distribution, file),
        Triple(file, DCT.license, other),
    ]
    facets = document(record.value, "datasets", lines(said)).facets
    stated = {DCT.publisher.value, DCAT.contactPoint.value, DCAT.distribution.value, DCT.license.value}
    assert not stated & {value for _, value in facets}
    assert ("missing", DCT["format"].value) in facets
    assert "" not in {value for _, value in facets}


def test_facets_count_what_was_found(searcher: Searcher) -> None:
    hits = searcher.search(kind="datasets", facets=["theme", "publisher", "kind", "series"], limit=0)
    assert hits.total == 3
    assert hits.hits == ()
    assert hits.facets["theme"] == ((ENVIRONMENT, 2), (TRANSPORT, 1))
    assert dict(hits.facets["publisher"]) == {BASE + "agency": 2, BASE + "transport": 1}
    assert hits.facets["kind"] == (("datasets", 3),)
    assert hits.facets["series"] == ()
    assert len(searcher.search(facets=["publisher"], most_values=1).facets["publisher"]) == 1


def test_pages_follow_one_another(searcher: Searcher) -> None:
    pages = [names(searcher.search(offset=offset, limit=1)) for offset in range(5)]
    assert [name for page in pages for name in page] == names(searcher.search())
    assert pages[4] == []
    assert searcher.search(offset=2, limit=1).total == 4


@pytest.mark.parametrize(("offset", "limit"), [(-5, 1), (0, -1), (10**12, 10), (0, 10**12), (index.DEEPEST, 1)])
def test_a_page_out_of_reach_is_empty_or_cut(searcher: Searcher, offset: int, limit: int) -> None:
    hits = searcher.search(offset=offset, limit=limit)
    assert hits.total == 4
    assert len(hits.hits) <= 4


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(), sort=st.sampled_from(["relevance", "modified", "title"]), values=st.lists(st.text()))
def test_whatever_is_typed_there_is_an_answer(searcher: Searcher, text: str, sort: Sort, values: list[str]) -> None:
    hits = searcher.search(text, sort=sort, filters={"theme": values} if values else {}, facets=["kind"])
    assert len(hits.hits) <= hits.total


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "(((((",
        "title_fr:x",
        "* OR *",
        "a AND",
        "[* TO *]",
        "/.*/",
        "\\",
        "\ud800 air",
        "\0",
        "x" * 10**6,
        "a " * 10**5,
    ],
)  # fmt: skip
def test_what_looks_like_a_query_language_is_words(searcher: Searcher, text: str) -> None:
    assert searcher.search(text).total <= 4


_DATES = st.one_of(st.text(max_size=20), st.datetimes().map(str), st.dates().map(str), st.just("9999-99-99T99:99:99"))


@given(
    title=st.text(st.characters(exclude_categories=["Cs"])),
    tag=st.sampled_from(["", "fr", "de-at", "lb", "x-a"]),
    date=_DATES.filter(lambda text: text.isprintable()),
)
def test_any_record_makes_a_document_that_fits(title: str, tag: str, date: str) -> None:
    record = NamedNode(BASE + "any")
    text = Literal(title, language=tag) if tag else Literal(title)
    triples = [Triple(record, DCT.title, text), Triple(record, DCT.modified, Literal(date))]
    found = document(record.value, "datasets", lines(triples))
    assert {field for field, _ in found.texts} <= {"title_fr", "title_de", "title_en", "title_xx", "text_xx", "words"}
    assert 0 <= found.modified < 2**63
    assert len(found.orders) == 3


def test_what_is_of_the_wrong_kind_is_passed_over() -> None:
    record, other = NamedNode(BASE + "any"), BlankNode()
    wrong = [
        Triple(record, DCT.title, other),
        Triple(record, DCT.modified, record),
        Triple(record, DCT.publisher, other),
        Triple(record, DCATAP.applicableLegislation, record),
    ]
    found = document(record.value, "datasets", lines(wrong))
    told = {facet for facet, _ in found.facets}
    assert (found.texts, told, found.orders) == ((), {"missing"}, ())


def test_a_category_makes_a_high_value_dataset() -> None:
    record = NamedNode(BASE + "any")
    category = Triple(record, DCATAP.hvdCategory, HVD["c_ac64a52d"])
    assert ("hvd", "true") in document(record.value, "datasets", lines([category])).facets


def test_later_moments_are_greater() -> None:
    record = NamedNode(BASE + "any")
    moments = ["", "1066", "2023", "2023-11", "2023-11-30", "2023-11-30T23:59:59", "2023-12-01", "2099-12-31T23:59:59Z"]
    made = [document(record.value, "datasets", lines([Triple(record, DCT.issued, Literal(text))])) for text in moments]
    assert [entry.modified for entry in made] == sorted({entry.modified for entry in made})


@pytest.mark.parametrize("never", ["99999-01-01", "9999-12-31T23:59:59Z", "unknown", "x" * 5000])
def test_a_date_that_stands_for_none_makes_nothing_the_newest_and_hides_no_other(never: str) -> None:
    record = NamedNode(BASE + "any")

    def modified(*texts: str) -> int:
        return document(
            record.value, "datasets", lines([Triple(record, DCT.modified, Literal(text)) for text in texts])
        ).modified

    assert modified(never) == modified()
    assert modified(never, "2023-11-30") == modified("2023-11-30")


def test_a_second_put_takes_the_place_of_the_first(tmp_path: Path) -> None:
    air, bus, *_ = documents()
    writer = IndexWriter(tmp_path / "search")
    writer.put(air)
    writer.put(bus)
    writer.commit()
    writer.put(air)
    writer.delete(bus.iri)
    writer.commit()
    assert names(Searcher(tmp_path / "search").search()) == ["air"]


def test_nothing_counts_before_a_commit(tmp_path: Path) -> None:
    writer = IndexWriter(tmp_path / "search")
    writer.put(documents()[0])
    assert Searcher(tmp_path / "search").search().total == 0


def test_an_index_without_documents_can_be_searched(tmp_path: Path) -> None:
    IndexWriter(tmp_path / "search").commit()
    hits = Searcher(tmp_path / "search").search("air", facets=["theme"], sort="title")
    assert hits == Hits(0, (), {"theme": ()})


def snapshot(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file's digest and time of change."""
    return {
        file.name: (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns) for file in folder.iterdir()
    }


def test_a_commit_into_a_clone_leaves_the_original_as_it_was(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    before_searching = written(original, documents()[:3])
    before = snapshot(original)
    clone(original, copy)
    for turn in range(12):
        writer = IndexWriter(copy)
        writer.put(documents()[turn % 4])
        writer.delete(BASE + "trees")
        writer.commit()
    assert set(names(Searcher(copy).search())) == {"air", "bus", "agency"}
    assert set(names(Searcher(original).search())) == {"air", "bus", "trees"}
    assert set(names(before_searching.search())) == {"air", "bus", "trees"}
    assert snapshot(original) == before


def test_a_clone_shares_the_segments_and_nothing_that_changes(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    written(original, documents())
    clone(original, copy)
    shared = {file.name for file in copy.iterdir() if file.stat().st_nlink > 1}
    assert {Path(name).suffix for name in shared} >= {".idx", ".term", ".store", ".fast"}
    assert not {name for name in shared if name.endswith((".json", ".lock"))}


def test_reading_a_sealed_index_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "search"
    written(folder, documents())
    before = snapshot(folder)
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    try:
        assert Searcher(folder).search("air").total == 3
        assert snapshot(folder) == before
    finally:
        folder.chmod(0o755)


def test_an_unchanged_index_is_not_written_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "search"
    written(folder, documents())
    before = snapshot(folder)
    IndexWriter(folder).commit()
    assert snapshot(folder) == before


def test_a_folder_without_an_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="rebuild"):
        Searcher(tmp_path)


def test_a_damaged_index_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "search"
    written(folder, documents())
    (folder / "meta.json").write_text("{")
    with pytest.raises(StoreError, match="rebuild"):
        Searcher(folder)
    with pytest.raises(StoreError, match="rebuild"):
        IndexWriter(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "search"
    written(folder, documents())
    folder.chmod(0o555)
    writer = IndexWriter(folder)
    with pytest.raises(StoreError):
        writer.put(documents()[0])
    folder.chmod(0o755)


@pytest.mark.parametrize("sort", ["relevance", "modified", "title"])
def test_a_deep_page_goes_on_where_the_page_before_it_ended(tmp_path: Path, sort: Sort) -> None:
    said = (f'<{BASE}{n}> <{DCT.title.value}> "Map {n % 7}"@en .\n'.encode() for n in range(450))
    searcher = written(tmp_path / "search", [document(f"{BASE}{n}", "datasets", told) for n, told in enumerate(said)])
    for text in ("", "map"):
        found = [searcher.search(text, kind="datasets", sort=sort, offset=n, limit=20) for n in range(0, 460, 20)]
        whole = searcher.search(text, kind="datasets", sort=sort, limit=1_000)
        assert {one.total for one in found} == {whole.total} == {450}
        listed = [hit.iri for one in found for hit in one.hits]
        assert len(set(listed)) == 450
        if sort != "relevance" or not text:
            assert listed == [hit.iri for hit in whole.hits]
