import dataclasses
from pathlib import Path

import pytest

from api.settings import SettingError, Settings, as_environ, table, unknown


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environ({}) == Settings()


def test_each_kind_of_value_is_read_with_its_units() -> None:
    read = Settings.from_environ(
        {
            "CATALOGRAPH_DATA": "elsewhere",
            "CATALOGRAPH_BASE": "https://data.example.org",
            "CATALOGRAPH_KEEP": "2 d",
            "CATALOGRAPH_QUERY_MEMORY": "1.5 GiB",
            "CATALOGRAPH_ALLOW_PRIVATE_ADDRESSES": "yes",
            "CATALOGRAPH_LANGUAGES": "de, lb",
            "CATALOGRAPH_PORT": "0",
            "HOME": "not ours",
        }
    )
    assert read.data == Path("elsewhere")
    assert read.base == "https://data.example.org"
    assert read.keep == 2 * 86400
    assert read.query_memory == 3 << 29
    assert read.allow_private_addresses is True
    assert read.languages == ("de", "lb")
    assert read.port == 0


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("BASE", "data.example.org", "http"),
        ("BASE", "https://data.example.org/", "without a slash"),
        ("BASE", "https://data.example.org#x", "fragment"),
        ("BASE", "https://exa mple.org", "address"),
        ("PORT", "70000", "65535"),
        ("WORKERS", "0", "at least 1"),
        ("WORKERS", "two", "whole number"),
        ("QUERY_SECONDS", "-1", "above zero"),
        ("QUERY_SECONDS", "ten seconds", "seconds"),
        ("QUERY_MEMORY", "2 XB", "GiB"),
        ("ISOLATION_REQUIRED", "perhaps", "true or false"),
        ("LANGUAGES", "fr,nl", "fr, de, en, lb"),
        ("LANGUAGES", "fr,fr", "each once"),
        ("QUERY_SERVICES", "sparql.example.org", "addresses of SPARQL endpoints"),
        ("QUERY_SERVICES", "https://user:word@sparql.example.org/", "addresses of SPARQL endpoints"),
        ("QUERY_SERVICES", "https://sparql.example.org/#all", "addresses of SPARQL endpoints"),
        ("QUERY_SERVICES", "https://sparql.example.org/, *", "or none"),
        ("TILES", "https://tile.example/{z}/{x}.png", "{z}, {x} and {y}"),
        ("TILES", "https://tile.example/{z}/{x}/{y}/{key}.png", "{z}, {x} and {y}"),
        ("TILES", "http://tile.example/{z}/{x}/{y}.png", "an https address"),
        ("TILES", "https://tile.example/{z}/{x}/{y}.png; script-src *", "an https address"),
        ("TILES", "https://{z}.tile.example/{x}/{y}", "{z}, {x} and {y}"),
        ("TILES", "https://user@tile.example/{z}/{x}/{y}", "an https address"),
        ("DATA", "", "folder"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_what_would_be_right(name: str, value: str, wanted: str) -> None:
    with pytest.raises(SettingError) as caught:
        Settings.from_environ({f"CATALOGRAPH_{name}": value})
    assert f"CATALOGRAPH_{name} is {value!r}" in str(caught.value)
    assert wanted in str(caught.value)


def test_endpoints_are_a_list_or_none() -> None:
    two = "https://a.example.org/sparql, http://b.example.org:8080/ https://a.example.org/sparql"
    read = Settings.from_environ({"CATALOGRAPH_QUERY_SERVICES": two})
    assert read.query_services == ("https://a.example.org/sparql", "http://b.example.org:8080/")
    assert Settings.from_environ(as_environ(read)) == read
    assert Settings.from_environ({"CATALOGRAPH_QUERY_SERVICES": "none"}).query_services == ()


def test_tiles_are_at_an_address_with_three_places_or_nowhere() -> None:
    for tiles in ("https://tile.example:8443/{z}/{x}/{y}.png?v=2", "http://127.0.0.1:8001/{z}/{y}/{x}"):
        read = Settings.from_environ({"CATALOGRAPH_TILES": tiles})
        assert read.tiles == tiles
        assert Settings.from_environ(as_environ(read)) == read
    assert not Settings.from_environ({"CATALOGRAPH_TILES": "none"}).tiles


def test_a_misspelt_name_can_be_told() -> None:
    environ = {"CATALOGRAPH_WORKER": "3", "CATALOGRAPH_WORKERS": "3", "HOME": "x"}
    assert unknown(environ) == ["CATALOGRAPH_WORKER"]
    assert Settings.from_environ(environ).workers == 3


def test_settings_survive_the_way_through_the_environment() -> None:
    changed = Settings(data=Path("x y"), languages=("lb", "fr"), query_seconds=0.25, keep=1e7, isolation_required=False)
    assert Settings.from_environ(as_environ(changed)) == changed
    assert Settings.from_environ(as_environ(Settings())) == Settings()


def test_every_setting_has_help_and_a_default_that_reads_back() -> None:
    rows = table()
    assert len(rows) == len(dataclasses.fields(Settings))
    assert all(row.help.endswith(".") and row.default for row in rows)
    assert Settings.from_environ({row.name: row.default for row in rows}) == Settings()
