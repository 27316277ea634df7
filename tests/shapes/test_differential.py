"""The official shapes, evaluated by us and by pySHACL: equal results, for every catalogue and example that we have.

Equal are focus node, path, value, severity, component and source shape, counted. The proofs print a table.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from zlib import crc32

import pytest
from pyoxigraph import NamedNode, Quad

from graph.cage import Limits
from graph.errors import CageError
from shapes.compiling.index import MalformedShape
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.leftovers import Key, key, validate_caged
from shapes.plan import Plan, compile_plan
from shapes.profiles import PROFILES, shapes_of
from tests.shapes.catalogues import Catalogue, catalogues, examples, standard, write
from tests.support.shared import SHARED
from vocabularies.namespaces import DCAT, ELI, RDF, SH

needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared catalogues and official shapes are not here")

_HAND_WRITTEN: Final = ("shapes", "range", "shapes_recommended", "mdr-vocabularies.shape", "deprecateduris")
_LIMITS: Final = Limits(cpu_seconds=3000, memory=8 << 30)

OFFICIAL: Final[dict[str, tuple[str, ...]]] = {
    "DCAT-AP 3.0.1": tuple(f"dcat-ap/3.0.1/shacl/{name}" for name in _HAND_WRITTEN),
    "DCAT-AP 3.0.1, generated, rebuilt": ("dcat-ap/3.0.1/shacl-generated-rebuilt/dcat-ap-SHACL",),
    "DCAT-AP 3.0.2, draft": tuple(f"dcat-ap/3.0.2-draft/shacl/{name}" for name in _HAND_WRITTEN),
    "DCAT-AP 3.0.0": tuple(f"dcat-ap/3.0.0/shacl/{name}" for name in _HAND_WRITTEN),
    "DCAT-AP 3.0.0, generated": ("dcat-ap/3.0.0/shacl-generated/dcat-ap-SHACL",),
    "DCAT-AP 2.1.1": tuple(f"dcat-ap/2.1.1/dcat-ap_2.1.1_shacl_{name}" for name in _HAND_WRITTEN),
    "HVD 3.0.0, base": ("dcat-ap-hvd/3.0.0/shacl/hvd-SHACL-base",),
    "HVD 3.0.0, ranges and usage notes": tuple(
        f"dcat-ap-hvd/3.0.0/shacl/hvd-SHACL-{name}" for name in ("ranges", "usagenotes")
    ),
    "HVD 3.0.0, full": ("dcat-ap-hvd/3.0.0/shacl/hvd-SHACL-full",),
    "HVD 3.0.1, draft": tuple(f"dcat-ap-hvd/3.0.1-draft/shacl/hvd-SHACL-{name}" for name in ("full", "cv", "api")),
    "HVD 2.2.0": ("dcat-ap-hvd/2.2.0/shacl/hvd-SHACL-full",),
    "DCAT-AP-LU 0.0.1-rc.1": ("dcat-ap-lu/0.0.1-rc.1/shacl/dcat_ap_lu_CM_shapes",),
    "ADMS": ("adms/shacl/adms-SHACL",),
    "ADMS-AP": ("adms/adms-ap/adms-ap-SHACL",),
    "ADMS, draft for core vocabularies": ("adms/miniprofile-draft/adms-corevocs-SHACL",),
    "GeoDCAT-AP 3.1.0": ("geodcat-ap/3.1.0/geodcat-ap-SHACL",),
    "BRegDCAT-AP 2.1.0": ("bregdcat-ap/2.1.0/BRegDCAT-AP_shacl_shapes_2.1.0",),
    "MobilityDCAT-AP 1.0.0": ("mobilitydcat-ap/1.0.0/mobilitydcat-ap_shacl_shapes",),
    "Core Public Organisation 2.1.2": ("core-public-organisation/2.1.2/core-public-organisation-ap-SHACL",),
    "DCAT-AP feeds": ("dcat-ap-feeds-ldes/shape",),
}
"""Name to files below the folder of standards, as .ttl."""

OLDER: Final = ("DCAT-AP 2", "DCAT-AP 3.0.0", "DCAT-AP 3.0.2", "DCAT-AP-LU", "HVD 2", "HVD 3.0.0", "ADMS, draft")
"""Compared in the proofs only: older or newer drafts of the others; and DCAT-AP-LU, which test_lu.py tries."""

_BREG: Final = (
    "http://joinup.ec.europa.eu/collection/access-base-registries/solution/abr-specification-registry-registries#"
)
_SERIES: Final = "https://semiceu.github.io/DCAT-AP/releases/3.0.0-hvd#dcat:DatasetSeriesShape/"
FAULTY: Final = {
    "HVD 3.0.0, base": (
        {(SH.property, NamedNode(f"{_SERIES}892bcf3c90199fdd741a47fc4559dc59d5a5b034"))},
        "is referred to as a shape but not defined",
    ),
    "BRegDCAT-AP 2.1.0": (
        {(SH.nodeKind, ELI.LegalResource), (SH.nodeKind, NamedNode(f"{_BREG}DcatResource_Shape"))},
        "is no node kind; one of sh:IRI, ",
    ),
}
"""Ill-formed official sets: the statements that are wrong, without which they are compared, and what we say of one."""

REFUSED: Final = {
    "dcat-ap/3.0.1/shacl-generated/dcat-ap-SHACL": "is referred to as a shape but not defined",
    "dcat-ap/3.0.1/shacl-generated/ranges": "is referred to as a shape but not defined",
    "reuse-modelling/opendata.swiss-showcase.hub.shapes": "has no sh:path",
}
"""Ill-formed official files that cannot be mended by leaving out a statement, and what we say of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: how many constraints are ours and left over, on how many files, with how many results."""

    name: str
    direct: int
    leftover: int
    files: int
    results: int
    different: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.name:<40}{self.direct:>6} direct{self.leftover:>4} by pySHACL{self.files:>5} files"
            f"{self.results:>8} results{len(self.different):>4} files differ"
        )


def _mended(name: str) -> list[Quad]:
    faults, _ = FAULTY.get(name, (set(), ""))
    return [quad for quad in standard(*OFFICIAL[name]) if (quad.predicate, quad.object) not in faults]


def _shapes(name: str) -> list[Quad]:
    return _mended(name) if name in OFFICIAL else shapes_of([name])


def _rows(names: Iterable[str], found: Sequence[Catalogue], folder: Path) -> Iterator[Row]:
    """A row per set of shapes; pySHACL evaluates them all in one child."""
    shapes = {name: _shapes(name) for name in names}
    plans = {name: compile_plan(statements) for name, statements in shapes.items()}
    files = [write(catalogue.quads, folder / f"{number}.nq") for number, catalogue in enumerate(found)]
    pairs = []
    for number, (name, plan) in enumerate(plans.items()):
        whole = write(shapes[name], folder / f"{number}.shapes.nq")
        rest = write(plan.rest, folder / f"{number}.rest.nq")
        pairs += [(file, which) for file in files for which in ((whole, rest) if plan.leftovers else (whole,))]
    theirs = validate_caged(pairs, _LIMITS)
    for name, plan in plans.items():
        yield _row(name, plan, found, theirs)


def _row(name: str, plan: Plan, found: Sequence[Catalogue], theirs: Iterator[list[Key]]) -> Row:
    results, different = 0, []
    for catalogue in found:
        whole = Counter(next(theirs))
        ours = Counter(map(key, evaluate(plan, by_subject(catalogue.quads)).results))
        ours.update(next(theirs) if plan.leftovers else ())
        results += whole.total()
        if whole != ours:
            different.append(f"{catalogue.name}: ours {ours - whole}, pySHACL's {whole - ours}")
    return Row(name, len(plan.sources), len(plan.leftovers), len(found), results, tuple(different))


@needs_shared
@pytest.mark.parametrize("name", OFFICIAL)
def test_an_official_set_leaves_only_sparql_to_pyshacl(name: str) -> None:
    plan = compile_plan(_mended(name))
    assert {left.reason for left in plan.leftovers} <= {"sh:sparql is evaluated by pySHACL"}
    assert len(plan.leftovers) == (55 if name.startswith("DCAT-AP-LU") else 0)


@pytest.mark.parametrize("name", PROFILES)
def test_our_own_shapes_leave_nothing_to_pyshacl(name: str) -> None:
    assert compile_plan(shapes_of([name])).leftovers == ()


@needs_shared
@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_official_set_is_refused_with_the_fault(name: str) -> None:
    faults, reason = FAULTY[name]
    with pytest.raises(MalformedShape, match=reason) as refused:
        compile_plan(standard(*OFFICIAL[name]))
    assert any(str(value) in str(refused.value) for _, value in faults)


@needs_shared
@pytest.mark.parametrize("file", REFUSED)
def test_an_official_file_that_is_ill_formed_is_refused_by_us(file: str) -> None:
    with pytest.raises(MalformedShape, match=REFUSED[file]):
        compile_plan(standard(file))


@needs_shared
@pytest.mark.prove
@pytest.mark.parametrize("file", REFUSED)
def test_an_official_file_that_is_ill_formed_is_refused_by_pyshacl_too(file: str, tmp_path: Path) -> None:
    shapes = standard(file)
    classes = {quad.object for quad in shapes if quad.predicate == SH.targetClass} | {DCAT.Dataset}
    data = [Quad(NamedNode(f"http://e.example/{n}"), RDF.type, one) for n, one in enumerate(sorted(classes, key=str))]
    with pytest.raises(CageError):
        list(validate_caged([(write(data, tmp_path / "data.nq"), write(shapes, tmp_path / "shapes.nq"))]))


@needs_shared
def test_small_files_get_the_results_that_pyshacl_gives(tmp_path: Path) -> None:
    found = [*catalogues(6_500, 7_500), *examples(2_100, 2_300)]
    assert len(found) > 4
    newest = [name for name in OFFICIAL if not name.startswith(OLDER)]
    assert [row.different for row in _rows([*newest, *PROFILES], found, tmp_path) if row.different] == []


@needs_shared
@pytest.mark.prove
@pytest.mark.parametrize("name", [*OFFICIAL, *PROFILES])
def test_every_file_gets_the_results_that_pyshacl_gives(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [*catalogues(0, 2_000_000), *examples(0, 2_000_000)]
    assert len(found) > 300
    (row,) = _rows([name], found, tmp_path)
    with capsys.disabled():
        print(f"\n{row}", end="")
    assert row.different == ()


SLOW: Final = {"dcat-ap-lu": "nested constraints on every value", "GeoDCAT-AP 3.1.0": "most shapes of all"}
"""Of these pySHACL gets one subject in ten of the large catalogue: it takes a quarter of an hour for the whole."""


@needs_shared
@pytest.mark.prove
@pytest.mark.parametrize("name", ["DCAT-AP 3.0.1", "HVD 3.0.1, draft", "GeoDCAT-AP 3.1.0", *PROFILES])
def test_the_belgian_catalogue_gets_the_results_that_pyshacl_gives(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = catalogues(2_000_000, 1 << 40)
    assert [catalogue.name for catalogue in found] == ["catalogues/data.gov.be-subset.nt.gz"]
    (row,) = _rows([name], [_tenth(one) for one in found] if name in SLOW else found, tmp_path)
    with capsys.disabled():
        print(f"\n{row}", end="")
    assert row.different == ()


def _tenth(catalogue: Catalogue) -> Catalogue:
    return replace(
        catalogue, quads=tuple(quad for quad in catalogue.quads if crc32(str(quad.subject).encode()) % 10 == 0)
    )
