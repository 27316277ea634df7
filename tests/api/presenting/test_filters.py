from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from babel import Locale
from hypothesis import given
from hypothesis.strategies import from_regex
from werkzeug.urls import iri_to_uri

from api.presenting.filters import PLAIN, area, day, duration, link, number, paragraphs, shortened, size, uri

FR, DE, EN, LB = map(Locale.parse, ("fr", "de", "en", "lb"))


@pytest.mark.parametrize(
    ("value", "locale", "shown"),
    [
        ("2026-11-20", FR, "20 novembre 2026"),
        ("2028-01-01", FR, "1er janvier 2028"),
        ("2028-01-11", FR, "11 janvier 2028"),
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
    assert day(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), DE) == "02.01.2026, 03:04"


def test_numbers_and_sizes_are_written_as_the_reader_does() -> None:
    assert number(75000, DE) == "75.000"
    assert number(75000, EN) == "75,000"
    assert size(0, EN) == "0 B"
    assert size(999, EN) == "999 B"
    assert size(33_100_000, DE) == "33,1 MB"
    assert size(1_500_000_000, EN) == "1.5 GB"
    assert size(10**19, EN) == "10,000 PB"
    assert size(33_100_000, FR) == "33,1 Mo"


@pytest.mark.parametrize(
    ("value", "locale", "shown"),
    [
        ("PT1H", DE, "1 Stunde"),
        ("PT10M", LB, "10 Minutten"),
        ("P1Y6M", EN, "1 year 6 months"),
        ("P1D", FR, "1\N{NO-BREAK SPACE}jour"),
        ("PT0.5S", EN, "PT0.5S"),
        ("P", EN, "P"),
        ("P1DT", EN, "P1DT"),
        ("hourly", EN, "hourly"),
    ],
)
def test_a_duration_is_told_in_words_and_what_is_none_stays(value: str, locale: Locale, shown: str) -> None:
    assert duration(value, locale) == shown


@pytest.mark.parametrize(
    ("value", "locale", "shown"),
    [
        (
            "POLYGON((5.73 49.44,6.54 49.44,6.54 50.19,5.73 50.19,5.73 49.44))",
            FR,
            "5,73° E - 6,54° E, 49,44° N - 50,19° N",
        ),
        ("POINT(-6.13 -49.81)", DE, "6,13° W, 49,81° S"),
        ("MULTIPOLYGON(((-1 0, 1 0, 1 2, -1 0)), ((5 5, 6 6, 5 6, 5 5)))", EN, "1° W - 6° E, 0° N - 6° N"),
        ("POLYGON(())", EN, "POLYGON(())"),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(49 6)", EN, "6° E, 49° N"),
        ("<http://www.opengis.net/def/crs/EPSG/0/2169> POINT(49 6)", EN, None),
        ("POINT(one two)", EN, None),
        ("LINESTRING(0 0, 1 1)", EN, "0° E - 1° E, 0° N - 1° N"),
        ('{"type":"Point","coordinates":[6,49]}', EN, "6° E, 49° N"),
    ],
)
def test_a_shape_is_told_by_where_it_is_and_any_other_text_stays(value: str, locale: Locale, shown: str | None) -> None:
    assert area(value, locale).replace("\N{NO-BREAK SPACE}", " ").replace("\N{EN DASH}", "-") == (shown or value)


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


@given(from_regex(PLAIN, fullmatch=True))
def test_what_is_known_to_be_plain_would_be_written_no_other_way(address: str) -> None:
    assert uri(address) == iri_to_uri(address) == address
    assert urlsplit(address).hostname
    assert link(address) == address


@pytest.mark.parametrize("address", ["http://a..b/", "https://exämple.org/", "http://example.org:99999/", "http://x/ü"])
def test_what_is_not_plain_is_looked_at(address: str) -> None:
    assert not PLAIN.match(address)
