from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from api.contexts.pages import Text, Value
from api.declared import Declared
from api.links import Urls
from api.presenting.presentation import Presenter, best_tag, by_subject
from api.presenting.properties import short
from api.views import View
from graph.generations import Generations
from graph.iris import Iris
from graph.store import closure
from tests.support.portal import publish

DATA = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
PREFIX : <http://example.org/>
:air a dcat:Dataset ; dct:title "Luft"@de, "Air"@fr ; dct:publisher :office ; dct:issued "2026-01-31"^^xsd:date ;
  dcat:keyword "air"@fr, "ozone"@fr, "Luft"@de, "NO2" ; dcat:contactPoint [ a vcard:Kind ; vcard:fn "Desk" ;
  vcard:hasEmail <mailto:desk@example.org> ] ; dct:temporal [ dcat:startDate "2020-01-01"^^xsd:date ] ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ; :own "value" .
:office a foaf:Agent ; foaf:name "Amt"@de .
"""


@pytest.fixture
def view(tmp_path: Path) -> View:
    document = tmp_path / "air.ttl"
    document.write_text("PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n" + DATA)
    publish(tmp_path / "data", document)
    return View(Generations(tmp_path / "data").current())


def presenter(view: View, language: str) -> Presenter:
    return Presenter(view, language, Locale.parse(language), Urls(Iris("http://127.0.0.1:8000")), Declared())


def facts(view: View, language: str) -> dict[str, tuple[Value, ...]]:
    air = NamedNode("http://example.org/air")
    found = presenter(view, language).facts(by_subject(closure(view.store, air)), air)
    return {fact.name: fact.values for fact in found}


@pytest.mark.parametrize(
    ("tags", "language", "chosen"),
    [
        (["fr", "de"], "de", "de"),
        (["fr", "de"], "lb", "de"),
        (["fr", "en"], "de", "en"),
        (["de-at", "fr"], "de", "de-at"),
        (["fr-t-nl", "nl"], "fr", "fr-t-nl"),
        (["nl", "it"], "fr", "it"),
        (["", "nl"], "fr", ""),
        ([], "fr", None),
    ],
)
def test_a_text_is_shown_in_the_readers_language_or_the_next_best(
    tags: list[str], language: str, chosen: str | None
) -> None:
    assert best_tag(tags, language) == chosen


@given(st.sets(st.sampled_from(["fr", "de", "en", "lb", "nl", "", "de-ch"])), st.sampled_from(["fr", "de", "en", "lb"]))
def test_the_readers_own_language_always_wins(tags: set[str], language: str) -> None:
    chosen = best_tag(tags, language)
    assert chosen in tags or (chosen is None and not tags)
    if language in tags:
        assert chosen == language


def test_values_of_several_languages_are_those_of_one_and_those_of_none(view: View) -> None:
    assert [value.text for value in facts(view, "fr")["Mot-clé"]] == [Text("NO2"), Text("air"), Text("ozone")]
    assert [value.text for value in facts(view, "de")["Schlagwort"]] == [Text("Luft"), Text("NO2")]
    assert facts(view, "en")["Keyword"][1].text == Text("air", "fr")


def test_facts_come_in_the_order_declared_and_those_not_declared_last(view: View) -> None:
    names = list(facts(view, "de"))
    assert names[:3] == ["Kontaktstelle", "Schlagwort", "Herausgeber"]
    assert names[-1] == "http://example.org/own"


def test_records_are_linked_here_and_codes_to_the_list_of_what_has_them(view: View) -> None:
    found = facts(view, "de")
    (publisher,) = found["Herausgeber"]
    assert publisher.text == Text("Amt")
    assert publisher.href is not None
    assert publisher.href.startswith("/organisations/amt-")
    (theme,) = found["Thema"]
    assert theme.text == Text("Umwelt")
    assert theme.href is not None
    assert theme.href.startswith("/datasets?theme=http")
    assert [(each.text.value, each.href) for each in found["Schlagwort"]] == [
        ("Luft", "/keywords/Luft"),
        ("NO2", "/keywords/NO2"),
    ]


def test_what_has_no_name_is_told_by_its_facts(view: View) -> None:
    (period,) = facts(view, "fr")["Couverture temporelle"]
    assert [(fact.name, fact.values[0].text.value) for fact in period.facts] == [("Date de début", "1er janvier 2020")]
    (contact,) = facts(view, "fr")["Point de contact"]
    assert contact.text.value == "Desk"
    assert ("Adresse électronique", "desk@example.org") in [
        (fact.name, fact.values[0].text.value) for fact in contact.facts
    ]


def test_dates_are_written_as_the_reader_does(view: View) -> None:
    assert facts(view, "de")["Veröffentlichungsdatum"][0].text.value == "31. Januar 2026"


def test_a_very_long_literal_is_shortened_and_an_unknown_thing_shows_its_iri(view: View) -> None:
    shown = presenter(view, "fr")
    (text,) = shown.texts([Literal("x " * 5000)])
    assert len(text.value) < 700
    assert shown.label("http://nowhere.example/x") == Text("http://nowhere.example/x")
    assert shown.label("no iri at all") == Text("no iri at all")


def test_an_iri_is_shortened_by_the_longest_prefix() -> None:
    assert short("http://www.w3.org/ns/dcat#Dataset") == "dcat:Dataset"
    assert short("http://data.europa.eu/r5r/x") == "dcatap:x"
    assert short("http://example.org/x") == "http://example.org/x"
