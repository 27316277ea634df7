import csv
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from api.app import create_app
from api.contexts.pages import Fact, Text, Value
from api.declared import Declared, expanded
from api.pages.kinds.grouping import FURTHER, grouped, headings
from api.settings import Settings
from graph.model.declarations import is_predicate
from vocabularies.namespaces import ADMS, DCT, SCHEMA


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(files("api.pages.kinds").joinpath("fields.csv").read_text("utf-8").splitlines()))


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[None]:
    with create_app(Settings(data=tmp_path)).test_request_context("/", headers={"Accept-Language": "de"}):
        yield


def fact(iri: str) -> Fact:
    return Fact(iri, (Value(Text("x")),), hint=iri)


def test_every_field_that_has_a_place_is_one_of_the_model() -> None:
    known = {expanded(path) for path, _ in Declared().model.properties if is_predicate(path)}
    assert [row["property"] for row in rows() if expanded(row["property"]) not in known] == []


def test_each_field_has_one_place_and_each_heading_one_stretch() -> None:
    assert len({row["property"] for row in rows()}) == len(rows())
    changes = sum(one["group"] != other["group"] for one, other in pairwise(rows()))
    assert changes == len(headings()) - 2


def test_facts_come_in_the_order_of_the_table_whatever_order_they_had(asking: None) -> None:
    given = [fact(term.value) for term in (ADMS.status, SCHEMA.error, DCT.issued, DCT.modified, DCT.publisher)]
    found = grouped(given)
    assert [group.name for group in found][-1] == "Weitere Angaben"
    assert [one.hint for group in found for one in group.facts] == [
        term.value for term in (DCT.publisher, DCT.modified, DCT.issued, ADMS.status, SCHEMA.error)
    ]
    assert headings()[-1] == FURTHER
