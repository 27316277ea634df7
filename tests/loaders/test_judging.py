"""Validation inside a load: what is judged, what is taken over, what a strict load refuses."""

from pathlib import Path

import pytest

from graph.iris import Iris
from loaders.judging import NAME, plan_of_loads
from loaders.pipeline import Loaded, Order, Pipeline
from loaders.rebuild import rebuild
from shapes.results import Results
from vocabularies.namespaces import SH

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix : <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
GOOD = ':good a dcat:Dataset ; dct:identifier "g" ; dct:title "Good"@en ; dct:description "All there."@en .'
BAD = ':bad a dcat:Dataset ; dct:identifier "b" ; dct:title "No description"@en .'
PUBLISHED = (
    GOOD.replace(":good", ":by")
    .replace('"g"', '"p"')
    .replace(" .'", "")
    .replace("@en .", "@en ; dct:publisher :office .")
)
OFFICE = ':office a foaf:Agent ; foaf:name "Office"@en .'


@pytest.fixture
def pipeline(data: Path, iris: Iris) -> Pipeline:
    return Pipeline(data, iris)


def load(pipeline: Pipeline, *texts: str, validate: bool = True, strict: bool = False, source: str = "a") -> Loaded:
    path = pipeline.data.parent / f"{source}.ttl"
    path.write_text(PREFIXES + "\n".join(texts))
    return pipeline.load(Order([str(path)], source, validate=validate, strict=strict))


def broken(pipeline: Pipeline) -> dict[str, int]:
    """Record to its number of violations."""
    number = pipeline.generations.current_number()
    assert number is not None
    plan = plan_of_loads()
    found: dict[str, int] = {}
    with Results.open(pipeline.generations.path(number) / NAME) as results:
        for entry in results.entries(plan):
            serious = [one for one in entry.results if one.source.severity == SH.Violation]
            if serious:
                found[str(entry.record).strip("<>").rpartition("/")[2]] = len(serious)
    return found


def test_each_record_is_judged_as_it_was_read(pipeline: Pipeline) -> None:
    size = ':f a dcat:Distribution ; dcat:accessURL :x ; dcat:byteSize "12"^^xsd:nonNegativeInteger .'
    load(pipeline, GOOD, BAD, size)
    assert broken(pipeline) == {"bad": 1}


def test_a_repaired_record_is_judged_again(pipeline: Pipeline) -> None:
    load(pipeline, GOOD, BAD)
    load(pipeline, GOOD, BAD.replace(" .", ' ; dct:description "Now there."@en .'))
    assert broken(pipeline) == {}


def test_a_removed_record_takes_its_results_along(pipeline: Pipeline) -> None:
    load(pipeline, GOOD, BAD)
    load(pipeline, GOOD)
    assert broken(pipeline) == {}


def test_an_unchanged_record_is_judged_again_when_what_it_refers_to_changed(pipeline: Pipeline) -> None:
    load(pipeline, PUBLISHED, OFFICE)
    assert broken(pipeline) == {}
    load(pipeline, PUBLISHED, OFFICE.replace("foaf:Agent", "dct:Standard"))
    assert broken(pipeline) == {"by": 1}


def test_a_record_of_another_source_is_judged_again_when_what_it_refers_to_changed(pipeline: Pipeline) -> None:
    size = ':file a dcat:Distribution ; dcat:accessURL :x ; dcat:byteSize "12"^^xsd:nonNegativeInteger .'
    load(pipeline, PUBLISHED, size)
    load(pipeline, OFFICE, source="b")
    assert broken(pipeline) == {}
    load(pipeline, OFFICE.replace("foaf:Agent", "dct:Standard"), source="b")
    assert broken(pipeline) == {"by": 1}
    load(pipeline, OFFICE, source="b")
    assert broken(pipeline) == {}


def test_what_changed_while_nobody_validated_is_judged_by_the_next_load_that_does(pipeline: Pipeline) -> None:
    load(pipeline, PUBLISHED)
    load(pipeline, OFFICE, source="b")
    load(pipeline, OFFICE.replace("foaf:Agent", "dct:Standard"), source="b", validate=False)
    assert broken(pipeline) == {}
    load(pipeline, GOOD, source="c")
    assert broken(pipeline) == {"by": 1}


def test_what_repair_mended_is_kept_beside_what_it_left(pipeline: Pipeline) -> None:
    load(pipeline, GOOD.replace(" .", ' ; dct:language "fr" .'))
    number = pipeline.generations.current_number()
    assert number is not None
    with Results.open(pipeline.generations.path(number) / NAME) as results:
        (entry,) = results.entries(plan_of_loads())
    assert entry.published is not None
    assert [(one.received, one.published[-5:]) for one in entry.repairs] == [('"fr"', "/FRA>")]
    assert len(entry.published) < len(entry.results)


def language(value: str) -> str:
    return GOOD.replace(" .", f" ; dct:language {value} .")


def repaired(pipeline: Pipeline) -> list[str]:
    """What was received in place of the values that were repaired."""
    number = pipeline.generations.current_number()
    assert number is not None
    with Results.open(pipeline.generations.path(number) / NAME) as results:
        return [one.received for entry in results.entries(plan_of_loads()) for one in entry.repairs]


FRENCH = "<http://publications.europa.eu/resource/authority/language/FRA>"


def test_a_record_that_is_received_otherwise_and_published_as_before_is_judged_again(pipeline: Pipeline) -> None:
    for value, told in (('"fr"', ['"fr"']), ('"FR"', ['"FR"']), (FRENCH, []), ('"fra"', ['"fra"'])):
        outcome = load(pipeline, language(value)).outcome
        assert outcome is not None
        assert (outcome.changed, repaired(pipeline)) == (0, told)


def test_what_was_received_otherwise_while_nobody_validated_is_not_told_as_it_was(pipeline: Pipeline) -> None:
    load(pipeline, language('"fr"'))
    load(pipeline, language('"FR"'), validate=False)
    assert repaired(pipeline) == []
    load(pipeline, language('"FR"'))
    assert repaired(pipeline) == ['"FR"']


def test_what_was_received_and_is_judged_again_for_others_sake_is_told_again_by_the_next_load(
    pipeline: Pipeline,
) -> None:
    text = PUBLISHED.replace("@en ; dct:publisher", '@en ; dct:language "fr" ; dct:publisher')
    load(pipeline, OFFICE, source="b")
    load(pipeline, text)
    assert repaired(pipeline) == ['"fr"']
    load(pipeline, OFFICE.replace("foaf:Agent", "dct:Standard"), source="b")
    assert (repaired(pipeline), broken(pipeline)) == ([], {"by": 1})
    load(pipeline, text)
    assert (repaired(pipeline), broken(pipeline)) == (['"fr"'], {"by": 2})


def test_a_rebuild_judges_what_was_received_from_every_source(pipeline: Pipeline) -> None:
    for source in ("fr", "de", "en"):
        text = language(f'"{source}"').replace(":good", f":{source}").replace('"g"', f'"{source}-1"')
        load(pipeline, text, source=source)
    before = sorted(repaired(pipeline))
    assert before == ['"de"', '"en"', '"fr"']
    rebuild(pipeline, lambda _step, _done: None)
    assert sorted(repaired(pipeline)) == before


def test_a_strict_load_with_violations_changes_nothing(pipeline: Pipeline) -> None:
    load(pipeline, GOOD)
    refused = load(pipeline, GOOD, BAD, strict=True)
    assert (refused.outcome, refused.violations) == (None, 1)
    assert pipeline.generations.numbers() == [1]
    assert pipeline.runs.latest()[0].error == "1 violations: refused, nothing has changed"


def test_a_strict_load_without_violations_is_published(pipeline: Pipeline) -> None:
    assert load(pipeline, GOOD, strict=True).outcome is not None


def test_without_validation_results_of_what_did_not_change_stay(pipeline: Pipeline) -> None:
    load(pipeline, GOOD, BAD)
    load(pipeline, GOOD.replace("Good", "Better"), BAD, validate=False)
    assert broken(pipeline) == {"bad": 1}


def test_a_load_that_was_never_validated_is_when_it_comes_again(pipeline: Pipeline) -> None:
    load(pipeline, BAD, validate=False)
    load(pipeline, BAD)
    assert broken(pipeline) == {"bad": 1}


def series(name: str, inside: str | None = None) -> str:
    said = f"; dcat:inSeries :{inside}" if inside else ""
    told = f'dct:title "S"@en ; dct:description "S."@en ; dct:identifier "{name}" {said}'
    return f":{name} a dcat:DatasetSeries ; {told} ."


def test_a_series_inside_itself_has_a_violation(pipeline: Pipeline) -> None:
    load(pipeline, series("own", "own"))
    assert broken(pipeline) == {"own": 1}


def test_a_loop_that_is_closed_elsewhere_is_found_at_all_who_are_in_it_and_goes_with_it(pipeline: Pipeline) -> None:
    long = 6
    load(pipeline, *(series(f"s{number}", f"s{number + 1}") for number in range(1, long)))
    load(pipeline, series(f"s{long}"), source="b")
    assert broken(pipeline) == {}
    load(pipeline, series(f"s{long}", "s1"), source="b")
    assert broken(pipeline) == {f"s{number}": 1 for number in range(1, long + 1)}
    load(pipeline, series(f"s{long}", "s3"), source="b")
    assert broken(pipeline) == {f"s{number}": 1 for number in range(3, long + 1)}
    load(pipeline, series(f"s{long}"), source="b")
    assert broken(pipeline) == {}


def test_what_no_profile_sees_is_told(pipeline: Pipeline) -> None:
    load(pipeline, GOOD, ':untyped dcat:keyword "k" .')
    assert broken(pipeline) == {"untyped": 1}


def test_claims_are_not_judged(pipeline: Pipeline) -> None:
    load(pipeline, GOOD)
    load(pipeline, ":good a dcat:Dataset .", source="b")
    assert broken(pipeline) == {}
