"""What was understood of a record: what came, which rule changed it, what is wrong with it."""

import csv
import html
import re
from importlib.resources import files
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import loaders.mending
from api.pages.understanding import rules
from api.settings import LANGUAGES
from graph.iris import key
from tests.support.odd import BASE, FILES
from tests.support.portal import page

MENDING = Path(loaders.mending.__file__).parent


def understood(client: FlaskClient, name: str, language: str = "en") -> str:
    moved = page(client, f"/datasets/{key(BASE + name)}/record")
    path = moved.headers["Location"] if moved.status_code == 301 else f"/datasets/{key(BASE + name)}/record"
    answer = page(client, path, language)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def test_it_tells_what_was_received_the_rule_and_what_is_published(odd: FlaskClient) -> None:
    text = understood(odd, "translated")
    (row,) = (row for row in re.findall(r"<tr>.*?</tr>", text) if "frequency-to-authority" in row)
    assert '"monthly"' in row
    assert "a code of the EU list of frequencies" in row
    assert "authority/frequency/MONTHLY" in row
    assert "La valeur désigne un code" in understood(odd, "translated", "fr")


def test_a_value_under_another_property_names_both(odd: FlaskClient) -> None:
    (row,) = (row for row in re.findall(r"<tr>.*?</tr>", understood(odd, "translated")) if "deprecated-pred" in row)
    assert "owl#versionInfo" in row
    assert "Version: " in row


def test_it_tells_of_files_too_the_first_of_them(odd: FlaskClient) -> None:
    assert "format-to-file-type" in understood(odd, "translated")
    assert f"{FILES - 20} more files are not told here." in understood(odd, "many")


def test_it_tells_which_shapes_failed_and_what_publishing_mended(odd: FlaskClient) -> None:
    text = understood(odd, "translated")
    assert "What is wrong with what was received" in text
    assert "repaired when published" in text


def test_what_no_rule_touched_is_told_as_received(odd: FlaskClient) -> None:
    text = understood(odd, "right")
    assert "No rule changed anything" in text
    assert "Published as received" in text


def test_it_tells_what_happened_to_the_record(odd: FlaskClient) -> None:
    assert "Added" in understood(odd, "bare")


def test_what_was_not_harvested_has_none(odd: FlaskClient) -> None:
    assert page(odd, f"/organisations/{key(BASE + 'office')}/record").status_code == 404
    assert page(odd, "/datasets/nothing-aaaaaaaa/record").status_code == 404


def applied() -> set[str]:
    """The rules that tables and treatments name."""
    found = set[str]()
    for table in ("predicates", "namespaces", "replacements"):
        rows = csv.DictReader(files(loaders.mending).joinpath(f"{table}.csv").read_text("utf-8").splitlines())
        found |= {row["rule"] for row in rows if row["rule"]}
    for module in ("mender.py", "standing.py", "treatments.py"):
        found |= set(re.findall(r'"((?:[a-z0-9]+-)+[a-z0-9]+)"', (MENDING / module).read_text("utf-8")))
    return found


def test_every_rule_is_told_in_words_of_every_language() -> None:
    documented = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", (MENDING / "README.md").read_text("utf-8")))
    assert documented - {"access-rights"} <= set(rules())
    assert {rule for rule in applied() if rule in documented} <= set(rules())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_rule_lacks_its_words(language: str) -> None:
    assert all(texts[language].endswith(".") for texts in rules().values())
