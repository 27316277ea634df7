"""Where records say that their pictures are."""

from collections.abc import Iterator

import pytest

from graph.generations import Generation, Generations
from loaders.pictures.addresses import CANDIDATES, addresses, kinds, wanted
from tests.support.portal import publish

CATALOGUE = f"""
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix schema: <http://schema.org/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix e: <https://e.example/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
e:r1 a schema:WebApplication ; dct:title "A" ; schema:image e:1, "https://e.example/2", "a picture" .
e:r2 a schema:Map ; dct:title "B" ; schema:image [ a schema:ImageObject ; schema:contentUrl e:3 ] .
e:r3 a schema:Map ; dct:title "C" ; schema:image <mailto:a@b.example>, <data:image/png;base64,AAAA> .
e:r4 a schema:Map ; dct:title "D" ; schema:image {", ".join(f"e:many-{number}" for number in range(99))} .
e:o1 a foaf:Organization ; foaf:name "E" ; foaf:depiction e:5 ; foaf:logo e:4 .
e:o2 a foaf:Organization ; foaf:name "F" ; foaf:logo e:4 ; vcard:hasLogo e:6 .
e:d a dcat:Dataset ; dct:title "G" ; schema:image e:7 .
"""


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder = tmp_path_factory.mktemp("addresses")
    (folder / "catalogue.ttl").write_text(CATALOGUE)
    publish(folder / "data", folder / "catalogue.ttl")
    with Generations(folder / "data").current() as generation:
        yield generation


def test_pictures_are_found_wherever_records_name_them(generation: Generation) -> None:
    found = wanted(generation, 100)
    named = sorted(each.removeprefix("https://e.example/") for each in found if "many" not in each)
    assert named == ["1", "2", "3", "4", "5", "6"]
    assert len(found) == len(set(found))
    assert kinds() == ("reuses", "organisations")


def test_what_says_most_of_a_kind_comes_first(generation: Generation) -> None:
    first, second = addresses(generation.store, "organisations", "https://e.example/o1")
    assert (first, second) == ("https://e.example/4", "https://e.example/5")


def test_of_very_many_pictures_a_few_are_wanted(generation: Generation) -> None:
    assert len(addresses(generation.store, "reuses", "https://e.example/r4")) == CANDIDATES
    assert len(wanted(generation, 2)) == 2
