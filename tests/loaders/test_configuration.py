from pathlib import Path

import pytest

from graph.errors import FormatError, NotFound
from loaders.configuration import orders


def configured(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text)
    return path


def test_each_source_is_an_order(tmp_path: Path) -> None:
    path = configured(
        tmp_path,
        """
        [sources."b.example"]
        locations = ["https://b.example/catalogue.ttl"]
        strict = true
        [sources.a]
        locations = ["one.nt", "two.nt"]
        format = "ntriples"
        """,
    )
    found = orders(path, wait=True)
    assert [(o.source, list(o.locations), o.format, o.strict, o.wait) for o in found] == [
        ("b.example", ["https://b.example/catalogue.ttl"], None, True, True),
        ("a", ["one.nt", "two.nt"], "ntriples", False, True),
    ]
    assert [o.source for o in orders(path, ["a"])] == ["a"]


def test_a_name_that_is_not_configured_is_told(tmp_path: Path) -> None:
    path = configured(tmp_path, '[sources.a]\nlocations = ["x"]')
    with pytest.raises(NotFound, match="'z'"):
        orders(path, ["z"])


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"sources\.toml"):
        orders(tmp_path / "sources.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[sources", "is no TOML"),
        ("a = 1", r"has no table \[sources"),
        ('[sources.a]\nlocations = "x"', "needs locations"),
        ("[sources.a]\nlocations = []", "needs locations"),
        ('[sources.a]\nlocations = ["x"]\nlocation = 1', "and nothing else"),
        ('[sources.a]\nlocations = ["x"]\nstrict = "yes"', "true or false"),
        ('[sources."A b"]\nlocations = ["x"]', "no name for a source"),
    ],
)
def test_what_is_no_such_configuration_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(FormatError, match=told):
        orders(configured(tmp_path, text))
