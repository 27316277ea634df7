"""Terms that no vocabulary has, and what they were meant for."""

import pytest

from graph.model.declarations import Model
from shapes.reporting.forms.notation import shorten
from shapes.reporting.lexicon import CLASS, PROPERTY, Lexicon, Watch
from vocabularies.namespaces import DCAT, DCT, PREFIXES, SCHEMA

LEXICON = Lexicon.load()


def iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


@pytest.mark.parametrize(
    ("kind", "used", "nearest"),
    [
        (PROPERTY, "dct:mediaType", "dcat:mediaType"),
        (PROPERTY, "dcat:licence", "dct:license"),
        (PROPERTY, "dct:licence", "dct:license"),
        (PROPERTY, "dcat:acessURL", "dcat:accessURL"),
        (PROPERTY, "dcat:accessUrl", "dcat:accessURL"),
        (PROPERTY, "dcat:title", "dct:title"),
        (PROPERTY, "dct:contactPoint", "dcat:contactPoint"),
        (PROPERTY, "vcard:hasEMail", "vcard:hasEmail"),
        (PROPERTY, "dcatap:hvdcategory", "dcatap:hvdCategory"),
        (PROPERTY, "foaf:zzz", None),
        (CLASS, "dcat:Catalogue", "dcat:Catalog"),
        (CLASS, "dcat:DataSet", "dcat:Dataset"),
        (CLASS, "dcat:dataset", "dcat:Dataset"),
        (CLASS, "dcat:Agent", "foaf:Agent"),
        (CLASS, "adms:SemanticAsset", None),
    ],
)
def test_a_term_that_does_not_exist_is_told_with_the_nearest(kind: str, used: str, nearest: str | None) -> None:
    [found] = LEXICON.unknown(kind, {iri(used): 2})
    assert (found.count, found.nearest and shorten(found.nearest)) == (2, nearest)


def test_what_the_model_uses_is_known() -> None:
    model = Model.load()
    assert LEXICON.unknown(CLASS, {one.value: 1 for one in model.classes}) == []
    assert LEXICON.unknown(PROPERTY, {use.predicate.value: 1 for use in model.uses if use.predicate}) == []


def test_terms_of_other_vocabularies_are_nobodys_business() -> None:
    assert LEXICON.unknown(PROPERTY, {SCHEMA.zzz.value: 1, "http://own.example/mediaType": 1}) == []


def test_a_name_without_end_is_compared_in_no_time() -> None:
    [found] = LEXICON.unknown(PROPERTY, {DCT["licence" * 100_000].value: 1})
    assert found.nearest is None


def test_predicates_are_counted_within_bounds() -> None:
    watch = Watch(LEXICON)
    for token in [str(DCT.mediaType).encode()] * 3 + [f"<{DCAT.prefix}x{n}>".encode() for n in range(5000)]:
        assert token not in watch.ordinary
        watch.meet(token)
    watch.meet(b"<http://own.example/p>")
    assert b"<http://own.example/p>" in watch.ordinary
    assert watch.used()[DCT.mediaType.value] == 3
    assert len(watch.counts) == 1000
    assert str(DCT.title).encode() in watch.ordinary
