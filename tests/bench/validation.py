"""Validation of the Belgian subset: ours beside pySHACL and rudof on the whole graph, alone and with parsing.

All evaluate our full `dcat-ap` profile, as it ships. The peers get the authority tables as further data, which ours
knows (and reads within "parsing" here); results on the tables' own nodes are left out on all sides. Each side runs in
processes of its own, and the results must be equal, but for how blank nodes are labelled.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from shapes.evaluation.background import background_of, own, statements
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.leftovers import key
from shapes.plan import compile_plan
from shapes.profiles import shapes_of
from shapes.reference import to_rdflib, validate
from tests.bench import streaming
from tests.bench.process import MeasurementFailed
from tests.bench.table import Row, Target, median
from tests.bench.workbench import BELGIAN, Workbench
from vocabularies.namespaces import PREFIXES

PROFILES = ("dcat-ap",)
ALONE = {"pySHACL": Target("faster", 50), "rudof": Target("faster", 20)}
PARSED = {"pySHACL": Target("faster", 15), "rudof": Target("faster", 6)}

Plain = tuple[str, str, str, str, str, str]
"""Focus, path, value, severity, component and shape of a result: IRIs bare, blank nodes without their labels."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """Seconds of each step, and a digest by which the results of two sides are compared."""

    parsing: float
    validation: float
    results: int
    digest: str

    @property
    def both(self) -> float:
        return self.parsing + self.validation


def rows(bench: Workbench) -> Iterator[Row]:
    """Four rows on the Belgian subset, where the shared catalogues are; then those on streams."""
    if BELGIAN.exists():
        yield from _belgian(bench)
    yield from streaming.rows(bench)


def _belgian(bench: Workbench) -> Iterator[Row]:
    ours = [_in_a_process("ours", bench.belgian) for _ in range(bench.short_runs)]
    what = f"validate the Belgian subset ({ours[0].results:,} equal results)"
    for name, target in ALONE.items():
        theirs = _in_a_process(name, bench.belgian)
        if {one.digest for one in ours} != {theirs.digest}:
            raise MeasurementFailed(f"results differ: {ours[0].results} of ours, {theirs.results} of {name}'s")
        alone = median([one.validation for one in ours])
        yield Row(what, alone, theirs.validation, "s", target, name)
        parsed = median([one.both for one in ours])
        yield Row(f"{what}, parsing included", parsed, theirs.both, "s", PARSED[name], name)


def _in_a_process(side: str, file: Path) -> Measurement:
    command = [sys.executable, "-m", "tests.bench.validation", side, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise MeasurementFailed(f"validation, {side}: {done.stderr.strip().splitlines()[-1:]}")
    return Measurement(**json.loads(done.stdout))


def ours(file: Path) -> Measurement:
    """Parsing with pyoxigraph, and from the quads in memory to the results; as with the peers, shapes are at hand."""
    plan, mine = compile_plan(shapes_of(PROFILES)), own()
    begun = time.perf_counter()
    quads = list(parse(path=file, format=RdfFormat.N_TRIPLES))
    background = background_of(plan)
    parsed = time.perf_counter()
    results = evaluate(plan, by_subject(quads), background, mine).results
    return _measured(begun, parsed, map(_plain, map(key, results)))


def pyshacl(file: Path) -> Measurement:
    """Parsing with rdflib, and pySHACL on the whole graph; texts of literals are left as they are on both sides."""
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    shapes, tables = to_rdflib(shapes_of(PROFILES)), _spelled(statements())
    begun = time.perf_counter()
    data = rdflib.Graph().parse(file, format="nt")
    data.parse(data=tables, format="nt")
    parsed = time.perf_counter()
    results = validate(data, shapes)
    return _measured(begun, parsed, map(_plain, results))


def rudof(file: Path) -> Measurement:
    """Rudof's native engine, on files of N-Triples; it writes the datatypes of values by prefix."""
    import pyrudof

    with TemporaryDirectory() as folder:
        shapes, data = Path(folder, "shapes.nt"), Path(folder, "data.nt")
        shapes.write_bytes(_spelled(shapes_of(PROFILES)))
        data.write_bytes(file.read_bytes() + _spelled(statements()))
        session = pyrudof.Rudof(pyrudof.RudofConfig())
        session.read_shacl(str(shapes), pyrudof.ShaclFormat.NTriples)
        begun = time.perf_counter()
        session.read_data(str(data), pyrudof.RDFFormat.NTriples)
        parsed = time.perf_counter()
        report = session.validate_shacl()
        return _measured(begun, parsed, map(_from_rudof, report))


def _spelled(quads: Iterable[Quad]) -> bytes:
    return serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""


def _measured(begun: float, parsed: float, results: Iterator[Plain]) -> Measurement:
    done = time.perf_counter()
    mine = own()
    found = Counter(one for one in results if ":" not in one[0] or one[0] == "_:" or mine(NamedNode(one[0])))
    digest = hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()
    return Measurement(parsed - begun, done - parsed, found.total(), digest)


def _plain(result: Iterable[str | None]) -> Plain:
    focus, path, value, severity, component, shape = (_bare(part or "") for part in result)
    return focus, path, value, severity.rpartition("#")[2], component, shape


def _bare(term: str) -> str:
    if term.startswith("_:"):
        return "_:"
    return term[1:-1] if term.startswith("<") else term


def _from_rudof(entry: object) -> Plain:
    parts = ("focus_node", "path", "value", "severity", "constraint_component", "source_shape")
    focus, path, value, severity, component, shape = (_bare(getattr(entry, part) or "") for part in parts)
    text, mark, prefixed = value.rpartition('"^^xsd:')
    if mark:
        value = f'{text}"^^<{PREFIXES["xsd"]}{prefixed}>'
    return focus, path, value, severity, component, shape


SIDES: dict[str, Callable[[Path], Measurement]] = {"ours": ours, "pySHACL": pyshacl, "rudof": rudof}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("side", choices=SIDES)
    arguments.add_argument("file", type=Path)
    given = arguments.parse_args()
    print(json.dumps(asdict(SIDES[given.side](given.file))))


if __name__ == "__main__":
    main()
