from pathlib import Path

from api.app import create_app
from api.settings import Settings

PAGED = "any(datasets,series,services,catalogues,assets,reuses,organisations):kind"
LISTED = "any(datasets,series,services,assets,reuses):kind"
LANGUAGE = "any(fr,de,en,lb):language"

EVERY_ADDRESS = {
    "/",
    "/-/health",
    "/-/ready",
    "/-/version",
    f"/<{LISTED}>",
    f"/<{PAGED}>/<name>",
    "/catalogue",
    "/catalogue.<extension>",
    "/id/<kind>/<name>",
    "/organisations",
    "/robots.txt",
    "/search",
    "/sparql",
    "/static/<path:filename>",
    f"/<{LANGUAGE}>/",
    f"/<{LANGUAGE}>/<{LISTED}>",
    f"/<{LANGUAGE}>/<{PAGED}>/<name>",
    f"/<{LANGUAGE}>/catalogue",
    f"/<{LANGUAGE}>/organisations",
    f"/<{LANGUAGE}>/search",
    f"/<{LANGUAGE}>/sparql",
}


def test_these_are_all_the_addresses_there_are(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path))
    assert {rule.rule for rule in app.url_map.iter_rules()} == EVERY_ADDRESS
