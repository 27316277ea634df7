"""What stands in a dump for resources that are named in it and not described."""

from collections.abc import Iterable, Iterator

from pyoxigraph import RdfFormat, Store, parse

from graph.serialisation.properties import Row
from graph.serialisation.statements import DEFAULT, Document, arrange, rows
from loaders.dumps.references import References

PREFIXES = """
@prefix : <http://a.example/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
"""


def told(turtle: str) -> list[Row]:
    return rows(parse(PREFIXES + turtle, RdfFormat.TURTLE))


def document(turtle: str) -> Document:
    return arrange(((DEFAULT, row) for row in told(turtle)), scoped=True)


def store(turtle: str) -> Store:
    found = Store()
    found.extend(parse(PREFIXES + turtle, RdfFormat.TURTLE))
    return found


def said(documents: Iterable[Document]) -> set[Row]:
    return {row for document in documents for row in document.graphs[DEFAULT]}


def dumped(known: str, *things: str) -> tuple[list[set[Row]], set[Row]]:
    """What is added to each thing, and what comes at the end."""
    references = References(store(known))
    added = []
    for thing in things:
        plain = document(thing)
        added.append(said([references.completed(plain)]) - said([plain]))
    return added, said(references.rest())


def test_what_nothing_describes_has_the_class_that_its_property_wants_once() -> None:
    page = ":{} a dcat:Dataset ; dcat:landingPage <http://a.example/page> ."
    added, rest = dumped("", page.format("one"), page.format("two"))
    assert added == [set(), set()]
    assert rest == set(told(":page a foaf:Document ."))


def test_a_code_has_its_label_and_table_and_the_table_its_title() -> None:
    known = """:daily a skos:Concept ; skos:inScheme :often ; skos:prefLabel "daily"@en ; skos:notation "D" .
        :often a skos:ConceptScheme ; dct:title "How often"@en ; skos:hasTopConcept :daily ."""
    _, rest = dumped(known, ":set dct:accrualPeriodicity :daily .")
    assert rest == set(
        told(""":daily a skos:Concept, dct:Frequency ; skos:inScheme :often ; skos:prefLabel "daily"@en .
            :often a skos:ConceptScheme ; dct:title "How often"@en .""")
    )


def test_what_is_described_and_lacks_only_the_class_gets_it_whichever_comes_first() -> None:
    agent, dataset = ':agent foaf:name "Agent" .', ":set dct:publisher :agent ."
    missing = set(told(":agent a foaf:Agent ."))
    assert dumped("", dataset, agent) == ([set(), missing], set())
    assert dumped("", agent, dataset) == ([set(), set()], missing)


def test_what_has_the_class_or_is_something_else_or_would_be_a_faulty_one_is_left_alone() -> None:
    things = (
        ':agent a foaf:Agent ; foaf:name "Agent" .',
        ":other a dcat:Dataset .",
        ":nameless foaf:mbox <mailto:a@a.example> .",
        ":set dct:publisher :agent, :other, :nameless .",
    )
    for order in (things, things[::-1]):
        added, rest = dumped("", *order)
        assert (set().union(*added), rest) == (set(), set())


def test_parts_without_a_name_get_their_class_in_the_same_description() -> None:
    added, rest = dumped("", ':set dcat:contactPoint [ vcard:fn "Desk" ] ; dct:publisher "text", <<( :a :b :c )>> .')
    assert {row[1:] for row in added[0]} == {row[1:] for row in told("[] a vcard:Kind .")}
    assert rest == set()


def test_what_a_stand_in_names_has_something_in_its_place_too() -> None:
    stands_in = """:other a dcat:Catalog ; dct:title "T" ; dct:description "D" ; dct:publisher :agent .
        :agent a foaf:Agent ; foaf:name "Agent" ."""
    _, rest = dumped(
        f"{stands_in} :other dcat:dataset :far . :agent foaf:mbox <mailto:a@a.example> .", ":set dcat:catalog :other ."
    )
    assert rest == set(told(stands_in))


def test_a_whole_catalogue_is_noted_in_little_memory() -> None:
    references = References(Store())

    def things() -> Iterator[Document]:
        for number in range(2000):
            yield document(f':d{number} a dcat:Dataset ; dcat:distribution :f{number} ; dct:title "x" .')
            yield document(f":f{number} a dcat:Distribution ; dcat:accessURL :u{number} .")

    for thing in things():
        assert references.completed(thing) is thing
    assert list(references.rest()) == []
    assert len(references._kinds) == 2


def test_the_order_is_that_of_the_names_in_the_dump() -> None:
    references = References(Store())
    references.completed(document(":set dcat:landingPage :z ; foaf:page :a ."))
    subjects = [document.graphs[DEFAULT][0][0] for document in references.rest()]
    assert subjects == ["<http://a.example/z>", "<http://a.example/a>"]
