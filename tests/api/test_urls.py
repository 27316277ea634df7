from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from api.urls import ROUTES
from graph.iris import Iris

PAGED = (
    "any(datasets,inventory,series,services,catalogues,assets,reuses,organisations,requests,cores,certificates):kind"
)
HARVESTED = "any(datasets,inventory,series,services,reuses,assets):kind"
LISTED = "any(datasets,inventory,series,services,catalogues,assets,reuses,requests,cores,certificates):kind"
LANGUAGE = "any(fr,de,en,lb):language"
FACETS = (
    "any(kind,theme,organisation,hvd,format,licence,frequency,language,place,access,source,missing,type,series)"
    ":parameter"
)

EVERY_ADDRESS = {
    "/",
    "/.well-known/void",
    "/-/health",
    "/-/ready",
    "/-/version",
    f"/<{LISTED}>",
    f"/<{LISTED}>.<extension>",
    f"/<{LISTED}>/values/<{FACETS}>",
    f"/<{PAGED}>/<name>",
    f"/<{PAGED}>/<slug>/linkset.json",
    f"/<{HARVESTED}>/<slug>/record",
    f"/<{PAGED}>/<slug>/citation.<extension>",
    "/<any(datasets,inventory):kind>/<slug>/distributions",
    "/resource",
    "/resource.<extension>",
    f"/<{PAGED}>/<slug>/report",
    f"/<{PAGED}>/<slug>/report.<extension>",
    "/catalog",
    "/catalog.<extension>",
    "/catalogue",
    "/catalogue.<extension>",
    "/catalogue/hvd",
    "/catalogue/hvd.<extension>",
    "/datasets/<slug>/croissant.json",
    "/dumps",
    "/dumps.<extension>",
    "/dumps/<name>",
    "/dumps/<number>/<name>",
    "/hvd",
    "/hvd.<extension>",
    "/hvd/versions/<name>",
    "/hvd/<name>",
    "/real-time",
    "/ai",
    "/protected",
    "/about",
    "/accessibility",
    "/api",
    "/themes",
    "/themes/<name>",
    "/formats",
    "/formats/<name>",
    "/licences",
    "/licences/<name>",
    "/places",
    "/places/<name>",
    "/languages",
    "/languages/<name>",
    "/keywords",
    "/keywords/<path:name>",
    "/standards",
    "/id/<kind>/<name>",
    "/feed",
    "/feed.<extension>",
    "/feed/<name>",
    "/feed/<generation>/<name>",
    "/graph/<path:name>",
    "/oai",
    "/openapi.json",
    "/organisations",
    "/organisations/<slug>/catalogue",
    "/organisations/<slug>/catalogue.<extension>",
    "/pictures/<name>",
    "/problems",
    "/queries",
    "/queries.<extension>",
    "/queries/<topic>/<name>",
    "/robots.txt",
    "/opensearch.xml",
    "/search",
    "/search.<extension>",
    f"/search/values/<{FACETS}>",
    "/suggest",
    "/shapes",
    "/shapes/<name>",
    "/shapes/<profile>/<name>",
    "/sitemap.xml",
    "/sitemaps/<name>.xml",
    "/sources",
    "/sources/<name>",
    "/sources/<name>/report",
    "/sources/<name>/report.<extension>",
    "/sparql",
    "/sparql.<extension>",
    "/sparql/terms.json",
    "/static/<path:filename>",
    "/void",
    "/void.<extension>",
    "/vocabularies",
    "/vocabularies/<name>",
    "/vocabularies/<name>/<path:notation>",
    f"/<{LANGUAGE}>/",
    f"/<{LANGUAGE}>/<{LISTED}>",
    f"/<{LANGUAGE}>/<{PAGED}>/<name>",
    f"/<{LANGUAGE}>/<{PAGED}>/<slug>/report",
    f"/<{LANGUAGE}>/<{HARVESTED}>/<slug>/record",
    f"/<{LANGUAGE}>/<any(datasets,inventory):kind>/<slug>/distributions",
    f"/<{LANGUAGE}>/id/<kind>/<name>",
    f"/<{LANGUAGE}>/resource",
    f"/<{LANGUAGE}>/catalogue",
    f"/<{LANGUAGE}>/catalogue/hvd",
    f"/<{LANGUAGE}>/dumps",
    f"/<{LANGUAGE}>/dumps/<name>",
    f"/<{LANGUAGE}>/feed",
    f"/<{LANGUAGE}>/graph/<path:name>",
    f"/<{LANGUAGE}>/hvd",
    f"/<{LANGUAGE}>/hvd/versions/<name>",
    f"/<{LANGUAGE}>/hvd/<name>",
    f"/<{LANGUAGE}>/real-time",
    f"/<{LANGUAGE}>/ai",
    f"/<{LANGUAGE}>/protected",
    f"/<{LANGUAGE}>/about",
    f"/<{LANGUAGE}>/accessibility",
    f"/<{LANGUAGE}>/api",
    f"/<{LANGUAGE}>/themes",
    f"/<{LANGUAGE}>/themes/<name>",
    f"/<{LANGUAGE}>/formats",
    f"/<{LANGUAGE}>/formats/<name>",
    f"/<{LANGUAGE}>/licences",
    f"/<{LANGUAGE}>/licences/<name>",
    f"/<{LANGUAGE}>/places",
    f"/<{LANGUAGE}>/places/<name>",
    f"/<{LANGUAGE}>/languages",
    f"/<{LANGUAGE}>/languages/<name>",
    f"/<{LANGUAGE}>/keywords",
    f"/<{LANGUAGE}>/keywords/<path:name>",
    f"/<{LANGUAGE}>/standards",
    f"/<{LANGUAGE}>/organisations",
    f"/<{LANGUAGE}>/organisations/<slug>/catalogue",
    f"/<{LANGUAGE}>/problems",
    f"/<{LANGUAGE}>/queries",
    f"/<{LANGUAGE}>/queries/<topic>/<name>",
    f"/<{LANGUAGE}>/search",
    f"/<{LANGUAGE}>/search/values/<{FACETS}>",
    f"/<{LANGUAGE}>/<{LISTED}>/values/<{FACETS}>",
    f"/<{LANGUAGE}>/shapes",
    f"/<{LANGUAGE}>/shapes/<name>",
    f"/<{LANGUAGE}>/shapes/<profile>/<name>",
    f"/<{LANGUAGE}>/sources",
    f"/<{LANGUAGE}>/sources/<name>",
    f"/<{LANGUAGE}>/sources/<name>/report",
    f"/<{LANGUAGE}>/sparql",
    f"/<{LANGUAGE}>/void",
    f"/<{LANGUAGE}>/vocabularies",
    f"/<{LANGUAGE}>/vocabularies/<name>",
    f"/<{LANGUAGE}>/vocabularies/<name>/<path:notation>",
}


def test_these_are_all_the_addresses_there_are(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path))
    assert {rule.rule for rule in app.url_map.iter_rules()} == EVERY_ADDRESS


@pytest.mark.parametrize("base", ["https://data.example", "https://gov.example/data"])
def test_slashes_too_many_lead_to_this_portal_whatever_host_is_named(tmp_path: Path, base: str) -> None:
    client = create_app(Settings(data=tmp_path, base=base)).test_client()
    moved = client.get("/datasets//x?q=1", headers={"Host": "evil.example"})
    assert (moved.status_code, moved.headers["Location"]) == (308, f"{base}/datasets/x?q=1")
    assert "evil.example" not in moved.text


def test_of_what_is_at_an_address_of_the_portal_only_the_portal_speaks(iris: Iris) -> None:
    listed = ("/<any(", "/id/")
    own = [route.rule for route in ROUTES if not route.rule.startswith(listed)]
    assert [rule for rule in own if not iris.is_own_word(iris.base + rule)] == []
