"""Records that are well-formed and have far too much of something; what a page makes of each is a test's matter."""

from pathlib import Path

from tests.support.portal import publish

BASE = "http://monster.example/"
MANY = 300
FILES = 180
PARAGRAPH = "A sentence of a description that does not come to an end. " * 20

_MONSTERS = f"""
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <{BASE}> .

:wordy a dcat:Dataset ; dct:title "{"endlessword" * 500}"@en ; dct:publisher :office ;
  dct:description \"\"\"{(PARAGRAPH + chr(10) * 2) * 400}\"\"\"@en .
:everything a dcat:Dataset ; dct:title "Everything"@en ; dct:description "All of it, many times."@en .
:polyglot a dcat:Dataset ; dct:publisher :office ;
  dct:title {", ".join(f'"{"title " * 200}{number}"@x-l{number}' for number in range(MANY))} .
:faulty a dcat:Dataset ; dct:title "Faulty files"@en ; dct:publisher :office ;
  dcat:distribution {", ".join(f":file{number:03}" for number in range(FILES))} .
:office a foaf:Agent ; foaf:name "Office"@en .
:dated a dcat:Dataset ; dct:title "Odd days"@en ; dct:publisher :office ;
  dct:issued "0202-05-01"^^xsd:date ; dct:modified "not a day", "99999-01-01"^^xsd:date .
:planned a dcat:Dataset ; dct:title "Planned"@en ; dct:publisher :office ; dct:available "one day" ;
  adms:status <https://w3id.org/catalograph/publication-status/Planned> .
"""

_PROPERTIES = [
    "dct:creator",
    "dct:language",
    "dct:spatial",
    "dct:subject",
    "dct:conformsTo",
    "dct:relation",
    "dct:source",
    "dct:provenance",
    "dct:hasVersion",
    "dct:isReferencedBy",
    "dcat:theme",
    "dcat:landingPage",
    "dcat:contactPoint",
    "foaf:page",
    "adms:sample",
]


def publish_monsters(folder: Path) -> Path:
    """The data directory of a portal with these records."""
    document, data = folder / "monsters.ttl", folder / "data"
    many = (
        f":everything {name} :{name.replace(':', '-')}-{number} .\n" for name in _PROPERTIES for number in range(MANY)
    )
    unknown = (f":everything <http://unknown.example/{number}> {number} .\n" for number in range(MANY))
    files = (f':file{number:03} a dcat:Distribution ; dct:license "none" .\n' for number in range(FILES))
    document.write_text(_MONSTERS + "".join((*many, *unknown, *files)))
    publish(data, document, source="monsters")
    return data
