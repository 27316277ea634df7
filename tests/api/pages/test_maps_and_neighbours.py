"""Maps and pictures of neighbours on the pages, on the example and on places that are hard to draw."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.settings import LANGUAGES
from tests.support.portal import page, portal, publish

PREFIXES = """
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix schema: <http://schema.org/> .
@prefix country: <http://publications.europa.eu/resource/authority/country/> .
@prefix nuts: <http://data.europa.eu/nuts/code/> .
@prefix : <https://data.portal.example/id/> .
"""
PLACES = {
    "country": "dct:spatial country:BEL",
    "region": "dct:spatial nuts:DEB2",
    "region-with-box": 'dct:spatial nuts:DEB2 , [ a dct:Location ; dcat:bbox "BBOX(6,49.5,7,50)"^^geo:wktLiteral ]',
    "geojson": "dct:spatial [ a dct:Location ; locn:geometry "
    '\'{"type":"LineString","coordinates":[[6,49.5],[6.2,49.7]]}\'^^geo:geoJSONLiteral ]',
    "geometry": 'dct:spatial [ geo:hasGeometry [ geo:asWKT "POINT(6.1 49.6)"^^geo:wktLiteral ] ]',
    "named": "dct:spatial :park",
    "text": 'dct:spatial "POLYGON((6 49.5,6.2 49.5,6.2 49.7,6 49.5))"^^geo:wktLiteral',
    "world": 'dct:spatial [ dcat:bbox "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"^^geo:wktLiteral ]',
    "pacific": 'dct:spatial [ dcat:bbox "ENVELOPE(170,-170,-10,-25)"^^geo:wktLiteral ]',
    "metres": "dct:spatial [ dcat:bbox "
    '"<http://www.opengis.net/def/crs/EPSG/0/2169> POINT(80000 70000)"^^geo:wktLiteral ]',
    "turned": 'dct:spatial country:LUX , [ dcat:centroid "POINT(49.6 6.1)"^^geo:wktLiteral ]',
    "hostile": f'dct:spatial [ dcat:bbox "{"(" * 50_000}"^^geo:wktLiteral ]',
    "nowhere": 'dct:spatial <https://elsewhere.example/place> ; dct:description "Nowhere known."@en',
}
RELATED = """
:base a dcat:Dataset ; dct:title "Base & <more>"@en ; dct:publisher :maker ; dct:source :raw ; dcat:inSeries :row ;
  dct:isVersionOf <https://elsewhere.example/thing> .
:raw a dcat:Dataset ; dct:title "Raw"@en .
:row a dcat:DatasetSeries , dcat:Dataset ; dct:title "Row"@en .
:maker a foaf:Agent ; foaf:name "Maker"@en .
:app a schema:WebApplication ; schema:name "App"@en ; schema:isBasedOn :base .
:door a dcat:DataService ; dct:title "Door"@en ; dcat:servesDataset :base .
:alone a dcat:Dataset ; dct:title "Alone"@en ; dct:publisher :maker .
"""


def documents(folder: Path) -> Path:
    placed = "".join(f':{name} a dcat:Dataset ; dct:title "{name}"@en ; {said} .\n' for name, said in PLACES.items())
    park = ':park a dct:Location ; dcat:bbox "POINT(6.1 49.6)"^^geo:wktLiteral .\n'
    much = "".join(f':big-{n} a dcat:Dataset ; dct:title "Big {n}"@en ; dct:source :raw .\n' for n in range(40))
    made = "".join(f':part-{n} a dcat:Dataset ; dct:title "Part {n}"@en ; dct:source :base .\n' for n in range(9))
    file = folder / "places.ttl"
    file.write_text(PREFIXES + placed + park + RELATED + made + much, "utf-8")
    return file


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("places")
    publish(folder / "data", documents(folder))
    return folder / "data"


@pytest.fixture
def client(published: Path) -> Iterator[FlaskClient]:
    with portal(published) as client:
        yield client


def told(client: FlaskClient, name: str, language: str = "en") -> str:
    found = client.get("/resource", query_string={"iri": f"https://data.portal.example/id/{name}"})
    href = re.search(r'href="([^"]*/(?:datasets|series|services|reuses)/[^"/]+)"', found.text)
    assert href is not None
    path = re.sub(r"^(?:https?://[^/]+)?(?:/(?:en|fr|de|lb)(?=/))?", "", href[1])
    answer = page(client, f"/{language}{path}")
    assert answer.status_code == 200
    return answer.text


def figure(text: str) -> str:
    found = re.search(r'<figure class="where">.*?</figure>', text, re.DOTALL)
    assert found is not None
    return found[0]


def picture(text: str) -> str:
    found = re.search(r'<section class="neighbourhood">.*?</section>', text, re.DOTALL)
    assert found is not None
    return unescape(found[0])


def test_a_country_is_drawn_by_its_outline_and_told_in_words(client: FlaskClient) -> None:
    drawn = figure(told(client, "country"))
    assert 'role="img" aria-label="Map: Belgium"' in drawn
    assert drawn.count('class="area"') == 1
    assert "Outlines: Natural Earth" in drawn
    assert "The outline is that of the country" not in drawn
    assert "style=" not in drawn


def test_a_region_has_the_outline_of_its_country_and_the_page_says_so(client: FlaskClient) -> None:
    assert "The outline is that of the country: the region's own is not known here." in unescape(
        figure(told(client, "region"))
    )
    own = figure(told(client, "region-with-box"))
    assert "The outline is that of the country" not in own
    assert 'class="shape"' in own
    assert 'class="area"' not in own


@pytest.mark.parametrize(
    ("name", "mark", "words"),
    [
        ("geojson", '<path class="line"', "6° E - 6.2° E, 49.5° N - 49.7° N"),
        ("geometry", '<circle class="point"', "6.1° E, 49.6° N"),
        ("named", '<circle class="point"', "6.1° E, 49.6° N"),
        ("text", '<path class="shape"', "6° E - 6.2° E, 49.5° N - 49.7° N"),
        ("world", '<path class="shape"', "180° W - 180° E, 90° S - 90° N"),
        ("pacific", '<path class="shape"', "170° E - 170° W, 25° S - 10° S"),
    ],
)
def test_coordinates_are_drawn_and_told_however_they_are_written(
    client: FlaskClient, name: str, mark: str, words: str
) -> None:
    drawn = figure(told(client, name))
    assert mark in drawn
    assert words in drawn.replace("\N{NO-BREAK SPACE}", " ").replace("\N{EN DASH}", "-")


def test_what_is_drawn_by_name_and_what_by_coordinates_are_told_apart_where_there_is_both(client: FlaskClient) -> None:
    for name, both in (("turned", True), ("country", False), ("text", False)):
        drawn = figure(told(client, name))
        assert [words in drawn for words in ("By name", "By coordinates")] == [both, both], name


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("metres", "Its coordinates are of a reference system that is not drawn here."),
        ("hostile", "Its coordinates are written in a form that is not read here."),
    ],
)
def test_what_cannot_be_drawn_is_said_and_not_drawn(client: FlaskClient, name: str, note: str) -> None:
    drawn = figure(told(client, name))
    assert note in drawn
    assert "<svg" not in drawn


def test_coordinates_the_wrong_way_round_are_suspected(client: FlaskClient) -> None:
    assert "latitude and longitude may be interchanged" in figure(told(client, "turned"))


def test_a_place_of_which_nothing_is_known_has_no_map(client: FlaskClient) -> None:
    assert 'class="where"' not in told(client, "nowhere")


def test_a_series_and_an_organisation_have_the_map_of_their_place_too(example: Path) -> None:
    with portal(example) as client:
        for kind in ("series", "organisations"):
            href = re.search(rf'href="(/en/{kind}/[^"?/]+-[a-z0-9]{{8}})"', page(client, f"/en/{kind}").text)
            assert href is not None
            assert "Map: Luxembourg" in page(client, href[1]).text


def test_a_place_has_its_map_in_each_language(client: FlaskClient) -> None:
    for language, title in zip(LANGUAGES, ("Carte : Belgique", "Karte: Belgien", "Map: Belgium"), strict=False):
        assert title in unescape(figure(page(client, f"/{language}/places/BEL").text))


def test_the_overview_of_places_shows_how_many_datasets_each_country_has(client: FlaskClient) -> None:
    drawn = figure(page(client, "/en/places").text)
    assert 'role="group"' in drawn
    assert 'aria-label="Germany: 2 datasets"' in drawn
    assert 'aria-label="Belgium: 1 dataset"' in drawn
    assert "level-5" in drawn
    href = unescape(re.search(r'<a href="([^"]+)" aria-label="Germany', drawn)[1])  # type: ignore[index]
    assert 'id="found">2 results' in page(client, href).text


def test_the_overview_of_an_axis_that_is_no_place_has_no_map(client: FlaskClient) -> None:
    assert 'class="where"' not in page(client, "/en/themes").text


def test_what_a_dataset_comes_from_is_at_the_left_and_what_uses_it_at_the_right(client: FlaskClient) -> None:
    drawn = picture(told(client, "base"))
    boxes = dict(re.findall(r'aria-label="([^"]+)".*?<rect class="node" x="(\d+)"', drawn))
    left = {name for name, x in boxes.items() if x == "0"}
    assert left == {
        "made from Raw",
        "in the series Row",
        "version of https://elsewhere.example/ thing",
        "published by Maker",
    }
    assert {"reused in App", "served by Door", "made into Part 0"} <= boxes.keys() - left
    assert "Base & <more>" in drawn


def test_more_neighbours_than_fit_lead_to_all_of_them(client: FlaskClient) -> None:
    drawn = picture(told(client, "base"))
    assert drawn.count('class="node"') == 4 + 6
    assert "Used by: and 5 more" in drawn
    assert "/en/resource?iri=https%3A%2F%2Fdata.portal.example%2Fid%2Fbase" in drawn
    assert "/en/queries/links/neighbourhood?resource=https%3A%2F%2Fdata.portal.example%2Fid%2Fbase" in drawn


def test_what_was_not_counted_to_its_end_is_said_to_be_more(client: FlaskClient) -> None:
    drawn = picture(told(client, "raw"))
    assert re.search(r"Used by: and more than \d+ more", drawn)


def test_the_picture_is_told_as_a_list_too_and_each_of_its_things_is_a_link(client: FlaskClient) -> None:
    drawn = picture(told(client, "base"))
    svg, listed = drawn.split("</svg>")
    assert set(re.findall(r'<a href="([^"]+)"', svg)) <= set(re.findall(r'href="([^"]+)"', listed))
    assert "style=" not in drawn


def test_what_has_no_neighbour_but_its_publisher_has_no_picture(client: FlaskClient) -> None:
    assert 'class="neighbourhood"' not in told(client, "alone")


def test_services_reuses_and_series_have_their_neighbours(client: FlaskClient) -> None:
    assert "gives Base" in picture(told(client, "door"))
    assert "made from Base" in picture(told(client, "app"))
    assert "has the part Base" in picture(told(client, "row"))


def test_a_dataset_of_high_value_is_shown_on_the_portals_list(example: Path) -> None:
    with portal(example) as client:
        assert "sur la liste Ensembles de données de forte valeur" in picture(
            told(client, "dataset/air-quality-hourly", "fr")
        )


def test_without_a_server_of_tiles_a_page_has_nothing_of_a_map_that_can_be_moved(client: FlaskClient) -> None:
    answer = page(client, "/en/places/BEL")
    assert "data-tiles" not in answer.text
    assert "slippy" not in answer.text
    assert "img-src 'self';" in answer.headers["Content-Security-Policy"]


def test_the_server_of_tiles_is_the_only_other_one_that_pages_may_have_images_of(published: Path) -> None:
    with portal(published, tiles="https://tile.example:8443/{z}/{x}/{y}.png") as client:
        policy = page(client, "/en/places/BEL").headers["Content-Security-Policy"]
    assert "img-src 'self' https://tile.example:8443;" in policy
    assert policy.count("tile.example") == 1
    assert "script-src 'self';" in policy
