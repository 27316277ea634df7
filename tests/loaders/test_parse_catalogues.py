"""Every RDF file of the real catalogues: what the strict parser, rdflib and we make of it."""

import gzip
import logging
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Quad, RdfFormat

from graph.errors import FormatError
from loaders.parse import Fault, statements
from tests.support.reading import BASE, read_file, same, strict
from tests.support.shared import SHARED

CATALOGUES = SHARED / "catalogues"
FORMS = {".ttl": "turtle", ".rdf": "rdfxml", ".xml": "rdfxml", ".jsonld": "jsonld", ".json": "jsonld", ".trig": "trig"}
NATIVE = {
    "turtle": RdfFormat.TURTLE,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
}
OTHER = {"turtle": "turtle", "rdfxml": "xml", "jsonld": "json-ld", "trig": "trig"}

NO_RDF = {
    "udata/fixtures-data.gouv.fr.json": "JSON of an API",
    "udata/harvest-csw/geonetwork-iso19139-page-1.xml": "ISO 19139",
    "udata/harvest-dcat/evian.json": "a remote context that is not bundled",
    "slovakia/dataset-hvd.jsonld": "a remote context that is not bundled",
} | {
    f"iso19139-to-dcat-ap/{name}/input.xml": "ISO 19139, of which rdflib makes statements about XML"
    for name in ("basic_dataset", "hvd_dataset_multilingual", "multilingual-metadata", "network-service")
}
FAULTY = {
    "ckanext-dcat/dataset.ttl": {"http://example.com/series", "http://example.com/analytics"},
    "udata/harvest-dcat/geonetwork.xml": set[str](),
}
"""Files with faults, and the records these cost: an undeclared prefix; two IRIs in one attribute."""


@dataclass(frozen=True)
class Compared:
    name: str
    native: list[Quad] | None
    other: int | None
    ours: list[Quad] | None
    faults: list[Fault]

    def row(self) -> str:
        numbers = (self.native, self.other, self.ours)
        cells = (len(one) if isinstance(one, list) else one for one in numbers)
        repaired = sum(fault.action == "repaired" for fault in self.faults)
        columns = "".join(f"{'-' if cell is None else cell:>8}" for cell in cells)
        return f"{self.name[-70:]:<72}{columns}{repaired:>9}{len(self.faults) - repaired:>12}"


HEADER = f"{'file':<72}{'strict':>8}{'rdflib':>8}{'ours':>8}{'repaired':>9}{'quarantined':>12}"


def files() -> list[Path]:
    return sorted(path for path in CATALOGUES.rglob("*") if path.suffix in FORMS)


def by_rdflib(path: Path, form: str) -> int | None:
    graph = rdflib.Dataset() if form == "trig" else rdflib.Graph()
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            graph.parse(path, format=OTHER[form], publicID=BASE)
    except Exception:  # noqa: BLE001  rdflib raises whatever its parsers raise
        return None
    finally:
        logging.disable(logging.NOTSET)
    return len(graph)


def compare(path: Path) -> Compared:
    form = FORMS[path.suffix]
    name = path.relative_to(CATALOGUES).as_posix()
    try:
        native: list[Quad] | None = list(set(strict(path.read_bytes(), NATIVE[form])))
    except SyntaxError:
        native = None
    faults: list[Fault] = []
    try:
        ours: list[Quad] | None = list(set(statements(path, form, BASE, name, faults.append)))
    except FormatError:
        ours = None
    return Compared(name, native, by_rdflib(path, form), ours, faults)


@pytest.fixture(scope="module")
def compared() -> dict[str, Compared]:
    if not CATALOGUES.is_dir():
        pytest.skip("the shared catalogues are not beside this repository")
    found = [compare(path) for path in files()]
    print(f"\n{HEADER}")
    for one in found:
        if one.faults or one.native is None or one.other != len(one.native):
            print(one.row())
    clean = [one for one in found if one.native is not None and one.ours is not None and not one.faults]
    total = sum(len(one.ours or ()) for one in found)
    print(f"{len(found)} files, {len(clean)} of them clean and read alike; {total} statements in all")
    return {one.name: one for one in found}


def test_a_clean_file_is_read_exactly_as_the_strict_parser_reads_it(compared: dict[str, Compared]) -> None:
    clean = [one for one in compared.values() if one.native is not None and one.ours is not None]
    assert len(clean) > 200
    assert [one.name for one in clean if not same(one.native or [], one.ours or [])] == []
    assert [one.name for one in clean if one.faults] == []


def test_no_parser_reads_more_of_a_file_than_we_do(compared: dict[str, Compared]) -> None:
    for one in compared.values():
        if one.name not in NO_RDF:
            assert one.ours is not None, one.name
            assert len(one.ours) >= max(len(one.native or ()), one.other or 0), one.row()


def test_only_what_is_no_rdf_is_refused_whole(compared: dict[str, Compared]) -> None:
    assert {one.name for one in compared.values() if one.ours is None} == set(NO_RDF)


def test_faults_cost_only_the_records_they_are_in(compared: dict[str, Compared]) -> None:
    found = {
        one.name: {fault.subject for fault in one.faults if fault.action == "quarantined"}
        for one in compared.values()
        if one.faults and one.ours is not None
    }
    assert found == FAULTY


def best(work: Callable[[], object]) -> float:
    """The shortest of three runs, in seconds: others use the machine too."""
    found = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


@pytest.mark.prove
def test_the_belgian_subset_is_read_as_the_strict_parser_reads_it(tmp_path: Path) -> None:
    archive = CATALOGUES / "data.gov.be-subset.nt.gz"
    if not archive.is_file():
        pytest.skip("the shared catalogues are not beside this repository")
    path = tmp_path / "belgium.nt"
    path.write_bytes(gzip.decompress(archive.read_bytes()))
    native = strict(path.read_bytes(), RdfFormat.N_TRIPLES)
    reading = read_file(path, "ntriples")
    assert reading.quads == native
    assert reading.faults == []
    fast = best(lambda: strict(path.read_bytes(), RdfFormat.N_TRIPLES))
    ours = best(lambda: read_file(path, "ntriples"))
    print(f"{len(native)} statements: strict {fast:.2f} s, ours {ours:.2f} s")
    assert ours < 2 * fast
