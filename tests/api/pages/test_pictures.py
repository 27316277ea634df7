"""Pictures on pages: those that were fetched, served from here, and nothing where there is none."""

import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from PIL import Image

from api.app import create_app
from api.background.preparing import Picturing
from api.cli import main
from api.settings import Settings
from loaders.pictures.album import Album, Note, Run
from tests.support.portal import page, portal, publish
from tests.support.processes import children, wait_until
from tests.support.web import Web, body, serving

CATALOGUE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix schema: <http://schema.org/> . @prefix e: <https://e.example/> .
e:d a dcat:Dataset ; dct:title "Air"@en ; dct:description "Measured."@en ; dct:publisher e:o .
e:o a foaf:Organization ; foaf:name "Office"@en ; foaf:logo <WEB/logo.png> .
e:r a schema:WebApplication ; dct:title "Luft <heute>"@de ; dct:references e:d ; schema:image <WEB/air.png> .
e:s a schema:Map ; dct:title "Drawn"@en ; dct:references e:d ; schema:image <WEB/drawn.svg> .
"""

LEFT_OUT = "A picture is left out: its address gives none that can be shown here."


def drawn(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as web:
        web.answers |= {
            "/air.png": body(drawn(1000, 500), "image/png"),
            "/logo.png": body(drawn(100, 50), "image/png"),
            "/drawn.svg": body(b"<svg/>", "image/svg+xml"),
        }
        yield web


@pytest.fixture(scope="module")
def settings(web: Web, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A portal whose pictures were fetched as its server does it."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "catalogue.ttl").write_text(CATALOGUE.replace("WEB", web.url))
    settings = Settings(data=folder / "data", allow_private_addresses=True, isolation_required=False)
    publish(settings.data, folder / "catalogue.ttl")
    assert web.asked == [], "no load waits for pictures"
    with portal(settings.data) as client:
        assert pictures(page(client, "/reuses").text) == []
    picturing = Picturing(settings)
    picturing.look()
    wait_until(lambda: Album(settings.data).last_run() is not None, 60)
    picturing.stop()
    return settings


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    with portal(settings.data) as client:
        yield client


@pytest.fixture
def picture(settings: Settings, web: Web) -> Note:
    return known(settings, f"{web.url}/air.png")


def known(settings: Settings, address: str) -> Note:
    note = Album(settings.data).note(address)
    assert note is not None
    return note


def pictures(html: str) -> list[dict[str, str]]:
    return [dict(re.findall(r'(\S+)="([^"]*)"', tag)) for tag in re.findall(r"<img[^>]*>", html)]


def found(client: FlaskClient, listed: str, title: str) -> str:
    """The address of a record, by its title in a list."""
    match = re.search(rf'<a href="([^"]+)">(?:<span[^>]*>)?{title}', page(client, listed).text)
    assert match is not None
    return match.group(1)


def test_a_reuse_shows_its_picture_from_here_in_two_sizes_with_its_title_as_text(
    client: FlaskClient, picture: Note
) -> None:
    small, large = (f"/pictures/{each.name}" for each in picture.renditions)
    html = page(client, found(client, "/reuses", "Luft")).text
    assert f'property="og:image" content="http://127.0.0.1:8000{large}"' in html
    (shown,) = pictures(html)
    assert shown["src"] == small
    assert shown["srcset"] == f"{small} 360w, {large} 720w"
    assert shown["sizes"] == "(max-width: 720px) 92vw, 720px"
    assert (shown["width"], shown["height"]) == ("720", "360")
    assert shown["alt"] == "Picture: Luft &lt;heute&gt;"
    assert (shown["lang"], shown["loading"], shown["class"]) == ("de", "lazy", "picture")


def test_an_organisation_shows_its_logo_in_its_own_size(client: FlaskClient, settings: Settings, web: Web) -> None:
    (logo,) = known(settings, f"{web.url}/logo.png").renditions
    (shown,) = pictures(page(client, found(client, "/organisations", "Office")).text)
    assert shown["src"] == f"/pictures/{logo.name}"
    assert "srcset" not in shown
    assert (shown["width"], shown["height"], shown["alt"], shown["class"]) == ("100", "50", "Logo: Office", "logo")


def test_the_list_of_reuses_is_a_gallery_and_what_has_no_picture_says_nothing(client: FlaskClient) -> None:
    html = page(client, "/reuses").text
    assert 'class="gallery"' in html
    assert html.count("<article") == 2
    assert len(pictures(html)) == 1
    assert pictures(page(client, "/datasets").text) == []
    text = page(client, found(client, "/reuses", "Drawn")).text
    assert pictures(text) == []
    assert LEFT_OUT in text
    assert LEFT_OUT not in page(client, found(client, "/reuses", "Luft")).text
    assert len(pictures(page(client, found(client, "/datasets", "Air")).text)) == 1, "made with this"


def test_a_picture_is_kept_for_ever_and_can_do_nothing(client: FlaskClient, picture: Note) -> None:
    address = f"/pictures/{picture.renditions[0].name}"
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "Vary" not in answer.headers
    with Image.open(io.BytesIO(answer.data)) as opened:
        assert (opened.format, opened.size) == ("WEBP", (360, 180))
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    for other in (f"/pictures/{'0' * 64}.webp", "/pictures/x", "/pictures/%2e%2e%2fchanged", f"/fr{address}"):
        assert client.get(other).status_code == 404


def test_a_page_that_its_reader_has_is_another_when_a_picture_comes_or_goes(
    client: FlaskClient, settings: Settings, picture: Note
) -> None:
    asked = {"Accept": "text/html", "Accept-Language": "en"}
    for path in ("/reuses", found(client, "/reuses", "Luft")):
        tag = page(client, path).headers["ETag"]
        for note, status in ((picture, 304), (picture.without(), 200), (picture, 304)):
            Album(settings.data).write(note)
            Album(settings.data).touch()
            assert client.get(path, headers={**asked, "If-None-Match": tag}).status_code == status


def test_an_operator_may_do_without_pictures(settings: Settings) -> None:
    without = replace(settings, pictures=False)
    with create_app(without).test_client() as client:
        assert pictures(page(client, "/reuses").text) == []
    before = children_of_ours()
    Picturing(without, now=lambda: datetime.max.replace(tzinfo=UTC)).look()
    assert children_of_ours() == before


def test_a_run_is_started_when_something_is_due_and_again_when_something_else_is(settings: Settings) -> None:
    album, before = Album(settings.data), children_of_ours()
    first = the_last_run(album)
    now = [first.due - timedelta(seconds=1)]
    picturing = Picturing(settings, now=lambda: now[0])
    picturing.look()
    assert children_of_ours() == before
    now[0] = first.due
    picturing.look()
    assert len(children_of_ours()) == len(before) + 1
    wait_until(lambda: the_last_run(album) != first, 60)
    now[0] = first.ended
    wait_until(lambda: picturing.look() or children_of_ours() == before, 60)  # type: ignore[func-returns-value]  # looks, then tells
    now[0] = the_last_run(album).due
    picturing.look()
    assert len(children_of_ours()) == len(before) + 1
    picturing.stop()


def test_a_new_generation_has_its_pictures_fetched_once_the_last_run_is_a_minute_ago(settings: Settings) -> None:
    album, before = Album(settings.data), children_of_ours()
    last = the_last_run(album)
    album.end_run(replace(last, generation=last.generation - 1))
    for seconds, started in ((59, 0), (60, 1)):
        picturing = Picturing(settings, now=lambda: last.ended + timedelta(seconds=seconds))  # noqa: B023  asked now
        picturing.look()
        assert len(children_of_ours()) == len(before) + started
        picturing.stop()
    album.end_run(last)


def the_last_run(album: Album) -> Run:
    last = album.last_run()
    assert last is not None
    return last


def children_of_ours() -> list[int]:
    return children(os.getpid())


def test_the_command_fetches_what_is_new_and_says_what_was_left_out(settings: Settings, web: Web) -> None:
    for file in (Album(settings.data).folder / "notes").rglob("*.json"):
        file.unlink()
    told = {"CATALOGRAPH_ALLOW_PRIVATE_ADDRESSES": "true", "CATALOGRAPH_ISOLATION_REQUIRED": "false"}
    done = CliRunner().invoke(main, ["--data", str(settings.data), "pictures"], env=told)
    assert done.exit_code == 0
    counts = json.loads(done.stdout)
    assert (counts["wanted"], counts["shown"], counts["made"], counts["unusable"]) == (3, 2, 2, 1)
    assert f"{web.url}/drawn.svg: is SVG, which may hold scripts and is left out" in done.stderr
    web.asked.clear()
    listed = CliRunner().invoke(main, ["--data", str(settings.data), "pictures", "--left-out"], env=told)
    assert listed.stdout.splitlines() == [f"{web.url}/drawn.svg\tis SVG, which may hold scripts and is left out"]
    assert web.asked == []
