"""Pages in the profile of Luxembourg: what it wants otherwise, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from queries.luxembourg import adapted
from vocabularies.namespaces import ADMS, DCAT, DCT, FOAF, RDF, SKOS, XSD

DATASET, URN, PERIOD, AGENT = "<http://a.example/dataset>", "<urn:uuid:1>", "_:period", "<http://a.example/office>"
PAGE = "https://portal.example/datasets/1-abcdefgh"
CLASSES = [
    (DATASET, str(RDF.type), str(DCAT.Dataset)),
    (URN, str(RDF.type), str(DCAT.DatasetSeries)),
    (PERIOD, str(RDF.type), str(DCT.PeriodOfTime)),
    (AGENT, str(RDF.type), str(FOAF.Agent)),
]

Row = tuple[str, str, str]


def said(*rows: Row) -> set[Row]:
    return set(adapted([*CLASSES, *rows], {"urn:uuid:1": PAGE}.get)) - set(CLASSES)


def values(rows: set[Row], subject: str, predicate: object) -> set[str]:
    return {value for one, by, value in rows if (one, by) == (subject, str(predicate))}


def test_what_has_no_identifier_is_identified_by_itself_or_where_it_is_found_here() -> None:
    rows = said()
    assert values(rows, DATASET, DCT.identifier) == {'"http://a.example/dataset"'}
    assert values(rows, URN, DCT.identifier) == {f'"{PAGE}"'}
    assert values(rows, AGENT, DCT.identifier) == set()


def test_what_nobody_can_find_is_left_without() -> None:
    unknown = ("<urn:uuid:2>", str(RDF.type), str(DCAT.Dataset))
    assert values(said(unknown), "<urn:uuid:2>", DCT.identifier) == set()


@pytest.mark.parametrize("value", ['"https://a.example/1"', f'"http://a.example/x"^^{XSD.anyURI}'])
def test_an_address_stays_the_identifier(value: str) -> None:
    assert values(said((DATASET, str(DCT.identifier), value)), DATASET, DCT.identifier) == {value}


@given(st.text(max_size=20))
def test_any_other_identifier_becomes_one_of_the_other_kind(text: str) -> None:
    value = str(Literal(f"no {text}"))
    rows = said((DATASET, str(DCT.identifier), value))
    assert values(rows, DATASET, DCT.identifier) == {'"http://a.example/dataset"'}
    (node,) = values(rows, DATASET, ADMS.identifier)
    assert values(rows, node, RDF.type) == {str(ADMS.Identifier)}
    assert values(rows, node, SKOS.notation) == {value}


def test_identifiers_of_what_is_no_dataset_stay() -> None:
    row = (AGENT, str(DCT.identifier), '"12"')
    assert row in said(row)


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "told"),
    [
        (DATASET, DCT.issued, f'"2024-05-01"^^{XSD.date}', f'"2024-05-01T00:00:00"^^{XSD.dateTime}'),
        (DATASET, DCT.modified, f'"2024-05-01Z"^^{XSD.date}', f'"2024-05-01T00:00:00Z"^^{XSD.dateTime}'),
        (PERIOD, DCAT.startDate, f'"2024-05-01+02:00"^^{XSD.date}', f'"2024-05-01T00:00:00+02:00"^^{XSD.dateTime}'),
        (PERIOD, DCAT.endDate, f'"2024-05-01"^^{XSD.date}', f'"2024-05-01T23:59:59"^^{XSD.dateTime}'),
        (DATASET, DCT.issued, f'"2024"^^{XSD.gYear}', f'"2024"^^{XSD.gYear}'),
        (DATASET, DCT.issued, f'"soon"^^{XSD.date}', f'"soon"^^{XSD.date}'),
        (AGENT, DCT.issued, f'"2024-05-01"^^{XSD.date}', f'"2024-05-01"^^{XSD.date}'),
        (DATASET, DCT.title, f'"2024-05-01"^^{XSD.date}', f'"2024-05-01"^^{XSD.date}'),
    ],
)
def test_dates_have_times_where_the_profile_wants_them(subject: str, predicate: object, value: str, told: str) -> None:
    assert values(said((subject, str(predicate), value)), subject, predicate) == {told}
