import csv
import gzip
import hashlib
import io
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse

from api.background.dumping import run
from api.settings import Settings
from api.wiring import pipeline
from graph.errors import NotFound, StoreError
from graph.formats import N_TRIPLES
from graph.generations import Generation, Generations
from graph.iris import Iris
from graph.serialise import serialise
from loaders.dumps.making import dump
from loaders.dumps.sets import Dumps, DumpSet
from loaders.dumps.tables import columns
from loaders.pipeline import Order
from loaders.preparation import prepare
from tests.support.portal import EXAMPLE, publish
from tests.support.processes import wait_until
from vocabularies.namespaces import DCAT, DCT, RDF, SKOS

BASE = "http://127.0.0.1:8000"
CATALOGUE = NamedNode(f"{BASE}/catalogue")
STAND_INS = {str(term) for term in (RDF.type, SKOS.prefLabel, SKOS.inScheme, DCT.title)}
"""What is said of codes and their tables, and of what is only named."""

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("original") / "data"
    publish(data, EXAMPLE)
    load(data, EXAMPLE / "services.ttl", source="other")
    load(data, *(file for file in EXAMPLE.iterdir() if file.name != "series.ttl"))  # leaves tombstones
    return data


def load(data: Path, *files: Path, source: str = "example") -> None:
    """Publish, without the time that validation takes."""
    order = Order([str(file) for file in files], source, validate=False)
    assert pipeline(Settings(data=data, isolation_required=False)).load(order).outcome is not None


@pytest.fixture(scope="module")
def dumped(original: Path) -> DumpSet:
    return dump(original, 3, lambda: NOW).dumped


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal of few records, not dumped."""
    data = tmp_path_factory.mktemp("small") / "data"
    load(data, EXAMPLE / "reuses.ttl")
    return data


@pytest.fixture
def data(small: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small, tmp_path / "data", symlinks=True)


@pytest.fixture(scope="module")
def generation(original: Path) -> Iterator[Generation]:
    with Generations(original).current() as generation:
        yield generation


def folder(original: Path) -> Path:
    return Dumps(original).path(3)


def text(original: Path, name: str) -> bytes:
    return gzip.decompress((folder(original) / name).read_bytes())


def canonical(triples: object) -> bytes:
    """The statements whatever their blank nodes were called, typed as declared."""
    return serialise(triples, N_TRIPLES)  # type: ignore[arg-type]  # any iterable of statements


def test_the_quads_are_what_the_store_says_less_claims_and_questions(
    original: Path, dumped: DumpSet, generation: Generation
) -> None:
    store, iris = Store(), Iris(generation.manifest.base)
    store.extend(parse(text(original, "catalogue.nq.gz"), RdfFormat.N_QUADS))
    union = {quad.triple for quad in store if iris.in_default_graph(quad.graph_name)}
    published = generation.store.quads_for_pattern(None, None, None, DefaultGraph())
    assert canonical(union) == canonical(quad.triple for quad in published)
    graphs = {graph.value.removeprefix(f"{iris.base}/graph/") for graph in store.named_graphs()}
    assert {"source/example", "records", "provenance", "changes"} <= graphs
    assert not any(name.startswith(("claims", "queries")) for name in graphs)
    assert not any(isinstance(quad.graph_name, DefaultGraph) for quad in store)


def test_the_other_syntaxes_have_all_but_vocabularies_and_tombstones_and_what_stands_for_those(
    original: Path, dumped: DumpSet
) -> None:
    base = dumped.base
    quads = parse(text(original, "catalogue.nq.gz"), RdfFormat.N_QUADS)
    left_out = (f"<{base}/graph/vocabulary/", f"<{base}/graph/changes")
    shown = {quad.triple for quad in quads if not str(quad.graph_name).startswith(left_out)}
    turtle = canonical(quad.triple for quad in parse(text(original, "catalogue.ttl.gz"), RdfFormat.TURTLE))
    linked = canonical(quad.triple for quad in parse(text(original, "catalogue.jsonld.gz"), RdfFormat.JSON_LD))
    assert turtle == linked
    more = set(turtle.splitlines()) - set(canonical(shown).splitlines())
    assert set(canonical(shown).splitlines()) <= set(turtle.splitlines())
    assert {line.split(b" ")[1].decode() for line in more} <= STAND_INS


def test_checksums_sizes_and_counts_are_those_of_the_files(original: Path, dumped: DumpSet) -> None:
    lines = (folder(original) / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert {each.name for each in dumped.files} == set(sums)
    for each in dumped.files:
        packed = (folder(original) / each.name).read_bytes()
        assert (each.size, each.sha256) == (len(packed), hashlib.sha256(packed).hexdigest())
        assert sums[each.name] == each.sha256
        assert each.unpacked == len(gzip.decompress(packed))
    quads = dumped.file("catalogue.nq.gz")
    assert quads.count == text(original, quads.name).count(b"\n")
    assert dumped.file("datasets.csv.gz").count == len(table(original, "datasets"))


def table(original: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(original, f"{name}.csv.gz").decode(), newline="")))


def test_each_table_has_a_row_for_each_of_its_kind(original: Path, dumped: DumpSet, generation: Generation) -> None:
    for name in columns():
        listed = [entry.iri for entry in generation.ledger.of_kind(name) if entry.graph.startswith("source/")]
        assert [row["iri"] for row in table(original, name)] == sorted(listed)


def test_a_row_says_what_the_resource_says(original: Path, dumped: DumpSet) -> None:
    iri = "https://data.portal.example/id/dataset/air-quality-hourly"
    (row,) = (row for row in table(original, "datasets") if row["iri"] == iri)
    assert row["title_en"] == "Air quality: hourly measurements of the fixed stations"
    assert row["keywords_en"] == "air quality|ozone|particulate matter"
    assert row["publisher"] == "https://data.portal.example/id/organisation/waterair"
    assert row["publisher_name"]
    assert row["issued"] == "2016-03-01"
    assert row["source"] == "example"
    assert row["page"].startswith(f"{dumped.base}/datasets/")
    parts = [part for part in table(original, "distributions") if part["dataset"] == iri]
    assert [part["iri"] for part in parts] == row["distributions"].split("|")
    assert any(part["byte_size"].isdigit() for part in table(original, "distributions"))


def test_the_tables_are_described_with_every_column(original: Path, dumped: DumpSet) -> None:
    told = json.loads((folder(original) / "csv-metadata.json").read_text())
    described = {one["url"]: [column["name"] for column in one["tableSchema"]["columns"]] for one in told["tables"]}
    for name in columns():
        assert described[f"{name}.csv"] == list(table(original, name)[0])


def test_the_same_generation_gives_the_same_bytes(original: Path, dumped: DumpSet, tmp_path: Path) -> None:
    again = shutil.copytree(original, tmp_path / "again", symlinks=True, ignore=shutil.ignore_patterns("dumps"))
    assert dump(again, 3, lambda: NOW).dumped == dumped


def test_what_was_prepared_changes_no_byte(original: Path, dumped: DumpSet, tmp_path: Path) -> None:
    again = shutil.copytree(original, tmp_path / "again", symlinks=True, ignore=shutil.ignore_patterns("dumps"))
    prepare(again)
    assert (again / "prepared/000003/descriptions/datasets/000000").exists()
    assert dump(again, 3, lambda: NOW).dumped == dumped


def test_numbers_are_typed_as_declared(original: Path, dumped: DumpSet) -> None:
    sizes = [line for line in text(original, "catalogue.nq.gz").splitlines() if b"#byteSize> " in line]
    assert sizes
    assert all(b'"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>' in line for line in sizes)


def test_a_set_is_made_once_for_a_generation(data: Path) -> None:
    first = dump(data, 3, lambda: NOW)
    second = dump(data, 3, lambda: NOW + timedelta(days=2))
    assert (first.fresh, second.fresh) == (True, False)
    assert second.dumped == first.dumped


def test_older_sets_lose_their_files_and_keep_what_they_were(data: Path) -> None:
    first = dump(data, 1, lambda: NOW).dumped
    load(data, EXAMPLE / "reuses.ttl")
    later = NOW + timedelta(days=1)
    assert dump(data, 1, lambda: later).dumped.number == 2
    dumps = Dumps(data)
    assert dumps.latest_number() == 2
    kept = dumps.find(1)
    assert kept.removed == later
    assert kept.files == first.files
    assert [entry.name for entry in dumps.path(1).iterdir()] == ["manifest.json"]
    assert [each.number for each in dumps.all()] == [2, 1]


def test_a_set_whose_description_is_damaged_keeps_no_other_from_being_made(data: Path) -> None:
    dump(data, 1, lambda: NOW)
    dumps = Dumps(data)
    shutil.copytree(dumps.path(1), dumps.path(0))
    (dumps.path(0) / "manifest.json").write_text("{")
    load(data, EXAMPLE / "reuses.ttl")
    assert dump(data, 1, lambda: NOW).fresh
    assert dumps.find(1).removed == NOW


def test_a_set_is_due_when_the_newest_is_old_enough(data: Path) -> None:
    dumps = Dumps(data)
    assert dumps.due(timedelta(days=1), NOW)
    dump(data, 1, lambda: NOW)
    assert not dumps.due(timedelta(days=1), NOW + timedelta(hours=23))
    assert dumps.due(timedelta(days=1), NOW + timedelta(hours=24))


def test_nothing_is_dumped_where_nothing_is_published(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        dump(tmp_path / "data", 3)


def test_a_full_or_forbidden_disk_leaves_no_half_set(data: Path) -> None:
    (data / "dumps").write_text("no folder")
    with pytest.raises(StoreError, match="cannot be written"):
        dump(data, 3)


def test_a_set_of_another_portals_generation_is_never_taken_for_ours(data: Path) -> None:
    dump(data, 3)
    shutil.rmtree(data / "generations")
    (data / "current").unlink()
    load(data, EXAMPLE / "requests.ttl")
    with pytest.raises(StoreError, match="another portal"):
        dump(data, 3)


def test_what_a_killed_one_left_is_removed_by_the_next(data: Path) -> None:
    dumps = Dumps(data)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "api.background.dumping", json.dumps({"CATALOGRAPH_DATA": str(data)})],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wait_until(lambda: any(dumps.folder.glob(".making-*/*.gz")) or process.poll() is not None, 30)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert dump(data, 3).dumped.number == 1
    assert not list(dumps.folder.glob(".making-*"))
    assert dumps.latest_number() == 1


def test_a_reader_in_the_middle_of_a_file_reads_it_to_its_end_when_the_set_is_removed(data: Path) -> None:
    dumped = dump(data, 1).dumped
    with (Dumps(data).path(1) / "catalogue.nq.gz").open("rb") as file:
        begun = file.read(10)
        load(data, EXAMPLE / "requests.ttl")
        dump(data, 1)
        whole = begun + file.read()
    assert hashlib.sha256(whole).hexdigest() == dumped.file("catalogue.nq.gz").sha256


def test_one_blank_node_of_a_record_is_no_other_records(original: Path, dumped: DumpSet) -> None:
    owners: dict[str, set[str]] = {}
    for quad in parse(text(original, "catalogue.nq.gz"), RdfFormat.N_QUADS):
        assert isinstance(quad, Quad)
        assert isinstance(quad.triple, Triple)
        if isinstance(quad.subject, NamedNode) and str(quad.object).startswith("_:"):
            owners.setdefault(str(quad.object), set()).add(quad.subject.value)
    assert owners
    assert {len(subjects) for subjects in owners.values()} == {1}


def test_the_catalogue_lists_what_is_in_it_where_its_description_is_known(data: Path) -> None:
    dump(data, 3, head=lambda _number: [Triple(CATALOGUE, RDF.type, DCAT.Catalog)])
    for form, syntax in (("nq", RdfFormat.N_QUADS), ("ttl", RdfFormat.TURTLE), ("jsonld", RdfFormat.JSON_LD)):
        packed = (Dumps(data).path(1) / f"catalogue.{form}.gz").read_bytes()
        quads = list(parse(gzip.decompress(packed), syntax))
        about = [quad for quad in quads if quad.subject == CATALOGUE]
        assert {quad.graph_name for quad in about} == {DefaultGraph()}
        for listed_by, main in ((DCAT.record, DCAT.CatalogRecord), (DCAT.dataset, DCAT.Dataset)):
            described = {quad.subject for quad in quads if (quad.predicate, quad.object) == (RDF.type, main)}
            assert {quad.object for quad in about if quad.predicate == listed_by} == described


def test_the_portal_states_its_terms_for_sources_that_state_none(data: Path) -> None:
    licence = "http://publications.europa.eu/resource/authority/licence/CC0"
    run(Settings(data=data, licence=licence, attribution="The portal"))
    turtle = gzip.decompress((Dumps(data).path(1) / "catalogue.ttl.gz").read_bytes())
    quads = list(parse(turtle, RdfFormat.TURTLE))
    licensed = {str(quad.subject) for quad in quads if quad.predicate == DCT.license and quad.object.value == licence}
    assert licensed == {f"<{BASE}/catalogue>", f"<{BASE}/sources/example>"}
    assert turtle.count(b'"The portal"') == 4
