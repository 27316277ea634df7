"""What readers type and what they find: names, parts of words, mistyped words, synonyms; and what they are offered."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import StoreError
from graph.index import Hits, IndexWriter, Searcher, document, is_outdated
from graph.indexing.counts import prepared
from graph.indexing.names import Name
from graph.indexing.synonyms import Synonyms, Term, Unit
from tests.support.outdated import make_outdated
from vocabularies.namespaces import AUTHORITY, DCAT, DCT
from vocabularies.topics import topics

BASE = "https://data.example.org/"
TRANSPORT, ENVIRONMENT = (AUTHORITY[f"data-theme/{code}"].value for code in ("TRAN", "ENVI"))

RECORDS: Mapping[str, tuple[str, ...]] = {
    "stops": (
        f'{DCT.title} "Bushaltestellen"@de',
        f'{DCT.description} "Wo man einsteigt"@de',
        f"{DCAT.theme} <{TRANSPORT}>",
        f"{DCT.publisher} <{BASE}office>",
        f'{DCT.modified} "2024-01-01"',
    ),
    "air": (
        f'{DCT.title} "Luftqualität"@de',
        f'{DCAT.keyword} "Messung"@de',
        f"{DCAT.theme} <{ENVIRONMENT}>",
        f"{DCT.publisher} <{BASE}agency>",
        f'{DCT.modified} "2020-01-01"',
    ),
    "prices": (
        f'{DCT.title} "Consumer price index"@en',
        f'{DCT.title} "Indice des prix à la consommation"@fr',
        f"{DCT.publisher} <{BASE}agency>",
        f'{DCT.modified} "2023-01-01"',
    ),
    "weather": (f'{DCT.title} "Observations"@en', f'{DCT.description} "The weather at stations"@en'),
    "old": (f'{DCT.title} "Noise map"@en', f'{DCT.modified} "2001-01-01"'),
    "new": (f'{DCT.title} "Noise map"@en', f'{DCT.modified} "2024-01-01"'),
    "used": (f'{DCT.title} "Noise map"@en', f'{DCT.modified} "2001-01-01"'),
}
NAMES: Mapping[str, tuple[Name, ...]] = {
    TRANSPORT: (Name("Transport", "en", preferred=True), Name("Verkehr", "de", preferred=True)),
    ENVIRONMENT: (Name("Environment", "en", preferred=True), Name("Umwelt", "de", preferred=True)),
    f"{BASE}office": (Name("Mobility office", "en", preferred=True), Name("MO", "", preferred=False)),
    f"{BASE}agency": (Name("Statistics agency", "en", preferred=True),),
    f"{BASE}stops": (Name("Bushaltestellen", "de", preferred=True),),
}


class Known:
    """What the store would say."""

    def names(self, iri: str) -> Iterable[Name]:
        return NAMES.get(iri, ())

    def reuses(self) -> Mapping[str, int]:
        return {f"{BASE}used": 20}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("generation") / "search"
    writer = IndexWriter(path)
    for name, said in RECORDS.items():
        block = "".join(f"<{BASE}{name}> {each} .\n" for each in said)
        writer.add(document(BASE + name, "datasets", block.encode(), "portal"))
    writer.commit()
    return path


@pytest.fixture(scope="module")
def searcher(folder: Path) -> Searcher:
    return Searcher(folder, Known())


def names(hits: Hits) -> list[str]:
    return [hit.iri.removeprefix(BASE) for hit in hits.hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Verkehr", ["stops"]),  # its theme
        ("transport bushaltestelle", ["stops"]),
        ("mobility", ["stops"]),  # who publishes it
        ("mo", ["stops"]),  # by a short name
        ("umwelt qualität", ["air"]),
        ("Haltestelle", ["stops"]),  # a part of a compound
        ("Luftmessung", ["air"]),  # a compound of parts
        ("Bushaltestele", ["stops"]),  # mistyped
        ("Luftqualiteat", ["air"]),
        ("Verkher", ["stops"]),  # a name mistyped
        ("CPI", ["prices"]),  # initials, and a synonym
        ("Wetter", ["weather"]),  # a synonym in another language
        ("météo", ["weather"]),
        ("arrêt de bus", ["stops"]),  # a term of several words
        ("xyzzy", []),
    ],
)
def test_what_is_meant_is_found(searcher: Searcher, text: str, expected: list[str]) -> None:
    hits = searcher.search(text)
    assert (names(hits), hits.relaxed) == (expected, False)


def test_where_nothing_has_all_the_words_it_says_so_and_shows_what_has_some(searcher: Searcher) -> None:
    hits = searcher.search("consumer price of xyzzy")
    assert (names(hits)[:1], hits.relaxed) == (["prices"], True)
    hits = searcher.search("price of xyzzy and plugh in frobozz")
    assert (names(hits)[:1], hits.relaxed) == (["prices"], True)
    assert searcher.search("xyzzy plugh") == Hits(0, (), {})


def test_small_words_of_questions_ask_for_nothing(searcher: Searcher) -> None:
    hits = searcher.search("Wo finde ich die Luftqualität")
    assert (names(hits), hits.relaxed) == (["air"], False)
    assert names(searcher.search("where")) == []  # alone it is asked for


def test_among_equals_the_reused_and_the_recent_come_first(searcher: Searcher) -> None:
    assert names(searcher.search("noise map")) == ["used", "new", "old"]
    assert names(searcher.search("noise map", offset=1, limit=1)) == ["new"]


def test_a_facet_counts_what_another_of_its_values_would_bring(searcher: Searcher) -> None:
    filters = {"theme": [TRANSPORT]}
    hits = searcher.search(filters=filters, facets=["theme", "publisher"])
    assert names(hits) == ["stops"]
    assert dict(hits.facets["theme"]) == {TRANSPORT: 1, ENVIRONMENT: 1}
    assert dict(hits.facets["publisher"]) == {f"{BASE}office": 1}
    both = searcher.search(filters={**filters, "publisher": [f"{BASE}agency"]}, facets=["theme", "publisher"])
    assert names(both) == []
    assert dict(both.facets["theme"]) == {ENVIRONMENT: 1}
    assert dict(both.facets["publisher"]) == {f"{BASE}office": 1}
    many = [f"{BASE}{number}" for number in range(20)]
    assert searcher.search(filters={"publisher": [*many, f"{BASE}office"]}).total == 1


def test_what_is_in_all_is_counted_when_it_is_written(folder: Path, tmp_path: Path) -> None:
    counts = prepared(folder)
    assert (counts[""].total, counts["datasets"].total) == (7, 7)
    live = Searcher(folder)
    for kind in (None, "datasets", "reuses"):
        for facets in (["theme", "publisher", "kind", "series"], []):
            told = live.search(kind=kind, facets=facets, limit=0)
            assert told == Hits(told.total, (), live.search(kind=kind, facets=facets, limit=1).facets)
            assert told.total == live.search(kind=kind, limit=1).total
    known = counts[""]
    assert known.of(["theme"], 1) == {"theme": known.facets["theme"][:1]}
    assert known.of(["colour"], 1) is None
    assert prepared(tmp_path) == {}
    (tmp_path / "counts.json").write_text('{"": 1}')
    assert prepared(tmp_path) == {}


def test_more_values_than_were_counted_are_counted_when_they_are_asked_for(tmp_path: Path) -> None:
    writer = IndexWriter(tmp_path / "search")
    for number in range(60):
        block = f"<{BASE}{number}> {DCT.publisher} <{BASE}office/{number // 2 * 2}> .\n"
        writer.add(document(f"{BASE}{number}", "datasets", block.encode()))
    writer.commit()
    searcher = Searcher(tmp_path / "search")
    assert len(searcher.search(facets=["publisher"], limit=0, most_values=100).facets["publisher"]) == 30
    assert prepared(tmp_path / "search")[""].of(["publisher"], 100) is not None  # there are no more
    writer = IndexWriter(tmp_path / "search")
    for number in range(60, 200):
        block = f"<{BASE}{number}> {DCT.publisher} <{BASE}office/{number}> .\n"
        writer.put(document(f"{BASE}{number}", "datasets", block.encode()))
    writer.commit()
    assert prepared(tmp_path / "search")[""].of(["publisher"], 100) is None
    found = Searcher(tmp_path / "search").search(facets=["publisher"], limit=0, most_values=500)
    assert (found.total, len(found.facets["publisher"])) == (200, 170)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Luftqualiteat", "luftqualität"),
        ("consumer prise", "consumer price"),
        ("Consumer price", None),
        ("Wetter", None),  # what stands for it is there
        ("xyzzy", None),
        ("", None),
        ("noise Luftqualiteat", "noise luftqualität"),
    ],
)
def test_a_mistyped_word_is_answered_with_the_one_that_was_meant(
    searcher: Searcher, text: str, meant: str | None
) -> None:
    assert searcher.did_you_mean(text) == meant


def test_what_is_being_typed_is_completed_by_values_words_and_records(searcher: Searcher) -> None:
    told = searcher.suggest("bus")
    assert [(one.text, one.iri, one.kind) for one in told] == [
        ("bushaltestellen", "", ""),
        ("Bushaltestellen", f"{BASE}stops", "datasets"),
    ]
    (transport, *_) = searcher.suggest("Verk", language="de")
    assert (transport.text, transport.facet, transport.iri, transport.count) == ("Verkehr", "theme", TRANSPORT, 1)
    assert [one.text for one in searcher.suggest("consumer pri")][:1] == ["consumer price"]
    assert [one.text for one in searcher.suggest("statistics ag")] == ["Statistics agency"]
    assert searcher.suggest("bus", kind="reuses") == []
    assert searcher.suggest("") == searcher.suggest("?!") == searcher.suggest("bus", limit=0) == []
    assert [len(searcher.suggest("bus", limit=limit)) for limit in (1, 2, 3)] == [1, 2, 2]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=40))
def test_whatever_is_typed_something_sensible_is_offered(searcher: Searcher, text: str) -> None:
    assert len(searcher.suggest(text)) <= 9
    meant = searcher.did_you_mean(text)
    assert meant is None or searcher.search(meant).total


def test_an_index_of_an_older_program_is_read_and_refused_to_writers(tmp_path: Path) -> None:
    folder = tmp_path / "search"
    folder.mkdir()
    make_outdated(folder, BASE + "air", theme=TRANSPORT)
    searcher = Searcher(folder, Known())
    assert names(searcher.search("air")) == ["air"]
    assert searcher.search("are", filters={"source": ["a"]}, facets=["source", "theme"]) == Hits(
        0, (), {"source": (), "theme": ()}
    )
    assert [one.facet for one in searcher.suggest("Transp")][:1] == ["theme"]
    assert is_outdated(folder)
    with pytest.raises(StoreError, match="rebuild"):
        IndexWriter(folder)
    (folder / "meta.json").write_text("{}")
    with pytest.raises(StoreError, match="rebuild"):
        is_outdated(folder)


def test_words_of_a_term_go_together_the_longest_first() -> None:
    rows = [{"fr": ["code postal"], "de": ["Postleitzahl"], "en": ["postcode"], "lb": ["Postcode"]}]
    synonyms = Synonyms(rows, lambda text, _language: text.lower().split(), ("fr", "de", "en"), "xx")
    (code, other) = synonyms.units(["code", "postal", "esch"])
    assert code.words == ("code", "postal")
    assert {(term.language, term.stems) for term in code.synonyms} == {
        ("de", ("postleitzahl",)),
        ("en", ("postcode",)),
        ("xx", ("postcode",)),
    }
    assert other == Unit(("esch",))
    assert Term("fr", ("code", "postal")) in synonyms.units(["postcode"])[0].synonyms


def test_every_topic_has_terms_in_all_languages() -> None:
    for topic in topics():
        for language, terms in topic.items():
            assert all(term and term == term.strip() for term in terms), (language, topic)
