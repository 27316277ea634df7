"""The pages by which the portal gives account: reports, sources, profiles, its list of high-value datasets, tables."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from api.commands.output import export_to
from api.settings import LANGUAGES
from graph.generations import Generations
from shapes.plan import compile_plan
from shapes.profiles import PROFILES, shapes_of
from shapes.validation import report_on
from tests.shapes.catalogues import OFFICIAL, official
from tests.support.portal import page, portal, publish, rdf
from vocabularies.namespaces import ADMS, DCAT, DCT, FOAF, HYDRA, PROV, RDF, SH, SKOS, SPDX

FAULTY = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX : <http://example.org/>
"""
SYNTAXES = ["ttl", "nt", "rdf", "jsonld", "trig", "nq"]


def datasets(number: int) -> str:
    return FAULTY + "\n".join(f':d{each} a dcat:Dataset ; dct:title "Dataset {each}"@en .' for each in range(number))


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A source with a result for each of 120 datasets."""
    document = tmp_path / "many.ttl"
    document.write_text(datasets(120))
    publish(tmp_path / "data", document, source="many.ttl")
    return tmp_path / "data"


def quads(client: FlaskClient, path: str) -> set[Quad]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return set(rdf(answer))


def first(client: FlaskClient, kind: str, words: str) -> str:
    found = re.findall(rf'href="(/{kind}/[a-z0-9-]+)"', page(client, f"/{kind}?q={words}").text)
    return str(found[0])


def dataset(client: FlaskClient, words: str) -> str:
    return first(client, "datasets", words)


@pytest.mark.parametrize("extension", SYNTAXES)
def test_the_report_on_a_record_is_shacl_in_every_syntax(client: FlaskClient, extension: str) -> None:
    path = f"{dataset(client, 'air')}/report"
    found = quads(client, f"{path}.{extension}")
    (report,) = {quad.subject for quad in found if quad.predicate == SH.conforms}
    assert report == NamedNode(f"http://127.0.0.1:8000{path}")
    results = {quad.object for quad in found if quad.predicate == SH.result}
    assert results == {quad.subject for quad in found if quad.object == SH.ValidationResult}


def test_a_report_names_the_shapes_under_the_address_where_they_are_published(many: Path) -> None:
    with portal(many) as client:
        told = quads(client, "/sources/many.ttl/report.nt")
        shapes = {str(quad.object).strip("<>") for quad in told if quad.predicate == SH.sourceShape}
        assert shapes
        published = {str(quad.subject).strip("<>") for quad in quads(client, "/shapes/dcat-ap.nt")}
    assert {shape for shape in shapes if "/dcat-ap#" in shape} <= published


def test_the_report_as_json_is_that_of_the_command_line(client: FlaskClient) -> None:
    path = f"{dataset(client, 'air')}/report"
    for answer in (client.get(f"{path}.json"), client.get(path, headers={"Accept": "application/json"})):
        assert answer.mimetype == "application/json"
        told = json.loads(answer.data)
        assert {"conforms", "profiles", "records", "counts", "results"} <= told.keys()
        assert len(told["results"]) == sum(told["counts"].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dataset_page_says_briefly_what_validation_found_and_leads_to_the_report(
    client: FlaskClient, language: str
) -> None:
    path = f"/{language}{dataset(client, 'air')}"
    assert f'href="{path}/report"' in page(client, path).text
    assert page(client, f"{path}/report").status_code == 200


def test_the_report_of_a_source_comes_page_by_page_with_the_counts_of_the_whole(many: Path) -> None:
    with portal(many) as client:
        told = [json.loads(client.get(f"/sources/many.ttl/report.json?page={n}").data) for n in (1, 2, 3)]
        assert {each["counts"]["violation"] for each in told} == {told[0]["counts"]["violation"]}
        assert [len({one["record"] for one in each["results"]}) for each in told] == [50, 50, 20]
        assert len({one["record"] for each in told for one in each["results"]}) == 120
        last = quads(client, "/sources/many.ttl/report.nt?page=3")
        itself = "http://127.0.0.1:8000/sources/many.ttl/report"
        (first,) = {quad.object for quad in last if quad.predicate == HYDRA.first}
        assert first == NamedNode(itself)
        assert {quad.predicate for quad in last} >= {HYDRA.view, HYDRA.previous, HYDRA.last}
        assert HYDRA.next not in {quad.predicate for quad in last}
        assert page(client, "/sources/many.ttl/report?page=4").status_code == 404
        assert page(client, "/sources/many.ttl/report?page=2").text.count('class="judged"') == 50


def test_a_source_says_when_it_was_last_harvested(many: Path) -> None:
    with portal(many) as client:
        assert "many.ttl" in page(client, "/sources").text
        assert "120" in page(client, "/sources/many.ttl").text
        found = quads(client, "/sources/many.ttl.ttl")
    assert {quad.object for quad in found if quad.predicate == RDF.type} == {PROV.Entity, PROV.Activity}
    assert PROV.endedAtTime in {quad.predicate for quad in found}


def test_what_was_not_validated_has_no_report(tmp_path: Path) -> None:
    from api.settings import Settings
    from api.wiring import pipeline
    from loaders.pipeline import Order

    document = tmp_path / "a.ttl"
    document.write_text(datasets(1))
    made = pipeline(Settings(data=tmp_path / "data", isolation_required=False))
    made.load(Order([str(document)], "a", validate=False))
    with portal(tmp_path / "data") as client:
        path = dataset(client, "")
        assert "report" not in page(client, path).text
        assert page(client, f"{path}/report").status_code == 404
        assert page(client, "/sources").status_code == 200
        assert page(client, "/sources/a/report").status_code == 404


@pytest.mark.parametrize("path", ["/sources/none", "/sources/none/report", "/shapes/none", "/shapes/dcat-ap/none",
                                  "/hvd/versions/99", "/hvd/versions/x", "/vocabularies/none",
                                  "/vocabularies/frequency/NONE"])  # fmt: skip
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert page(client, path).status_code == 404


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_is_there_to_run_and_to_read(client: FlaskClient, name: str) -> None:
    found = quads(client, f"/shapes/{name}.ttl")
    assert SH.NodeShape in {quad.object for quad in found}
    assert not any("urn:catalograph" in str(quad) for quad in found)
    text = page(client, f"/fr/shapes/{name}").text
    assert PROFILES[name].title in text
    one = re.findall(rf'href="(/fr/shapes/{name}/[a-z-]+)"', text)[0]
    assert page(client, one).status_code == 200


def test_the_shapes_that_go_with_every_profile_are_there_as_results_name_them(client: FlaskClient) -> None:
    loop = NamedNode("http://127.0.0.1:8000/shapes/coherence#loop-inSeries")
    assert loop in {quad.subject for quad in quads(client, "/shapes/coherence.ttl")}
    assert "a series inside itself" in page(client, "/en/shapes/coherence").text
    assert "/shapes/coherence" in page(client, "/shapes").text


def test_a_class_is_told_with_labels_obligation_vocabulary_and_clause(client: FlaskClient) -> None:
    text = page(client, "/de/shapes/dcat-ap/dataset").text
    row = re.findall(r'<tr id="Dataset-accrualPeriodicity">.*?</tr>', text, re.DOTALL)[0]
    assert "optional" in row
    assert "0..1" in row
    assert "/de/vocabularies/frequency" in row
    assert "https://semiceu.github.io/DCAT-AP/releases/3.0.1#Dataset" in row
    found = quads(client, "/shapes/dcat-ap/dataset.nt")
    assert {q.object for q in found if q.predicate == SH.targetClass} == {DCAT.Dataset}


def test_the_list_of_high_value_datasets_has_a_page_and_is_a_catalogue(client: FlaskClient) -> None:
    found = quads(client, "/hvd.ttl")
    itself = NamedNode("http://127.0.0.1:8000/hvd")
    assert DCAT.Catalog in {quad.object for quad in found if quad.subject == itself}
    members = {quad.object for quad in found if quad.predicate in (DCAT.dataset, DCAT.service)}
    assert members
    (publisher,) = {quad.object for quad in found if quad.predicate == DCT.publisher}
    assert (publisher, FOAF.name) in {(quad.subject, quad.predicate) for quad in found}
    text = page(client, "/en/hvd").text
    assert "High-value datasets" in text
    assert "/en/hvd/versions/1" in text
    assert "What came" not in text
    assert page(client, "/en/hvd/versions/1").status_code == 200


def test_a_new_version_tells_what_came_and_what_went(tmp_path: Path) -> None:
    document, data = tmp_path / "a.ttl", tmp_path / "data"
    for member in ("first", "second"):
        document.write_text(
            FAULTY + f':{member} a dcat:Dataset ; dct:title "The {member}"@en ; '
            "<http://data.europa.eu/r5r/hvdCategory> <http://data.europa.eu/bna/c_ac64a52d> ."
        )
        publish(data, document)
    with portal(data) as client:
        text = page(client, "/en/hvd/versions/2").text
        assert re.search(r"What came.*The second.*What went.*http://example.org/first", text, re.DOTALL)
        assert "1 added, 1 removed, 1 in all." in page(client, "/en/hvd").text


def test_a_portal_without_high_value_datasets_says_so(many: Path) -> None:
    with portal(many) as client:
        assert page(client, "/en/hvd").status_code == 200
        assert client.get("/hvd.ttl").status_code == 200


def test_a_table_has_all_its_concepts_and_each_concept_its_address(client: FlaskClient) -> None:
    annual = NamedNode("http://publications.europa.eu/resource/authority/frequency/ANNUAL")
    assert "jährlich" in page(client, "/de/vocabularies/frequency").text
    assert annual in {quad.subject for quad in quads(client, "/vocabularies/frequency.ttl")}
    assert {quad.subject for quad in quads(client, "/vocabularies/frequency/ANNUAL.ttl")} == {annual}
    assert SKOS.prefLabel in {quad.predicate for quad in quads(client, "/vocabularies/frequency/ANNUAL.nt")}
    assert "annuel" in page(client, "/fr/vocabularies/frequency/ANNUAL").text
    assert page(client, "/vocabularies/media-type?page=2").status_code == 200


def test_rdf_that_has_all_has_one_address_whichever_page_leads_to_it(client: FlaskClient) -> None:
    path = "/vocabularies/media-type"
    answer = page(client, f"{path}?page=2")
    forms = re.findall(rf'href="({path}[.][a-z]+[^"]*)"', answer.text)
    assert f"{path}.ttl" in forms
    assert not any("page=" in one for one in forms)
    assert f"{path}.ttl?" not in answer.headers["Link"]


def test_known_data_that_is_not_open_says_so_with_reason_and_date(client: FlaskClient) -> None:
    path = first(client, "inventory", "school+menus")
    text = page(client, path).text
    assert "Not open yet" in text
    assert "Reason:" in text
    assert "1 March 2027" in text
    assert "Not open yet" in page(client, "/en/inventory?q=school+menus").text
    assert "Not open yet" in page(client, "/en/search?q=school+menus").text
    assert "Not open yet" not in page(client, dataset(client, "air+quality")).text


def test_what_is_not_open_yet_is_in_a_list_of_its_own_and_counted_apart(client: FlaskClient) -> None:
    assert ">9 results<" in page(client, "/inventory").text
    assert ">45 results<" in page(client, "/datasets").text
    assert "Not open yet" not in page(client, "/datasets").text
    assert 'href="/inventory">9 more known, not open yet<' in page(client, "/datasets").text
    for listed in ("/datasets?q=school+menus", "/datasets?q=traffic+model"):
        assert "/inventory?q=" in page(client, listed).text
    known = page(client, first(client, "inventory", "soil"))
    described = re.findall(r'<([^>]*)>; rel="describedby"', client.get(f"{known.request.path}.ttl").headers["Link"])
    assert {NamedNode(one) for one in described} <= {quad.subject for quad in quads(client, f"{known.request.path}.nt")}
    office = re.findall(r'href="(/organisations/[a-z0-9-]+)"', known.text)[0]
    assert "more known, not open yet" in page(client, office).text


def test_known_data_keeps_its_address_when_it_is_opened(tmp_path: Path) -> None:
    document, data = tmp_path / "a.ttl", tmp_path / "data"
    stage = "https://w3id.org/catalograph/publication-status"
    text = FAULTY + f':d a dcat:Dataset ; dct:title "D"@en ; <{ADMS.status.value}> <{stage}/%s> .'
    document.write_text(text % "Planned")
    publish(data, document)
    with portal(data) as client:
        known = first(client, "inventory", "d")
        moved = page(client, known.replace("/inventory/", "/datasets/"))
        assert (moved.status_code, moved.headers["Location"]) == (301, known)
        record = {str(quad.subject) for quad in quads(client, f"{known}.nt") if quad.predicate == FOAF.primaryTopic}
    document.write_text(text % "Opened")
    publish(data, document)
    with portal(data) as client:
        moved = page(client, known)
        assert (moved.status_code, moved.headers["Location"]) == (301, known.replace("/inventory/", "/datasets/"))
        told = quads(client, f"{moved.headers['Location']}.nt")
        assert {str(quad.subject) for quad in told if quad.predicate == FOAF.primaryTopic} == record
        assert ">0 results<" in page(client, "/inventory").text


def test_a_reuse_shows_its_label_and_a_common_core_what_it_expects(client: FlaskClient) -> None:
    reuse = re.findall(r'href="(/reuses/lair[a-z0-9-]+)"', page(client, "/reuses").text)[0]
    assert "/certificates/" in page(client, reuse).text
    core = re.findall(r'href="(/cores/[a-z0-9-]+)"', page(client, "/cores?q=communes").text)[0]
    assert "Building permits" in page(client, core).text


@pytest.mark.parametrize("which", ["own", "official"])
def test_our_catalogue_records_pass_the_shapes_as_they_are_exported(client: FlaskClient, which: str) -> None:
    if which == "official" and not OFFICIAL.exists():
        pytest.skip("the official shapes are not here")
    shapes = shapes_of(["dcat-ap"]) if which == "own" else official("shapes", "range")
    plan = compile_plan(shapes)
    for words in ("air", "trees", "prices"):
        found = quads(client, f"{dataset(client, words)}.nt")
        checked = {quad.subject for quad in found if quad.predicate == SPDX.checksum}
        ours = {one for one in checked if isinstance(one, NamedNode) and one.value.endswith("#record")}
        checksums = {quad.object for quad in found if quad.subject in ours and quad.predicate == SPDX.checksum}
        assert len(ours) == len(checksums) == 1
        report = report_on(found, plan, (which,), all_nodes=True)
        blamed = [one for entry in report for one in entry.results if one.focus in ours | checksums]
        assert blamed == []


def test_an_export_has_our_records_and_describes_what_they_name(example: Path, tmp_path: Path) -> None:
    export_to(Generations(example), "nt", tmp_path / "all.nt")
    found = list(parse((tmp_path / "all.nt").read_bytes(), RdfFormat.N_TRIPLES))
    described = {quad.subject for quad in found}
    ours = {quad.subject for quad in found if quad.predicate == PROV.hadPrimarySource}
    assert len(ours) > 40
    named = {quad.object for quad in found if quad.subject in ours and quad.predicate in (ADMS.status, DCT.conformsTo)}
    assert named <= described
    assert len(found) == len(set(found))
