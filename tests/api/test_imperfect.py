"""Ten imperfect records, as new users write them: from each message alone one knows what to change into what.

What is said is pinned word for word in tests/cases/validator/report.<language>.txt. With REGENERATE=1 in the
environment these are written anew, to be read aloud before they are committed.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from api.commands.reporting import Asked, Checked, checked, suggestions
from graph.iris import Iris
from loaders.pipeline import Pipeline
from shapes.reporting.rendering import Style, pieces
from shapes.reporting.wording import LANGUAGES

CASES: Final = Path(__file__).parents[1] / "cases" / "validator"
PROFILES: Final = ("dcat-ap", "dcat-ap-hvd", "portal")
ID: Final = "https://data.beispill.example/id/"
AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checked]:
    files = sorted(str(path) for path in CASES.glob("*/data.*"))
    assert len(files) == 10
    pipeline = Pipeline(tmp_path_factory.mktemp("data"), Iris("http://portal.example"))
    with checked(pipeline, Asked(files, PROFILES)) as found:
        yield found


@pytest.fixture(scope="module")
def style(told: Checked) -> Style:
    return Style(values=None, suggestions=suggestions(told))


@pytest.fixture(scope="module")
def results(told: Checked, style: Style) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads("".join(pieces(told.report, "json", style)))["results"]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_word_for_word(told: Checked, style: Style, language: str) -> None:
    said = "".join(pieces(told.report, "text", Style(language, values=None, suggestions=style.suggestions)))
    expected = CASES / f"report.{language}.txt"
    if os.environ.get("REGENERATE"):
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")


@pytest.mark.parametrize(
    ("record", "path", "right"),
    [
        ("air-quality", "accrualPeriodicity", f"{AUTHORITY}frequency/MONTHLY"),
        ("air-quality", "language", f"{AUTHORITY}language/FRA"),
        ("air-quality", "theme", f"{AUTHORITY}data-theme/ENVI"),
        ("air-quality-csv", "format", f"{AUTHORITY}file-type/CSV"),
        ("air-quality-csv", "mediaType", "https://www.iana.org/assignments/media-types/text/csv"),
        ("air-quality-csv", "license", f"{AUTHORITY}licence/CC_BY_4_0"),
        ("road-works", "issued", "2026-11-20"),
        ("road-works", "modified", "2026-11-21T08:30:00"),
        ("road-works", "temporalResolution", "P1D"),
        ("road-works", "spatialResolutionInMeters", "10"),
        ("road-works-gpkg", "byteSize", "5000000"),
        ("budget", "accrualPeriodicity", f"{AUTHORITY}frequency/ANNUAL"),
        ("budget", "accessRights", f"{AUTHORITY}access-right/PUBLIC"),
        ("budget", "language", f"{AUTHORITY}language/FRA"),
        ("budget-ods", "format", f"{AUTHORITY}file-type/ODS"),
        ("playgrounds", "contactPoint", "mailto:opendata@beispill.example"),
        ("playgrounds", "landingPage", "https://data.beispill.example/playgrounds"),
        ("playgrounds-json", "accessURL", "https://data.beispill.example/playgrounds.geojson"),
        ("addresses", "applicableLegislation", "http://data.europa.eu/eli/reg_impl/2023/138/oj"),
        ("departures", "accessRights", f"{AUTHORITY}access-right/PUBLIC"),
        ("departures", "endpointURL", "https://api.beispill.example/departures"),
        ("noise", "accrualPeriodicity", f"{AUTHORITY}frequency/DAILY"),
        ("noise", "language", f"{AUTHORITY}language/ENG"),
        ("noise", "accessRights", f"{AUTHORITY}access-right/PUBLIC"),
        ("noise-zip", "mediaType", "https://www.iana.org/assignments/media-types/application/zip"),
        ("noise-zip", "byteSize", "1048576"),
        ("noise-zip", "algorithm", "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
        ("noise-zip", "checksumValue", "9F86D081"),
    ],
)
def test_the_right_value_is_named(results: list[dict[str, Any]], record: str, path: str, right: str) -> None:
    found = [one for one in results if one["record"] == ID + record and (one["path"] or "").endswith(path)]
    assert found, f"nothing is said of {path}"
    assert all(_right(one) == right for one in found if one["value"] or one["suggestion"])
    assert any(_right(one) for one in found)


def _right(result: dict[str, Any]) -> str | None:
    """What the report says would be right: what publication writes, else what it suggests."""
    if result["repair"]:
        published: str = result["repair"]["published"]
        return published.strip("<>").rpartition("^^")[0].strip('"') or published.strip("<>")
    return result["suggestion"]["value"] if result["suggestion"] else None


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ("statistics", "description"), ("statistics-xls", "accessURL"), ("addresses", "hvdCategory"),
        ("museum-visits", "issued"), ("museum-visits", "temporal"), ("museum-visits-csv", "license"),
        ("departures", "title"),
        ("playgrounds", "publisher"), ("trees", "type"), ("trees-csv", "accessURL"), ("budget-ods", "availability"),
    ],
)  # fmt: skip
def test_what_is_missing_or_too_much_is_named_with_its_field(
    results: list[dict[str, Any]], record: str, path: str
) -> None:
    found = [one for one in results if one["record"] == ID + record and _about(one, path)]
    assert found
    for one in found:
        assert set(one["message"]) == set(LANGUAGES)
        assert len(set(one["message"].values())) == 4
        assert one["clause"].startswith("http")


def _about(result: dict[str, Any], path: str) -> bool:
    return any((step or "").endswith(path) for step in (result["path"], *result["within"]))


def test_every_result_names_its_record_by_a_title(results: list[dict[str, Any]]) -> None:
    for one in results:
        assert one["title"] or one["parent"] or one["record"] == f"{ID}departures"  # which is said to have none
