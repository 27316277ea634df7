"""The accessibility statement says what is so: it claims no audit, and its account of the criteria is whole."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.pages.accessibility import AXE, STATES, WAYS, criteria
from api.settings import LANGUAGES
from tests.support.page_kinds import PAGE_KINDS
from tests.support.portal import EXAMPLE, page, portal, publish

CLIENTS = Path(__file__).parents[2] / "clients" / "package.json"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    data = tmp_path_factory.mktemp("stated") / "data"
    publish(data, EXAMPLE / "organisations.ttl")
    with portal(data) as client:
        yield client


def test_the_statement_claims_no_audit(client: FlaskClient) -> None:
    assert "nobody has audited these pages" in page(client, "/en/accessibility").text


def test_what_it_names_is_what_the_tests_use() -> None:
    assert json.loads(CLIENTS.read_text("utf-8"))["dependencies"]["axe-core"] == AXE
    assert len(PAGE_KINDS) > 100


def test_the_account_has_each_criterion_of_level_a_and_aa_once() -> None:
    numbers = [tuple(map(int, row["criterion"].split("."))) for row in criteria()]
    assert numbers == sorted(set(numbers))
    levels = [row["level"] for row in criteria()]
    assert (levels.count("A"), levels.count("AA"), len(levels)) == (31, 24, 55)
    assert "4.1.1" not in {row["criterion"] for row in criteria()}, "which WCAG 2.2 took out"


def test_each_criterion_says_how_it_was_checked() -> None:
    for row in criteria():
        assert row["state"] in STATES
        ways = row["by"].split()
        assert set(ways) <= WAYS.keys()
        assert bool(ways) == (row["state"] in {"tested", "looked"}), row["criterion"]
        assert (row["state"] == "looked") == (set(ways) in ({"code"}, {"eye"})), row["criterion"]
        assert all(row[language] for language in ("en", "fr", "de"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_all_of_them_in_every_language(client: FlaskClient, language: str) -> None:
    text = page(client, f"/{language}/accessibility").text
    shown = re.findall(r'href="https://www\.w3\.org/TR/WCAG22/#([a-z-]+)"[^>]*>([0-9.]+) ', text)
    assert [number for _, number in shown] == [row["criterion"] for row in criteria()]
    assert ("focus-not-obscured-minimum", "2.4.11") in shown
    assert ("error-prevention-legal-financial-data", "3.3.4") in shown
    assert ('<span lang="de"' in text) == (language == "lb"), "whose names have no translation"
