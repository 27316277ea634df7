"""Records as nobody should write them, and as somebody does: what a page makes of each is a test's matter."""

from pathlib import Path

from tests.support.portal import publish

BASE = "http://odd.example/"
FILES = 120
LONG = "very long title " * 312
ARABIC = "جودة الهواء في المدينة"

_ODD = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix schema: <http://schema.org/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <{BASE}> .

:translated a dcat:Dataset ; dct:title "Qualité de l'air"@fr-t-nl-t0-mtec, "Luchtkwaliteit"@nl ;
  dct:description "Mesures horaires."@fr-t-nl ; dct:publisher :office ; dct:issued "0202-01-01"^^xsd:date ;
  dct:modified "2026-03-04"^^xsd:date ; dcat:theme <http://nowhere.example/theme> ; dcat:keyword "lucht"@nl ;
  dct:accrualPeriodicity "monthly" ; owl:versionInfo "2.1" ; dct:identifier "https://doi.org/10.1234/abc.5" ;
  dct:conformsTo <http://standard.example/table> ; dcat:inSeries :yearly ; dct:relation :right ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn "Desk" ; vcard:hasEmail "desk@odd.example" ] ;
  dcat:distribution :file .
:file a dcat:Distribution ; dcat:accessURL <https://odd.example/get/air.csv> ; dct:format "csv" ;
  dcat:accessService :service ; dct:license <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> .
:service a dcat:DataService ; dct:title "Sensors"@en ; dcat:endpointURL <https://odd.example/api> ;
  dcat:endpointDescription <https://odd.example/api/openapi.json> ; dcat:servesDataset :translated, :many .
:yearly a dcat:DatasetSeries ; dct:title "Year by year"@en ; dct:description "All years."@en .
:map a schema:WebApplication ; schema:name "A map"@en ; schema:url <https://map.example/> ;
  schema:isBasedOn :translated .
:office a foaf:Agent ; foaf:name "Odd office"@en ; foaf:mbox <mailto:office@odd.example> .
:private a dcat:Dataset ; dct:title "Of one person"@en ; dct:publisher :office ;
  dcat:contactPoint [ a vcard:Individual ; vcard:fn "Somebody" ; vcard:hasEmail <mailto:somebody@odd.example> ] .
:bare a dcat:Dataset ; dct:publisher <http://missing.example/org> .
:right a dcat:Dataset ; dct:title "{ARABIC}" ; dct:description "بيانات (PM10)."@ar ; dct:publisher :office .
:long a dcat:Dataset ; dct:title "{LONG}"@en ; dct:description "Long."@en .
:many a dcat:Dataset ; dct:title "Many files"@en ; dct:description "Many."@en ; dct:publisher :office ;
  dcat:distribution {", ".join(f":file{number:03}" for number in range(FILES))} .
"""

_FILE = """
:file{0:03} a dcat:Distribution ; dct:title "File {0}"@en ; dcat:downloadURL <https://odd.example/{0}.csv> ;
  dct:license <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> .
"""

_OTHER = f"""
<{BASE}translated> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "Said by another"@en .
"""


def publish_odd(folder: Path) -> Path:
    """The data directory of a portal with these records, and a second source that speaks of one of them."""
    odd, other, data = folder / "odd.ttl", folder / "other.ttl", folder / "data"
    odd.write_text(_ODD + "".join(_FILE.format(number) for number in range(FILES)))
    other.write_text(_OTHER)
    publish(data, odd, source="odd")
    publish(data, other, source="other")
    return data
