"""Where a source wrote a text in the place of a code, that leads to all that have it, as codes do."""

import re
from html import unescape
from pathlib import Path

from tests.support.portal import page, portal, publish

DATA = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX : <http://x.example/>
:one a dcat:Dataset ; dct:title "One"@en ; dcat:theme "Fog & mist" ; dcat:distribution :file .
:two a dcat:Dataset ; dct:title "Two"@en ; dcat:theme "Fog & mist" ; dcat:distribution :other .
:three a dcat:Dataset ; dct:title "Three"@en .
:file a dcat:Distribution ; dcat:accessURL <http://x.example/file> ; dct:format "punch cards" ; dct:license "Ask Eve" .
:other a dcat:Distribution ; dcat:accessURL <http://x.example/other> ; dct:format "punch cards" .
"""


def test_a_text_leads_to_all_that_have_it(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(DATA, "utf-8")
    publish(tmp_path / "portal", tmp_path / "data.ttl")
    with portal(tmp_path / "portal") as client:
        listed = unescape(page(client, "/en/datasets").text)
        found = re.search(r'href="(/en/datasets/one-[^"]+)"', listed)
        assert found is not None
        text = unescape(page(client, found[1]).text)
        for name, value, count in (("theme", "Fog & mist", 2), ("format", "punch cards", 2), ("licence", "Ask Eve", 1)):
            link = re.search(rf'<a href="(/en/datasets\?{name}=[^"]+)"[^>]*>(?:<[^>]+>)?{value}<', text)
            assert link is not None, name
            answer = unescape(page(client, link[1]).text)
            assert f">{count} result" in answer
            assert value in answer
