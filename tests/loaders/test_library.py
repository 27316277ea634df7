from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, parse, serialize

from graph.generations import Generations
from graph.iris import Iris
from loaders.library import tell
from queries.executables import address, executable, library
from queries.library import load, names
from vocabularies.namespaces import RDF, RDFS, SH

EXAMPLES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <http://schema.org/>
SELECT ?one ?text ?target
WHERE {
  ?one a sh:SPARQLExecutable ;
    rdfs:comment ?comment ;
    sh:select|sh:construct ?text ;
    schema:target ?target .
  FILTER(LANG(?comment) = "en")
}
"""


def test_the_library_has_a_graph_of_its_own_outside_the_default_graph(generations: Generations, iris: Iris) -> None:
    with generations.draft(iris, None) as draft:
        left = next(iter(executable(Iris("https://old.example"), load(names()[0]))))
        draft.store.extend([])
        tell(draft)
        told = {quad.triple for quad in draft.store.quads_for_pattern(None, None, None, iris.queries)}
        assert told == set(library(iris))
        assert left not in told
        assert not list(draft.store.quads_for_pattern(None, RDF.type, SH.SPARQLExecutable, DefaultGraph()))
        draft.store.remove_graph(iris.queries)
        tell(draft)
        tell(draft)
        assert len(list(draft.store.quads_for_pattern(None, None, None, iris.queries))) == len(told)


def test_an_editor_finds_every_question_as_an_example(iris: Iris) -> None:
    store = Store()
    store.bulk_load(serialize(library(iris), format=RdfFormat.N_TRIPLES) or b"", RdfFormat.N_TRIPLES)
    rows = list(store.query(EXAMPLES))  # type: ignore[arg-type]  # SELECT
    assert sorted(row["one"].value for row in rows) == [address(iris, name).value for name in names()]
    assert {row["target"].value for row in rows} == {f"{iris.base}/sparql"}
    for row in rows:
        Store().query(row["text"].value)


def test_a_question_tells_its_parameters_as_shacl_does(iris: Iris, tmp_path: Path) -> None:
    told = list(executable(iris, load("quality/untranslated")))
    (tmp_path / "told.nt").write_bytes(serialize(told, format=RdfFormat.N_TRIPLES) or b"")
    assert len(list(parse(path=tmp_path / "told.nt"))) == len(told)
    optional = {t.subject.value.rpartition("#")[2]: t.object.value for t in told if t.predicate == SH.optional}  # type: ignore[union-attr]
    assert optional == {"lang": "false", "organisation": "true"}
    paths = [t.object for t in told if t.predicate == SH.path]
    assert NamedNode(f"{iris.base}/queries#lang") in paths
    labels = {t.object.language for t in told if t.predicate == RDFS.label}  # type: ignore[union-attr]
    assert labels == {"en", "fr", "de", "lb"}
