import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.iris import Iris, key, key_of_slug, slug
from graph.record import PAGED


def test_a_slug_is_words_of_the_title_and_the_key() -> None:
    assert slug("https://example.org/d/1", "Qualité de l'air à Esch-sur-Alzette") == (
        f"qualite-de-l-air-a-esch-sur-alzette-{key('https://example.org/d/1')}"
    )


def test_a_slug_has_at_most_eight_words_of_the_title() -> None:
    assert slug("https://example.org/d/1", "one two three four five six seven eight nine").count("-") == 8


def test_a_word_without_end_makes_no_address_without_end() -> None:
    one, many = slug("https://example.org/d/1", "word" * 1_000), slug("https://example.org/d/1", "word" * 25 + " tail")
    assert one == f"{'word' * 25}-{key('https://example.org/d/1')}"
    assert many == one
    assert len(slug("https://example.org/d/1", f"{'long' * 15} " * 8)) <= 109


@given(st.text(), st.text(max_size=300))
def test_the_key_is_found_in_every_slug(iri: str, title: str) -> None:
    try:
        iri.encode()
    except UnicodeEncodeError:
        return
    assert key_of_slug(slug(iri, title)) == key(iri)


def test_longer_keys_are_found_too() -> None:
    keys = [key("https://example.org/d/1", length) for length in (8, 16, 32)]
    assert [key_of_slug(f"some-words-{one}") for one in keys] == keys
    assert [len(one) for one in keys] == [8, 16, 32]


@pytest.mark.parametrize("text", ["", "short", "no-key-here-ABCDEFGH", "abcdefgh1", "x\nabcdefg0"])
def test_what_ends_in_no_key_has_none(text: str) -> None:
    assert key_of_slug(text) is None


def test_a_minted_iri_is_its_own_key(iris: Iris) -> None:
    minted = iris.minted("source", "datasets", "identifier 1")
    assert iris.slug(minted, "Some title") == f"some-title-{minted.rpartition('/')[2]}"
    assert key_of_slug(iris.slug(minted, "Some title")) == iris.page_key(minted)


def test_minted_iris_differ_by_source_collection_and_identity(iris: Iris) -> None:
    assert len({iris.minted(s, c, i) for s in "ab" for c in ("datasets", "services") for i in "12"}) == 8


@pytest.mark.parametrize("base", ["https://data.example.org/", "https://data.example.org/#x", "no iri"])
def test_a_base_that_would_make_odd_iris_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match=r"base|IRI"):
        Iris(base)


def test_claims_and_quality_are_outside_the_default_graph(iris: Iris) -> None:
    inside = [iris.source("a"), iris.vocabulary("frequency"), iris.records, iris.links]
    assert all(map(iris.in_default_graph, inside))
    assert not any(
        map(
            iris.in_default_graph, [iris.claims("a"), iris.quality, iris.queries, Iris("https://other.example").records]
        )
    )


@pytest.mark.parametrize(
    "own",
    [
        "", "/", "/#x", "/catalogue", "/catalogue#publisher", "/catalogue/hvd", "/catalog.rdf", "/sources/a", "/hvd",
        "/feed/1/1#x", "/graph/source/a", "/datasets", "/datasets/abcdefgh#record", "/dumps/4", "/queries#limit",
        "/organisations/x-abcdefgh/catalogue", "/datasets/x-abcdefgh/report.ttl", "/.well-known/void",
    ],
)  # fmt: skip
def test_of_its_own_catalogues_records_and_sources_only_the_portal_speaks(iris: Iris, own: str) -> None:
    assert iris.is_own_word(iris.base + own)
    assert not iris.is_own_word("https://other.example" + own)


@pytest.mark.parametrize(
    "listed",
    ["/datasets/abcdefgh", "/datasets/abcdefgh#csv", "/id/contacts/a", "/catalogues/x", "/organization/x", ".lu/dumps"],
)
def test_what_the_portal_lists_may_have_an_iri_under_its_base(iris: Iris, listed: str) -> None:
    assert not iris.is_own_word(iris.base + listed)


def test_of_what_it_mints_itself_sources_may_speak(iris: Iris) -> None:
    assert not any(iris.is_own_word(iris.minted("a", kind, "1")) for kind in (*PAGED, "id/contacts", "id/records"))
