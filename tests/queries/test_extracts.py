from pyoxigraph import NamedNode, RdfFormat, Store

from queries.extracts import Extract

VERSIONS = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix : <http://a.example/> .
:new a dcat:Dataset ; dct:title "New" ; dcat:hasVersion :old .
:old a dcat:Dataset ; dct:title "Old" ; dcat:keyword "before" .
"""


def test_a_resource_is_told_whole_though_another_named_it_first() -> None:
    store = Store()
    store.load(VERSIONS.encode(), RdfFormat.TURTLE)
    extract = Extract(store, "http://portal.example/")
    for name in ("new", "old"):
        extract.add(NamedNode(f"http://a.example/{name}"))
    assert ("<http://a.example/old>", "<http://www.w3.org/ns/dcat#keyword>", '"before"') in extract.statements()
