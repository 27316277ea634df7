"""A portal that has something to show on every kind of page: the example, and what no example would have.

Its pictures and prepared answers are there, a set of dumps, a dataset with many files, and one that is gone.
"""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from api.background.dumping import run
from api.settings import Settings
from api.wiring import pipeline
from graph.generations import Generations
from loaders.pictures.addresses import wanted
from loaders.pictures.album import Album
from loaders.pictures.bundled import take
from loaders.pipeline import Order
from loaders.preparation import prepare
from tests.support.portal import EXAMPLE

MANY_FILES: Final = "https://archive.portal.example/id/dataset/counters"
WITHDRAWN: Final = "https://archive.portal.example/id/dataset/telegrams"
NAMELESS: Final = "zywwx4arox4x7x6n"
"""What the file without an IRI is called: by what is said of it."""
_FILES: Final = 60

_PREFIXES: Final = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
"""

_KEPT: Final = f"""
<{MANY_FILES}> a dcat:Dataset ; dct:title "Daily readings of the counters"@en , "Relevés journaliers des compteurs"@fr ;
  dct:description "One file a day."@en ; dct:publisher <https://data.portal.example/id/organisation/mobility> ;
  dcat:distribution {", ".join(f"<{MANY_FILES}/{number}>" for number in range(_FILES))} ,
    [ a dcat:Distribution ; dct:title "All of them"@en ; dcat:accessURL <https://archive.portal.example/counters> ] .
"""

_FILE: Final = """
<{0}/{1}> a dcat:Distribution ; dct:title "Day {1}"@en ; dcat:downloadURL <https://archive.portal.example/{1}.csv> ;
  dct:license <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> .
"""

_GONE: Final = f"""
<{WITHDRAWN}> a dcat:Dataset ; dct:title "Telegrams"@en , "Télégrammes"@fr ; dct:description "A register."@en ;
  dct:publisher <https://data.portal.example/id/organisation/mobility> .
"""


def make(data: Path) -> None:
    """Publish it as this data directory, which is not there yet."""
    loads = pipeline(Settings(data=data, isolation_required=False))
    loads.load(Order([str(EXAMPLE)], "example"))
    described = _PREFIXES + _KEPT + "".join(_FILE.format(MANY_FILES, number) for number in range(1, _FILES + 1))
    with TemporaryDirectory() as folder:
        document = Path(folder) / "archive.ttl"
        for text in (described + _GONE, described):
            document.write_text(text, "utf-8")
            loads.load(Order([str(document)], "archive"))
    with Generations(data).current() as generation:
        take(Album(data), wanted(generation, 100), datetime.now(UTC))
    prepare(data, print)
    run(Settings(data=data))
