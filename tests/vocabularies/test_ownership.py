"""Which IRIs are somebody else's."""

import pytest

from vocabularies.ownership import foreign


@pytest.mark.parametrize(
    "iri",
    [
        "http://publications.europa.eu/resource/authority/frequency/ANNUAL",
        "http://data.europa.eu/bna/c_ac64a52d",
        "http://data.europa.eu/eli/reg_impl/2023/138/oj",
        "https://www.iana.org/assignments/media-types/text/csv",
        "http://spdx.org/rdf/terms#checksumAlgorithm_sha1",
        "http://purl.org/adms/publishertype/LocalAuthority",
        "https://sws.geonames.org/2960313/",
        "http://www.w3.org/ns/dcat#Dataset",
        "https://creativecommons.org/licenses/by/4.0/",
    ],
)
def test_standards_and_tables_are(iri: str) -> None:
    assert foreign()(iri)


@pytest.mark.parametrize(
    "iri",
    [
        "https://data.public.lu/datasets/1",
        "http://publications.europa.eu/resource/dataset/frequency",
        "http://data.europa.eu/88u/dataset/1",
    ],
)
def test_what_somebody_publishes_is_not(iri: str) -> None:
    assert not foreign()(iri)
