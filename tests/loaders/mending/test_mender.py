"""Whole records as received and as published."""

import time
from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, parse, serialize

from graph.model.declarations import Model
from loaders.handover import Repair
from loaders.mending.mender import Mended, Mender
from loaders.mending.terms import split
from loaders.mending.treatments import Treatments
from loaders.repair import expanded
from vocabularies.namespaces import DCT, PREFIXES, XSD

TREATMENTS = Treatments()
TABLES = TREATMENTS.tables
PROLOGUE = (
    "".join(f"@prefix {name}: <{iri}> . " for name, iri in PREFIXES.items()) + "@prefix : <http://example.org/> . "
)


def lines_of(turtle: str) -> list[bytes]:
    written = serialize(
        (quad.triple for quad in parse(PROLOGUE + turtle, RdfFormat.TURTLE)), format=RdfFormat.N_TRIPLES
    )
    return sorted(set((written or b"").splitlines(keepends=True)))


def mended(turtle: str) -> Mended | None:
    return Mender(TREATMENTS).mend(lines_of(turtle))


def rules(found: Mended | None) -> list[str]:
    return sorted(repair.rule for repair in found.repairs) if found else []


SECURE = "https://publications.europa.eu/resource/authority"
RIGHT = """:d a dcat:Dataset ; dct:title "A"@fr-t-nl, "B"@en, "C" ;
    dct:identifier "1", "http://x.example/"^^xsd:anyURI ;
    dct:issued "2024-01-31"^^xsd:date, "2024"^^xsd:gYear ; dct:modified "2024-01-31T00:00:00.5+01:00"^^xsd:dateTime ;
    dct:language <http://publications.europa.eu/resource/authority/language/FRA> ; owl:sameAs :e ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> ; dcat:theme <http://inspire.ec.europa.eu/theme/tn> ;
    dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2024-01-01"^^xsd:date ] ;
    dcat:byteSize "5"^^xsd:nonNegativeInteger ;
    foaf:page <https://publications.europa.eu/resource/authority/language> ;
    rdfs:seeAlso <https://data.europa.eu/eli/x> ;
    dct:spatial [ a dct:Location ; skos:prefLabel "Lëtzebuerg"@lb ; rdfs:seeAlso <http://sws.geonames.org/2960313/> ] ;
    dcat:contactPoint [ vcard:hasEmail <mailto:opendata@town.example> ] ; dct:conformsTo "Standard 1" ."""


def test_a_record_that_is_right_needs_nothing() -> None:
    assert mended(RIGHT) is None


@pytest.mark.parametrize(
    ("received", "published", "rule"),
    [
        (
            "dcat:theme <https://publications.europa.eu/resource/authority/data-theme/GOVE>",
            "dcat:theme <http://publications.europa.eu/resource/authority/data-theme/GOVE>",
            "authority-https",
        ),
        ('dct:title "A"@eng', 'dct:title "A"@en', "language-tag-iso-639-2"),
        ('dcat:accessURL "https://x.example/a"', "dcat:accessURL <https://x.example/a>", "literal-to-iri"),
        ('dct:license "https://x.example/l"', "dct:license <https://x.example/l>", "literal-to-iri"),
        ('dct:issued "2024-05-01"', 'dct:issued "2024-05-01"^^xsd:date', "date-datatype"),
        ("dcat:byteSize 5", 'dcat:byteSize "5"^^xsd:nonNegativeInteger', "number-datatype"),
        ("dct:identifier <http://x.example/1>", 'dct:identifier "http://x.example/1"^^xsd:anyURI', "iri-to-literal"),
        ('foaf:mbox "a@b.example"', "foaf:mbox <mailto:a@b.example>", "email-to-mailto"),
        ('rdfs:label "1"^^xsd:Integer', 'rdfs:label "1"^^xsd:integer', "datatype-spelling"),
        ("foaf:Page <http://x.example/>", "foaf:page <http://x.example/>", "predicate-spelling"),
        (
            f"dct:rights [ a dct:RightsStatement ; rdfs:seeAlso <{SECURE}/access-right/PUBLIC> ]",
            "dct:rights <http://publications.europa.eu/resource/authority/access-right/PUBLIC>",
            "see-also-authority",
        ),
        (
            "dcat:accessURL [ a rdfs:Resource ; rdfs:seeAlso <https://x.example/> ]",
            "dcat:accessURL <https://x.example/>",
            "see-also-link",
        ),
        (
            'dct:references [ dct:identifier "https://x.example/1" ; rdfs:label "One" ]',
            "dct:references <https://x.example/1>",
            "identifier-to-iri",
        ),
        (
            "dct:format [ a dct:MediaTypeOrExtent ; rdfs:label 'CSV' ]",
            "dct:format <http://publications.europa.eu/resource/authority/file-type/CSV>",
            "format-to-file-type",
        ),
        (
            "dct:format [ a dct:IMT ; rdf:value 'text/csv' ; rdfs:label 'CSV'@en ]",
            "dct:format <http://publications.europa.eu/resource/authority/file-type/CSV>",
            "format-to-file-type",
        ),
        (
            "dct:accrualPeriodicity [ a dct:Frequency ; skos:prefLabel 'mensuel'@fr , 'monthly'@en ]",
            "dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY>",
            "frequency-to-authority",
        ),
    ],
)
def test_a_value_is_published_as_what_was_meant(received: str, published: str, rule: str) -> None:
    found = mended(f":d {received} ; dct:type :kept .")
    assert found is not None
    assert (found.lines, rules(found)) == (lines_of(f":d {published} ; dct:type :kept ."), [rule])


@pytest.mark.parametrize(
    "received",
    [
        "dct:spatial [ a dct:Location ; rdfs:seeAlso <http://x.example/> ]",
        "dct:language [ rdfs:seeAlso <http://publications.europa.eu/resource/authority/language/FRA>, :other ]",
        "dct:spatial [ rdfs:seeAlso <http://publications.europa.eu/resource/authority/country/LUX> ; dcat:bbox 'x' ]",
        "dcat:contactPoint [ a vcard:Kind ; rdfs:seeAlso <http://x.example/> ]",
        "foaf:page [ a foaf:Document ; dct:title 'Lost otherwise' ; rdfs:seeAlso <http://x.example/> ]",
        'dct:references [ dct:identifier "1" ; rdfs:label "One" ]',
        'dct:relation [ a dct:Standard ; dct:identifier "https://x.example/1" ]',
        "dct:format [ a dct:MediaTypeOrExtent ; rdfs:label 'nobody knows' ]",
        "dct:format [ rdfs:label 'CSV' ; rdf:value 'text/xml' ]",
        "dct:format [ rdfs:label 'CSV' , 'our best file' ]",
        "dct:format [ rdfs:label 'CSV' ; rdfs:comment 'semicolons' ]",
        "dct:format [ rdfs:label <http://x.example/csv> ]",
        "dct:rights [ a dct:RightsStatement ; rdfs:label 'public' ]",
        "adms:status [ rdfs:label 'completed' ]",
    ],
)
def test_a_blank_node_that_says_more_or_nothing_certain_stays(received: str) -> None:
    assert mended(f":d {received} .") is None


def test_a_blank_node_stays_where_one_who_points_to_it_needs_it() -> None:
    assert mended(":d foaf:page _:x ; dct:creator _:x . _:x rdfs:seeAlso <http://x.example/> .") is None


def test_a_deprecated_predicate_is_replaced_where_its_class_says_so() -> None:
    period = "a dct:PeriodOfTime ; {}:startDate '2024-01-01'^^xsd:date"
    found = mended(f":d dct:temporal [ {period.format('schema')} ] .")
    assert found is not None
    assert b"".join(found.lines).count(b"dcat#startDate") == 1
    assert found.repairs[0].published_predicate == "http://www.w3.org/ns/dcat#startDate"
    assert rules(mended(":d dct:temporal [ schema:endDate '2024-01-01'^^xsd:date ] .")) == ["deprecated-predicate"]
    assert mended(":event schema:startDate '2024-01-01'^^xsd:date .") is None
    assert mended(":o a owl:Ontology ; owl:versionInfo '1' .") is None
    assert mended(":d a dcat:Dataset ; dct:hasVersion 'in words' .") is None


@pytest.mark.parametrize(
    ("value", "moved"),
    [
        ("'yesterday'", False),
        ("'2024-02-30'^^xsd:date", False),
        ("'2024'^^xsd:integer", True),
        ("'2024-01-01T00:00:00Z'^^xsd:DateTime", True),
        ("'0850'^^xsd:gYear", True),
        ("<http://x.example/2024>", False),
        ("[ time:inXSDDate '2024-01-01' ]", False),
    ],
)
def test_a_value_moves_only_to_a_property_that_takes_it(value: str, moved: bool) -> None:
    found = mended(f":d dct:temporal [ a dct:PeriodOfTime ; schema:endDate {value} ] .")
    assert ("deprecated-predicate" in rules(found)) is moved
    if found is not None:
        assert (b"dcat#endDate" in b"".join(found.lines)) is moved


def test_a_version_that_is_no_text_stays() -> None:
    assert mended(":d a dcat:Dataset ; owl:versionInfo <http://x.example/2> .") is None
    assert mended(":d a dcat:Dataset ; owl:versionInfo [ rdfs:label '2' ] .") is None


@pytest.mark.parametrize(
    "said", ["owl:versionInfo '1', '2'", "owl:versionInfo '1' ; dcat:version '2'", "owl:versionInfo '1'@en, '1'@fr"]
)
def test_nothing_is_said_twice_that_may_be_said_once(said: str) -> None:
    assert mended(f":d a dcat:Dataset ; {said} .") is None


def test_what_is_there_already_is_said_once() -> None:
    found = mended(":d a dcat:Dataset ; owl:versionInfo '1' ; dcat:version '1' ; dct:format 'CSV', 'csv' .")
    assert found is not None
    assert len(found.lines) == 3
    assert rules(found) == ["deprecated-predicate", "format-to-file-type", "format-to-file-type"]


def test_a_status_means_what_its_class_makes_of_it() -> None:
    status = "adms:status <http://purl.org/adms/status/Completed>"
    mender = Mender(TREATMENTS)
    assert mender.mend(lines_of(f":a a adms:Asset ; {status} .")) is None
    assert rules(mender.mend(lines_of(f":d a dcat:Distribution ; {status} ."))) == ["status-to-authority"]
    assert mender.mend(lines_of(f":a a adms:Asset ; {status} .")) is None


def test_an_unknown_datatype_stays_and_is_counted() -> None:
    mender = Mender(TREATMENTS)
    for number in range(3):
        assert mender.mend(lines_of(f":d dct:identifier '{number}'^^xsd:anuyURI ; rdfs:label 'x'^^:own .")) is None
    assert mender.unknown_datatypes == {XSD.anuyURI.value: 3, "http://example.org/own": 3}


def test_what_a_hostile_source_says_is_not_all_remembered() -> None:
    mender = Mender(TREATMENTS)
    for number in range(1500):
        mender.mend(lines_of(f":d rdfs:label 'x'^^:own{number} ; dct:format 'f{number}', '{'x' * 600}' ."))
    assert len(mender.unknown_datatypes) <= 1001
    assert sum(mender.unknown_datatypes.values()) == 1500
    assert max(len(value) for known in mender._values.values() for value in known) <= 500


def test_repairs_are_counted_by_rule() -> None:
    mender = Mender(TREATMENTS)
    for _ in range(2):
        mender.mend(lines_of(":d dct:format 'CSV' ; dct:title 'A'@eng ."))
    assert mender.counts == {"format-to-file-type": 2, "language-tag-iso-639-2": 2}


WORDS = [
    *(
        '"CSV"',
        '"text/csv"',
        '"en"',
        '"A"@eng',
        '"A"@fre-CA',
        '"A"@fr-t-nl',
        '"https://x.example/a b"',
        '"a@b.example"',
    ),
    *(
        '"https://x.example/a"',
        '"2024-01-01"',
        '"2024"^^xsd:date',
        '"5"',
        '"5"^^xsd:decimal',
        '"x"^^xsd:anuyURI',
        '"P1D"',
    ),
    *(
        '"2024-02-30"^^xsd:date',
        '"2024-01-01T00:00:00Z"^^xsd:DateTime',
        '"\\t\\u00e9\\n"@ger',
        ":e",
        "_:b",
        "_:c",
        ":d",
    ),
    *("dcat:Dataset", "dcat:Distribution", "dct:PeriodOfTime", "foaf:Agent", "skos:Concept"),
    "<https://publications.europa.eu/resource/authority/language/ENG>",
    "<http://publications.europa.eu/resource/authority/file-type/csv>",
    "<http://purl.org/adms/status/Completed>",
    "<http://www.iana.org/assignments/media-types/text/csv>",
    "<https://spdx.org/rdf/terms/#checksumAlgorithm_sha256>",
    "<http://base.example/a@b.example>",
]
PREDICATES = sorted(
    {str(each) for each in (*TABLES.expected, *TABLES.replacements)}
    | {"a", "rdfs:seeAlso", "rdfs:label", "rdf:value", "dct:unheard"}
)
STATEMENTS = st.lists(
    st.tuples(
        st.sampled_from([":d", ":d", "_:b", "_:c"]),
        st.sampled_from(PREDICATES)
        | st.sampled_from(["a", "rdfs:seeAlso", "rdfs:label", "dct:identifier", "dct:temporal"]),
        st.sampled_from(WORDS),
    ),
    min_size=1,
    max_size=12,
)
MENDER = Mender(TREATMENTS)
"""One for all: what it remembers of one record must not change another."""


@settings(max_examples=400, deadline=None)
@given(STATEMENTS)
def test_a_repaired_record_needs_no_repair(said: list[tuple[str, str, str]]) -> None:
    received = lines_of("".join(f"{subject} {predicate} {value} . " for subject, predicate, value in said))
    found = MENDER.mend(received)
    assert (found and found.lines) == (again.lines if (again := Mender(TREATMENTS).mend(received)) else None)
    if found is not None:
        assert found.lines == sorted(set(found.lines))
        assert len(list(parse(b"".join(found.lines), RdfFormat.N_TRIPLES))) == len(found.lines)
        assert MENDER.mend(found.lines) is None
        assert [line for line in received if not published(line, found)] == []


def published(line: bytes, found: Mended) -> bool:
    """Whether a received statement is published, as it is or as its repairs say, or is part of a received value."""
    subject, predicate, value = (each.decode() for each in split(line))
    if subject.startswith("_:") and any(f"{predicate} {value}" in repair.received for repair in found.repairs):
        return True
    blank = value.startswith("_:")
    ends = {(predicate, value)}
    for _ in range(4):
        ends |= {after(repair) for repair in found.repairs if before(repair, blank=blank) & ends_of(ends, blank=blank)}
    return any(f"{subject} {each} {token} .\n".encode() in found.lines for each, token in ends)


def before(repair: Repair, *, blank: bool) -> set[tuple[str, str]]:
    told = "_:" if blank and repair.received.startswith(("[ ", "_:")) else repair.received
    return {(f"<{repair.predicate}>", told)}


def ends_of(ends: set[tuple[str, str]], *, blank: bool) -> set[tuple[str, str]]:
    return {(each, "_:" if blank and token.startswith("_:") else token) for each, token in ends}


def after(repair: Repair) -> tuple[str, str]:
    return f"<{repair.published_predicate or repair.predicate}>", repair.published


def test_the_tables_are_whole() -> None:
    for predicate, expected in TABLES.expected.items():
        assert predicate.value.startswith("http"), predicate
        assert expected.treatment in {"concept", "link", "reference", "mailbox", "date", "number", "duration", "text"}
        assert expected.received in {"any", "literal", "iri", ""}
    for received, (right, _) in TABLES.namespaces.items():
        assert not right.startswith(received)
        assert right not in TABLES.namespaces
    assert DCT.title not in TABLES.expected


def test_every_rule_is_described() -> None:
    text = (files("loaders.mending") / "README.md").read_text("utf-8")
    rules = {each.rule for each in TABLES.expected.values()} | {each.rule for each in TABLES.replacements.values()}
    rules |= {rule for _, rule in TABLES.namespaces.values()} - {""}
    assert [rule for rule in sorted(rules - {""}) if f"`{rule}`" not in text] == []


def test_a_vocabulary_that_the_model_demands_is_mapped_to() -> None:
    for use in Model.load().uses:
        if use.strength == "must" and use.profile != "portal" and use.predicate is not None:
            expected = TABLES.expected[use.predicate]
            assert (expected.treatment, (expected.table,)) == ("concept", use.vocabularies), use.path


def test_a_predicate_that_the_model_replaces_is_replaced_alike() -> None:
    for use in Model.load().uses:
        if use.replacement and use.predicate is not None:
            assert TABLES.replacements[use.predicate].predicate.value == expanded(use.replacement), use.path


def test_a_replacement_takes_what_the_model_lets_it_take() -> None:
    datatypes: dict[str, set[NamedNode]] = {}
    for use in Model.load().uses:
        if use.profile == "dcat-ap" and use.predicate is not None:
            datatypes.setdefault(use.predicate.value, set()).update(use.datatypes)
    for predicate, replacement in TABLES.replacements.items():
        if replacement.rule == "deprecated-predicate":
            assert replacement.datatypes == datatypes.get(replacement.predicate.value, set()), predicate


@pytest.mark.prove
def test_a_record_of_many_faults_is_repaired_in_the_time_of_its_length() -> None:
    faults = "owl:versionInfo '{0}' ; foaf:page [ a foaf:Document ; rdfs:seeAlso <http://x.example/{0}> ]"
    lines = lines_of(":d a dcat:Dataset ; " + " ; ".join(faults.format(number) for number in range(20_000)) + " .")
    begun = time.process_time()
    found = Mender(TREATMENTS).mend(lines)
    assert found is not None
    assert Counter(repair.rule for repair in found.repairs) == {"see-also-link": 20_000}
    assert time.process_time() - begun < 20  # 3 s; quadratic it would take minutes


def test_a_blank_node_with_a_long_text_stands_for_nothing() -> None:
    language = "rdfs:seeAlso <http://publications.europa.eu/resource/authority/language/FRA>"
    assert rules(mended(f":d dct:language [ {language} ; skos:prefLabel 'x' ] .")) == ["see-also-authority"]
    assert mended(f":d dct:language [ {language} ; skos:prefLabel '{'x' * 5000}' ] .") is None
