"""Real catalogues as received and as published: what is repaired by which rule, and that nothing gets worse."""

import gzip
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from graph.errors import FormatError
from graph.iris import Iris
from loaders.assemble import Assembler, Given, spell
from loaders.handover import Frame, Handover, Trailer
from loaders.mending.mender import Mender
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.plan import Plan, compile_plan
from tests.shapes.catalogues import official
from tests.support.shared import SHARED
from vocabularies.namespaces import SH

CATALOGUES = SHARED / "catalogues"
FORMS = {".ttl": "turtle", ".rdf": "rdfxml", ".xml": "rdfxml", ".jsonld": "jsonld", ".trig": "trig", ".nt": "ntriples"}

pytestmark = pytest.mark.skipif(not CATALOGUES.exists(), reason="the shared catalogues are not here")


@dataclass(frozen=True)
class Read:
    frames: list[Frame]
    trailer: Trailer

    @property
    def published(self) -> str:
        return b"".join(frame.block for frame in self.frames).decode()

    @property
    def received(self) -> str:
        return b"".join(frame.as_received for frame in self.frames).decode()


def read(path: Path, form: str, *, as_received: bool = True) -> Read:
    handover, spelled, out = Handover.fresh(), io.BytesIO(), io.BytesIO()
    document = asdict(Given(str(path), form, "http://base.example/", path.name))
    spell({"documents": [document], "mark": handover.mark}, spelled)
    spelled.seek(0)
    assembler = Assembler(Iris("https://data.example.org"), "a", handover)
    assembler.read(spelled)
    (assembler.write_as_received if as_received else assembler.write)(out)
    out.seek(0)
    trailers: list[Trailer] = []
    frames = list(handover.frames(out, [], None, trailers))
    return Read(frames, trailers[0])


def test_the_national_sample_has_authority_iris_and_short_languages() -> None:
    found = read(CATALOGUES / "luxembourg" / "dcat-ap-lu-samples" / "dcat-ap-lu_dummy.ttl", "turtle")
    assert found.trailer.repairs == {
        "language-tag-iso-639-2": 27,
        "see-also-authority": 33,
        "see-also-link": 11,
        "authority-https": 2,
    }
    assert "@eng" not in found.published
    assert "seeAlso" not in found.published
    assert "/file-type/CSV> ." in found.published
    # what the sample itself says of a theme under the wrong IRI stays said of that IRI
    assert {line.split()[0] for line in found.published.splitlines() if "https://publications" in line} == {
        f"<https://publications.europa.eu/resource/authority/data-theme/{code}>" for code in ("GOVE", "HEAL")
    }


def test_literals_of_german_catalogues_become_iris() -> None:
    found = read(CATALOGUES / "govdata-brandenburg.rdf", "rdfxml")
    assert {"literal-to-iri", "format-to-file-type", "date-datatype", "language-to-authority"} <= set(
        found.trailer.repairs
    )
    assert sum(found.trailer.repairs.values()) > 400
    assert 'dcat#accessURL> "' not in found.published
    assert found.published.count("resource/authority/language/DEU>") > 40


def test_what_udata_exports_has_its_media_types_and_formats() -> None:
    found = read(CATALOGUES / "udata" / "harvest-dcat" / "udata.xml", "rdfxml")
    assert 'dc/terms/format> "' not in found.published
    assert 'dcat#mediaType> "' not in found.published
    assert {"format-to-file-type", "media-type-to-iana"} <= set(found.trailer.repairs)


def catalogues(folder: Path) -> Iterator[tuple[str, Read, Read]]:
    """Name, as received, and as published, of each catalogue that can be read."""
    for path in sorted(CATALOGUES.rglob("*")):
        name, plain = path.relative_to(CATALOGUES).as_posix(), path
        if path.suffix == ".gz":
            plain = folder / path.stem
            plain.write_bytes(gzip.decompress(path.read_bytes()))
        form = FORMS.get(plain.suffix)
        if form is not None:
            try:
                yield name, read(plain, form), read(plain, form, as_received=False)
            except FormatError:
                continue


def violations(plan: Plan, statements: str) -> Counter[tuple[str, str, str]]:
    """Focus, path and component of each violation."""
    found = evaluate(plan, by_subject(parse(statements, RdfFormat.N_TRIPLES))).results
    blamed = (result for result in found if result.source.severity == SH.Violation)
    return Counter((str(one.focus), str(one.source.path), str(one.source.component)) for one in blamed)


@pytest.mark.prove
def test_repair_takes_violations_away_and_adds_none(tmp_path: Path) -> None:
    base = compile_plan(official("shapes"))
    rules: Counter[str] = Counter()
    print(f"\n{'catalogue':<72}{'repaired':>9}{'minted':>8}{'received':>10}{'published':>10}")
    for name, received, published in catalogues(tmp_path):
        before, after = violations(base, received.received), violations(base, received.published)
        assert after <= before, name
        # blank nodes that say the same are published as one
        assert Counter(published.trailer.repairs) <= Counter(received.trailer.repairs), name
        rules.update(received.trailer.repairs)
        told = sum(received.trailer.repairs.values())
        if told:
            totals = f"{told:>9}{received.trailer.minted:>8}{before.total():>10}{after.total():>10}"
            print(f"{name[-70:]:<72}{totals}")
    for rule, count in rules.most_common():
        print(f"{rule:<40}{count:>8}")
    assert len(rules) > 20


@pytest.mark.prove
def test_what_is_published_needs_no_repair(tmp_path: Path) -> None:
    mender = Mender()
    for name, _, published in catalogues(tmp_path):
        for frame in published.frames:
            assert mender.mend(frame.block.splitlines(keepends=True)) is None, name
