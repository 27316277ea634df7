from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from graph.cage import Limits
from graph.errors import FormatError, SourceError
from loaders.paging import CrawlLimits, Page, crawl, is_paging, next_by_content, next_by_link, next_page
from tests.support.shared import SHARED
from vocabularies.namespaces import DCAT, HYDRA, LDP, PREFIXES, RDF

PAGE = "https://example.org/catalog?page=1"
PREFIX = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("hydra", "ldp", "dcat", "rdf"))
LIMITS = Limits(cpu_seconds=20)


def quads(turtle: str, base: str = PAGE) -> list[Quad]:
    return list(parse(input=PREFIX + turtle, format=RdfFormat.TURTLE, base_iri=base))


@pytest.mark.parametrize(
    ("turtle", "following"),
    [
        ("<?page=1> a hydra:PagedCollection ; hydra:nextPage <?page=2> .", "?page=2"),
        ('<?page=1> a hydra:PagedCollection ; hydra:nextPage "https://example.org/catalog?page=2" .', "?page=2"),
        ('[] a hydra:PagedCollection ; hydra:nextPage " ?page=2 " ; hydra:lastPage "?page=9" .', "?page=2"),
        ("<> hydra:view <?page=1> . <?page=1> a hydra:PartialCollectionView ; hydra:next <?page=2> .", "?page=2"),
        ("<c> a hydra:Collection ; hydra:view [ hydra:next <?page=2> ; hydra:last <?page=9> ] .", "?page=2"),
        ("<?page=1> a ldp:Page ; ldp:nextPage <?page=2> .", "?page=2"),
        ("<?page=1#it> hydra:next <?page=2#it> .", "?page=2"),
        ("<elsewhere> hydra:next <?page=2> .", "?page=2"),
        ("<?page=1> a ldp:Page ; ldp:nextPage rdf:nil .", None),
        ('<?page=1> a hydra:PagedCollection ; hydra:nextPage "" .', None),
        ("<?page=1> a hydra:PagedCollection ; hydra:nextPage [] .", None),
        ("<> a hydra:Collection ; hydra:view <?page=1> . <?page=1> hydra:first <?page=1> ; hydra:last <> .", None),
        ("<d> a dcat:Dataset .", None),
        ("", None),
    ],
)
def test_the_next_page_is_found_in_every_generation_of_paging(turtle: str, following: str | None) -> None:
    expected = None if following is None else f"https://example.org/catalog{following}"
    assert next_page(quads(turtle), PAGE) == expected


def test_what_is_said_of_this_very_page_counts_most() -> None:
    others = "<?page=7> a hydra:PagedCollection ; hydra:nextPage <?page=8> . <items> hydra:next <items?2> ."
    assert next_page(quads(f"{others} <?page=1> hydra:next <?page=2> ."), PAGE) == "https://example.org/catalog?page=2"
    assert next_page(quads(f"{others} <?page=1> a hydra:PartialCollectionView ."), PAGE) is None
    assert next_page(quads(others), PAGE) == "https://example.org/catalog?page=8"
    assert next_page(quads(f"{others} <c> hydra:view <?page=7> ."), PAGE) == "https://example.org/catalog?page=8"


def test_two_next_pages_of_equal_weight_are_an_error_and_not_a_guess() -> None:
    with pytest.raises(FormatError, match="several next pages"):
        next_page(quads("<?page=1> hydra:next <?page=2>, <?page=3> ."), PAGE)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "javascript:alert(1)", "//[", "urn:x"])
def test_a_next_page_that_is_no_web_address_is_an_error(target: str) -> None:
    with pytest.raises(FormatError, match="as its next page"):
        next_page([Quad(BlankNode(), HYDRA.next, Literal(target))], PAGE)


@pytest.mark.parametrize(
    ("header", "following"),
    [
        ('<?page=2>; rel="next"', "?page=2"),
        ("<https://example.org/catalog?page=2>; rel=next", "?page=2"),
        ('<?page=1>; rel="first", <?page=2>; title="a, b; c"; REL="last NEXT"', "?page=2"),
        ('<?page=9>; rel="last", <http://www.w3.org/ns/ldp#Page>; rel="type"', None),
        ('<?page=2>; rel="nextish"', None),
        ('<?page=2>; title="rel=next"', None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_the_link_header_names_the_next_page(header: str | None, following: str | None) -> None:
    expected = None if following is None else f"https://example.org/catalog{following}"
    assert next_by_link(header, PAGE) == expected


@given(st.text(alphabet='<>;, ="relnxt?', max_size=200))
def test_no_link_header_breaks_us(header: str) -> None:
    assert next_by_link(header, PAGE) is None or header


def test_paging_is_told_from_data() -> None:
    plumbing = """<c> a hydra:Collection ; hydra:totalItems 3 ; hydra:member <d> ; hydra:search [ hydra:template "x" ] .
        <?page=1> a hydra:PartialCollectionView, ldp:Page ; hydra:next <?page=2> ; ldp:pageOf <c> .
        <l> a ldp:DirectContainer ; ldp:contains <d> ."""
    data = "<c> a dcat:Catalog ; dcat:dataset <d> . <d> dcat:landingPage <?page=2>, hydra:next ; ldp:inbox <i> ."
    assert all(is_paging(quad) for quad in quads(plumbing))
    assert not any(is_paging(quad) for quad in quads(data))
    assert is_paging(quads("<a> hydra:next <b> .")[0].triple)


NAMES = st.sampled_from([NamedNode(f"https://example.org/catalog?page={n}") for n in range(4)] + [BlankNode("b")])
STATEMENTS = st.builds(
    Quad,
    NAMES,
    st.sampled_from([HYDRA.next, HYDRA.nextPage, HYDRA.view, LDP.nextPage, DCAT.dataset, RDF.type]),
    NAMES | st.sampled_from([HYDRA.PagedCollection, HYDRA.PartialCollectionView, RDF.nil, Literal("?page=2")]),
)


@given(st.lists(STATEMENTS, max_size=8))
def test_the_answer_does_not_depend_on_the_order_of_statements(given_quads: list[Quad]) -> None:
    def outcome(statements: list[Quad]) -> str | None:
        try:
            return next_page(statements, PAGE)
        except FormatError as error:
            return error.reason

    assert outcome(given_quads) == outcome(given_quads[::-1])


@pytest.fixture
def page_file(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "page"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


HYDRA_XML = f"""<rdf:RDF xmlns:rdf="{RDF.prefix}" xmlns:hydra="{HYDRA.prefix}" xmlns:dcat="{DCAT.prefix}">
  %s
  <hydra:PagedCollection rdf:about="{PAGE}"><hydra:nextPage>?page=2</hydra:nextPage></hydra:PagedCollection>
  <hydra:PartialCollectionView rdf:about="{PAGE}"><hydra:next rdf:resource="?page=2"/></hydra:PartialCollectionView>
</rdf:RDF>"""
HYDRA_JSON = (
    '{"@context": %s, "@graph": [{"@id": "?page=1", "hydra:nextPage": "?page=2", "hydra:next": {"@id": "?page=2"}}]}'
)
NT = f'<{PAGE}> <{HYDRA.nextPage.value}> "?page=2" .\n'


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("turtle", PREFIX + "<> hydra:next <?page=2> ."),
        ("turtle", b"\xef\xbb\xbf" + PREFIX.encode() + b"<> hydra:next <?page=2> ."),
        ("turtle", (PREFIX + "<> hydra:next <?page=2> .").encode("utf-16")),
        ("turtle", PREFIX + "<a> dcat:dataset <b c> .\n<> hydra:next <?page=2> ."),
        ("trig", PREFIX + "<g> { <> hydra:next <?page=2> }"),
        ("ntriples", "<a> <b c> <d> .\n" + NT),
        ("nquads", "nonsense\n" + NT),
        ("rdfxml", HYDRA_XML % ""),
        ("rdfxml", HYDRA_XML % '<dcat:Dataset rdf:about="two words"/>'),
        ("rdfxml", HYDRA_XML % "<dcat:Dataset rdf:wrong='' rdf:about='&undefined;'/>"),
        ("jsonld", HYDRA_JSON % f'{{"hydra": "{HYDRA.prefix}"}}'),
    ],
    ids=range(11),
)
def test_the_link_is_read_in_the_cage_even_where_the_page_is_broken(
    form: str, content: str | bytes, page_file: Callable[[str | bytes], Path]
) -> None:
    assert next_by_content(page_file(content), form, PAGE, LIMITS) == "https://example.org/catalog?page=2"


def test_a_page_without_a_paging_term_is_not_parsed_for_one(page_file: Callable[[str | bytes], Path]) -> None:
    hostile = "[" * 100_000
    assert next_by_content(page_file(hostile), "jsonld", PAGE, LIMITS) is None
    assert next_by_content(page_file(b""), "turtle", PAGE, LIMITS) is None


def test_a_page_that_mentions_paging_but_has_no_next_one_is_the_last(page_file: Callable[[str | bytes], Path]) -> None:
    assert next_by_content(page_file(PREFIX + "<a> a <b> ."), "turtle", PAGE, LIMITS) is None


@pytest.mark.parametrize(("form", "content"), [("jsonld", '{"hydra": ' * 300_000), ("rdfxml", "<hydra>" * 300_000)])
def test_a_page_that_cannot_be_read_is_no_last_page(
    form: str, content: str, page_file: Callable[[str | bytes], Path]
) -> None:
    with pytest.raises(SourceError) as caught:
        next_by_content(page_file(content), form, PAGE, Limits(cpu_seconds=3, memory=500 << 20))
    assert caught.value.location == PAGE


def test_two_next_pages_are_the_sources_fault(page_file: Callable[[str | bytes], Path]) -> None:
    with pytest.raises(SourceError, match="several next pages"):
        next_by_content(page_file(PREFIX + "<> hydra:next <?page=2>, <?page=3> ."), "turtle", PAGE, LIMITS)


@pytest.mark.skipif(not (SHARED / "catalogues" / "udata").is_dir(), reason="the shared catalogues are not here")
def test_real_pages_of_real_portals() -> None:
    folder = SHARED / "catalogues" / "udata" / "harvest-dcat"
    first, second = "http://data.test.org/catalog.jsonld?page=1", "http://data.test.org/catalog.jsonld?page=2"
    assert next_by_content(folder / "paged-collection-1.jsonld", "jsonld", first, LIMITS) == second
    assert next_by_content(folder / "paged-collection-2.jsonld", "jsonld", second, LIMITS) is None
    assert next_by_content(folder / "udata.xml", "rdfxml", "https://www.data.gouv.fr/x", LIMITS) is None
    switzerland = SHARED / "catalogues" / "switzerland" / "catalog.xml"
    assert next_by_content(switzerland, "rdfxml", "https://example.org/", LIMITS) is None


def turning(pages: dict[str, str | None], asked: list[str] | None = None) -> Callable[[str], Page[str]]:
    def turn(url: str) -> Page[str]:
        if asked is not None:
            asked.append(url)
        return Page(url, url, f"digest of {url}", 10, pages[url])

    return turn


def test_all_pages_are_given_in_order() -> None:
    assert list(crawl("a", turning({"a": "b", "b": "c", "c": None}), CrawlLimits())) == ["a", "b", "c"]


@pytest.mark.parametrize("pages", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "b"}])
def test_pages_that_go_round_in_a_circle_are_an_error(pages: dict[str, str | None]) -> None:
    asked: list[str] = []
    with pytest.raises(SourceError, match=r"a: its pages go round in a circle"):
        list(crawl("a", turning(pages, asked), CrawlLimits()))
    assert sorted(asked) == sorted(pages)


def endless() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def test_pages_without_end_stop_at_the_limit() -> None:
    numbers = endless()

    def turn(url: str) -> Page[int]:
        number = next(numbers)
        return Page(number, url, str(number), 1000, f"page {number}")

    with pytest.raises(SourceError, match="more than the 50 pages"):
        list(crawl("a", turn, CrawlLimits(pages=50)))
    with pytest.raises(SourceError, match="more than the 5,500 bytes"):
        list(crawl("a", turn, CrawlLimits(raw_bytes=5500)))


def test_a_server_that_gives_one_page_under_many_names_is_an_error() -> None:
    numbers = endless()
    with pytest.raises(SourceError, match="its pages repeat"):
        list(crawl("a", lambda url: Page(url, url, "same", 10, f"page {next(numbers)}"), CrawlLimits()))


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_crawl_gives_every_page_or_an_error(length: int, limit: int) -> None:
    pages: dict[str, str | None] = {str(n): str(n + 1) for n in range(length)}
    pages[str(length - 1)] = None
    walk = crawl("0", turning(pages), CrawlLimits(pages=limit))
    if length <= limit:
        assert list(walk) == list(pages)
    else:
        with pytest.raises(SourceError):
            list(walk)
