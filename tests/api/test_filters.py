from datetime import UTC, datetime

import pytest
from babel import Locale

from api.filters import day, link, number, paragraphs, shortened, size

FR, DE, EN, LB = map(Locale.parse, ("fr", "de", "en", "lb"))


@pytest.mark.parametrize(
    ("value", "locale", "shown"),
    [
        ("2026-11-20", FR, "20 novembre 2026"),
        ("2026-11-20", DE, "20. November 2026"),
        ("2026-11-20T10:00:00Z", EN, "November 20, 2026"),
        ("2026-11-20+01:00", LB, "20. November 2026"),
        ("2026", FR, "2026"),
        ("2026-11", FR, "2026-11"),
        ("2026-02-30", FR, "2026-02-30"),
        ("0202-01-01", EN, "January 1, 202"),
        ("-0044-03-15", EN, "-0044-03-15"),
        ("soon", DE, "soon"),
    ],
)
def test_a_date_is_written_as_the_reader_does_and_what_is_none_stays(value: str, locale: Locale, shown: str) -> None:
    assert day(value, locale) == shown


def test_a_moment_has_its_time() -> None:
    assert day(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), DE) == "02.01.2026, 03:04:05"


def test_numbers_and_sizes_are_written_as_the_reader_does() -> None:
    assert number(75000, DE) == "75.000"
    assert number(75000, EN) == "75,000"
    assert size(0, EN) == "0 B"
    assert size(999, EN) == "999 B"
    assert size(33_100_000, DE) == "33,1 MB"
    assert size(1_500_000_000, EN) == "1.5 GB"
    assert size(10**19, EN) == "10,000 PB"


@pytest.mark.parametrize("safe", ["http://a.example/x", "HTTPS://a.example", "mailto:a@b.example"])
def test_web_and_mail_addresses_are_links(safe: str) -> None:
    assert link(safe) == safe


@pytest.mark.parametrize(
    "unsafe", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "urn:x", "http://a b", "/x", "", None]
)
def test_nothing_else_is_a_link(unsafe: str | None) -> None:
    assert link(unsafe) is None


def test_a_text_is_cut_at_empty_lines_and_shortened_between_words() -> None:
    assert list(paragraphs("one\ntwo\n\n \n three\n")) == ["one\ntwo", "three"]
    assert shortened("short", 10) == "short"
    assert shortened("several words, of which some", 14) == "several words …"
    assert len(shortened("x" * 5000, 100)) == 102


@pytest.mark.parametrize(
    "host", ["a.example:99999", "www..a.example", f"{'a' * 64}.example", "a\u2100.example", "[::1"]
)
def test_an_address_of_a_host_that_there_cannot_be_is_no_link(host: str) -> None:
    assert link(f"http://{host}/x") is None
