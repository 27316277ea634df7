import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from graph.generations import Generation, Generations
from graph.iris import Iris
from graph.shelf import Shelf
from queries.void.count import count, keep, kept
from queries.void.statistics import Statistics, targets
from tests.support.portal import EXAMPLE, publish
from vocabularies.namespaces import RDF

IRIS = Iris("http://127.0.0.1:8000")
DATA = """
PREFIX : <http://example.org/>
:a a :One, :Two ; :title "A"@en, "B" ; :leads :b, <http://www.wikidata.org/entity/Q1>, [ a :Two ] ; :size 1 .
:b a :One ; :title "C"@fr ; :leads :c, <http://www.wikidata.org/entity/Q1> .
:c :title "D"@fr .
"""


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    data = tmp_path_factory.mktemp("void")
    publish(data, EXAMPLE)
    with Generations(data).current() as generation:
        yield generation


@pytest.fixture(scope="module")
def published(generation: Generation) -> list[Quad]:
    """The default graph, by way of an export."""
    text = generation.store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    return list(parse(text or b"", RdfFormat.N_TRIPLES))


@pytest.fixture(scope="module")
def statistics(generation: Generation) -> Statistics:
    return count(generation.store, IRIS)


def typed(quads: list[Quad]) -> Iterator[tuple[object, str]]:
    for quad in quads:
        if quad.predicate == RDF.type and isinstance(quad.object, NamedNode):
            yield quad.subject, quad.object.value


def test_the_numbers_of_a_generation_are_those_of_its_statements(published: list[Quad], statistics: Statistics) -> None:
    subjects = {quad.subject for quad in published}
    assert statistics.triples == len(published)
    assert statistics.subjects == len(subjects)
    assert statistics.entities == sum(isinstance(subject, NamedNode) for subject in subjects)
    assert statistics.objects == len({quad.object for quad in published})
    assert statistics.properties == Counter(quad.predicate.value for quad in published)
    assert statistics.classes == Counter(one for _, one in typed(published))


def test_the_partitions_of_a_generation_are_those_of_its_statements(
    published: list[Quad], statistics: Statistics
) -> None:
    types: dict[object, list[str]] = defaultdict(list)
    for subject, one in typed(published):
        types[subject].append(one)
    triples, datatypes, classes = Counter[tuple[str, ...]](), Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for quad in published:
        for one in types[quad.subject]:
            place = (one, quad.predicate.value)
            triples[place] += 1
            if isinstance(quad.object, Literal):
                datatypes[(*place, quad.object.datatype.value)] += 1
            for kind in types.get(quad.object, ()):
                classes[(*place, kind)] += 1
    told = [((one, name), each) for one, having in statistics.partitions.items() for name, each in having.items()]
    assert {place: each.triples for place, each in told} == triples
    assert {(*place, kind): number for place, each in told for kind, number in each.datatypes.items()} == datatypes
    assert {(*place, kind): number for place, each in told for kind, number in each.classes.items()} == classes


def test_the_links_of_a_generation_are_those_of_its_statements(published: list[Quad], statistics: Statistics) -> None:
    links: dict[tuple[str, str], list[str]] = defaultdict(list)
    for quad in published:
        for target in targets():
            if isinstance(quad.object, NamedNode) and quad.object.value.startswith(target.space):
                links[target.name, quad.predicate.value].append(quad.object.value)
    assert {(link.target, link.property): (link.triples, link.objects) for link in statistics.links} == {
        place: (len(values), len(set(values))) for place, values in links.items()
    }
    assert ("authority", "http://www.w3.org/ns/dcat#theme") in links


def test_each_large_graph_has_its_number_in_the_manifest_or_in_the_statistics(
    generation: Generation, statistics: Statistics
) -> None:
    told = {**generation.manifest.graphs, **statistics.graphs}
    assert told == {
        graph.value: sum(1 for _ in generation.store.quads_for_pattern(None, None, None, graph))
        for graph in generation.store.named_graphs()
        if isinstance(graph, NamedNode) and not graph.value.endswith(("/provenance", "/queries"))
    }


def test_each_class_with_an_iri_has_an_example_of_itself(published: list[Quad], statistics: Statistics) -> None:
    known = set(typed(published))
    named = {one for subject, one in known if isinstance(subject, NamedNode)}
    assert statistics.examples.keys() == named
    assert {(NamedNode(example), one) for one, example in statistics.examples.items()} <= known


def test_a_large_generation_tells_what_was_seen_without_numbers(generation: Generation, statistics: Statistics) -> None:
    some = count(generation.store, IRIS, whole=0)
    assert (some.triples, some.classes, some.examples) == (
        statistics.triples,
        statistics.classes,
        statistics.examples,
    )
    for one, having in some.partitions.items():
        for name, partition in having.items():
            exact = statistics.partitions[one][name]
            assert partition.triples == exact.triples
            assert partition.datatypes.keys() <= exact.datatypes.keys()
            assert partition.classes.keys() <= exact.classes.keys()
            assert {*partition.datatypes.values(), *partition.classes.values()} <= {0}
    assert set(some.links) <= set(statistics.links)
    assert len(some.links) > len(statistics.links) / 2


def _store(text: str = "") -> Store:
    store = Store()
    store.load(text, RdfFormat.TURTLE)
    return store


def test_things_of_two_classes_are_counted_with_both() -> None:
    one, two = (f"http://example.org/{name}" for name in ("One", "Two"))
    told = count(_store(DATA), IRIS)
    assert told.classes == {one: 2, two: 2}
    leads = told.partitions[one]["http://example.org/leads"]
    assert (leads.triples, leads.classes) == (5, {one: 1, two: 1})
    assert told.partitions[two]["http://example.org/leads"].triples == 3
    assert (told.subjects, told.entities) == (4, 3)
    assert [(link.target, link.triples, link.objects) for link in told.links] == [("wikidata", 2, 1)]


def test_the_literals_of_a_class_are_counted_by_datatype() -> None:
    title = count(_store(DATA), IRIS).partitions["http://example.org/One"]["http://example.org/title"]
    assert {kind.rpartition("#")[2]: number for kind, number in title.datatypes.items()} == {
        "langString": 2,
        "string": 1,
    }


@pytest.mark.parametrize("whole", [0, 100])
def test_a_store_with_nothing_in_it_can_be_counted(whole: int) -> None:
    told = count(_store(), IRIS, whole)
    assert (told.triples, told.subjects, told.objects, told.entities) == (0, 0, 0, 0)
    assert not told.classes


@pytest.mark.parametrize("whole", [0, 100])
def test_an_iri_whose_host_is_no_name_leads_nowhere(whole: int) -> None:
    store = _store()
    store.add(Quad(NamedNode("urn:a"), RDF.type, NamedNode("urn:One")))
    store.add(Quad(NamedNode("urn:a"), NamedNode("urn:p"), NamedNode("http://a℀b.example/")))
    store.add(Quad(NamedNode("urn:a"), NamedNode("urn:p"), BlankNode()))
    assert count(store, IRIS, whole).links == ()


def test_what_is_kept_is_what_was_counted(tmp_path: Path) -> None:
    store, shelf = _store(DATA), Shelf(tmp_path, "1")
    assert kept(shelf) is None
    keep(shelf, count(store, IRIS))
    first = (tmp_path / "void").read_bytes()
    keep(shelf, count(store, IRIS))
    assert (tmp_path / "void").read_bytes() == first
    assert kept(shelf) == count(store, IRIS)


def test_while_it_counts_other_threads_go_on(generation: Generation) -> None:
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.wait(0.001):
            ticks.append(time.monotonic())

    other = threading.Thread(target=tick)
    other.start()
    begun = time.monotonic()
    while time.monotonic() < begun + 1:
        count(generation.store, IRIS, whole=0)
    done.set()
    other.join()
    assert len(ticks) > 50  # hundreds where nothing else runs
