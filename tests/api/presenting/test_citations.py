import json

from hypothesis import given
from hypothesis import strategies as st

from api.presenting.citations import Reference, bibtex, csl, doi_of, ris, text

AIR = Reference(
    key="abc",
    title="Air & water",
    address="http://portal.example/datasets/abc",
    authors=("Office", "Agency"),
    date="2026-03-04",
    version="2.1",
    container="Portal",
    doi="10.1234/abc",
)


def test_a_line_says_who_when_what_which_version_and_where() -> None:
    assert text(AIR) == (
        "Office, Agency (2026). Air & water. Portal. Version 2.1, 2026-03-04. http://portal.example/datasets/abc"
    )
    assert text(AIR, "Fassung %(version)s").count("Fassung 2.1, ") == 1


def test_what_is_not_known_leaves_no_gap() -> None:
    bare = Reference("x", "Title.", "http://portal.example/x")
    assert text(bare) == "Title. http://portal.example/x"
    assert bibtex(bare) == "@misc{x,\n  title = {{Title.}},\n  url = {http://portal.example/x},\n}"
    assert ris(bare).splitlines() == ["TY  - DATA", "TI  - Title.", "UR  - http://portal.example/x", "ER  - "]
    assert json.loads(csl(bare)) == [
        {"id": "x", "type": "dataset", "title": "Title.", "URL": "http://portal.example/x"}
    ]


def test_reference_managers_get_every_field_they_have() -> None:
    fields = dict(line.split("  - ", 1) for line in ris(AIR).splitlines())
    assert fields | {"AU": ""} == {
        "TY": "DATA", "AU": "", "TI": "Air & water", "PB": "Portal", "PY": "2026", "DA": "2026/03/04", "ET": "2.1",
        "DO": "10.1234/abc", "UR": AIR.address, "ER": "",
    }  # fmt: skip
    (told,) = json.loads(csl(AIR))
    assert told["issued"] == {"date-parts": [[2026, 3, 4]]}
    assert told["author"] == [{"literal": "Office"}, {"literal": "Agency"}]
    assert "  month = {3},\n" in bibtex(AIR)
    assert r"title = {{Air \& water}}" in bibtex(AIR)


def test_dates_are_as_exact_as_they_are_known() -> None:
    assert Reference("x", "t", "a", date="2026").parts == ("2026",)
    assert Reference("x", "t", "a", date="2026-03-04T10:00:00Z").day == "2026-03-04"
    assert Reference("x", "t", "a", date="yesterday").parts == ()


def test_an_identifier_is_a_doi_only_where_it_is_written_as_one() -> None:
    assert doi_of("x", "https://doi.org/10.1234/abc.5", "doi:10.9999/z") == "10.1234/abc.5"
    assert doi_of("DOI:10.1234/abc") == "10.1234/abc"
    assert doi_of("10.5 million", "http://doi.org.evil.example/10.1234/x") == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_title_makes_a_line_or_a_field_of_its_own(title: str, author: str) -> None:
    told = Reference("x", title, "http://portal.example/x", (author,))
    lines = ris(told).split("\r\n")
    assert all(line == "" or line[2:6] == "  - " for line in lines)
    assert [line[:2] for line in lines if line.startswith(("TY", "ER"))] == ["TY", "ER"]
    assert bibtex(told).count("\n") <= 5
    assert json.loads(csl(told))[0]["URL"] == told.address
