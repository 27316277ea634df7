"""Every link of the site leads somewhere, and what pages say of themselves and of each other agrees."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest

from api.settings import Settings
from tests.site.crawl import Head, Page, Site, crawl, inner, kinds, visit
from tests.support.portal import portal

MOST = 12
"""Links of each kind that are followed; the long proof follows all."""

ANYWHERE = ("http://", "https://", "mailto:")


def test_the_crawl_finds_what_there_is(site: Site) -> None:
    assert len(site.pages) > 100
    assert all(page.answer.status_code == 200 for page in site.pages.values())


def test_every_link_of_the_site_leads_somewhere(site: Site, published: Path) -> None:
    broken = []
    with portal(published) as client:
        kind_of, known = kinds(client), Counter[str]()
        for path, page in site.linked.items():
            known[kind_of(path)] += 1
            if known[kind_of(path)] <= MOST:
                status = visit(client, path, "HEAD").status_code
                if status != 200 and not (status == 503 and _asks(path)):
                    broken.append((status, path, page))
    assert not broken


def test_every_other_link_is_one_that_a_reader_can_follow(site: Site) -> None:
    odd = [
        (path, address)
        for path, page in site.pages.items()
        for address in page.head.addresses()
        if not urljoin(f"{site.base}{path}", address).startswith(ANYWHERE)
    ]
    assert not odd


def test_what_a_link_points_at_within_a_page_is_there(site: Site) -> None:
    missing = []
    for path, page in site.pages.items():
        for address in page.head.addresses():
            _, fragment = urldefrag(urljoin(f"{site.base}{path}", address))
            target = site.pages.get(inner(site.base, path, address) or "")
            if fragment and target is not None and fragment not in target.head.ids:
                missing.append((path, address))
    assert not missing


def test_no_identifier_is_given_twice(site: Site) -> None:
    assert not [(path, page.head.ids.most_common(1)) for path, page in site.pages.items() if _twice(page)]


def _asks(path: str) -> bool:
    """Whether query workers answer there, which do not run here."""
    return re.match(r"(/[a-z]{2})?/(sparql|queries/)", path) is not None


def _twice(page: Page) -> bool:
    return any(count > 1 for count in page.head.ids.values())


def test_a_page_and_its_languages_name_each_other(site: Site, published: Path) -> None:
    with portal(published) as client:
        kind_of = kinds(client)
        for page in {kind_of(page.path): page for page in site.pages.values()}.values():
            offered = {told["hreflang"]: told["href"] for told in page.head.related("alternate") if "hreflang" in told}
            if not offered:
                continue
            assert set(offered) == {"fr", "de", "en", "lb", "x-default"}, page.path
            for language, address in offered.items():
                path = inner(site.base, page.path, address)
                assert path is not None
                answer = visit(client, path)
                there = Head(answer.get_data(as_text=True))
                assert answer.status_code == 200, (page.path, path)
                assert there.language == (language if language != "x-default" else "en"), path
                (canonical,) = there.related("canonical")
                assert canonical["href"] == address, "each language stands for itself"
                others = {told["hreflang"]: told["href"] for told in there.related("alternate") if "hreflang" in told}
                assert others == offered, (page.path, language)


@pytest.mark.prove
def test_every_link_of_every_page_leads_somewhere(published: Path) -> None:
    with portal(published) as client:
        whole = crawl(client, Settings().base, 100_000, kinds(client))
        assert all(page.answer.status_code == 200 for page in whole.pages.values())
        for path, page in whole.linked.items():
            if path not in whole.pages:
                status = visit(client, path, "HEAD").status_code
                assert status == 200 or (status == 503 and _asks(path)), (path, page)
