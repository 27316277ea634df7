"""What a cell of a table says, and what no spreadsheet is to take for more than a text."""

import csv
import io

from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.iris import Iris
from graph.ledger import Entry
from loaders.dumps.contents import Described
from loaders.dumps.tables import Table, metadata
from vocabularies.namespaces import DCAT, DCT, FOAF, RDF

AIR, OFFICE = NamedNode("http://a.example/air"), NamedNode("http://a.example/office")


def row(title: str, *said: tuple[NamedNode, NamedNode | Literal]) -> dict[str, str]:
    store = Store()
    store.extend([Quad(OFFICE, RDF.type, FOAF.Agent), Quad(OFFICE, FOAF.name, Literal("@SUM(A1)", language="fr"))])
    entry = Entry(AIR.value, "source/a", 1, "datasets", "abcdefgh", title, b"", 1, 0, 0)
    out = io.BytesIO()
    table = Table("datasets", store, Iris("https://data.example.org"), out.write)
    table.add(Described(AIR.value, {"": [(str(AIR), str(predicate), str(value)) for predicate, value in said]}), entry)
    (found,) = csv.DictReader(io.StringIO(out.getvalue().decode(), newline=""))
    return found


def test_no_cell_is_a_formula() -> None:
    found = row(
        "=HYPERLINK(1)",
        (DCT.title, Literal("+1", language="fr")),
        (DCT.description, Literal("\t=1", language="fr")),
        (DCAT.keyword, Literal("-2", language="fr")),
        (DCAT.keyword, Literal("air", language="fr")),
        (DCT.publisher, OFFICE),
        (DCT.identifier, Literal("A=1")),
    )
    assert found["title"] == "'=HYPERLINK(1)"
    assert (found["title_fr"], found["description_fr"]) == ("'+1", "'\t=1")
    assert found["keywords_fr"] == "'-2|air"
    assert (found["publisher_name"], found["publisher"]) == ("'@SUM(A1)", OFFICE.value)
    assert found["identifier"] == "A=1"
    assert "apostrophe" in metadata()["dc:description"]


def test_a_text_with_the_separator_in_it_is_left_to_the_rdf_and_no_two_values() -> None:
    words = (DCAT.keyword, Literal("air|water", language="fr")), (DCAT.keyword, Literal("soil", language="fr"))
    found = row("Air | water", *words)
    assert (found["title"], found["keywords_fr"]) == ("Air | water", "soil")
