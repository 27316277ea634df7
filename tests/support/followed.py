"""A small catalogue that changes from one generation to the next, for those who follow it."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from api.settings import Settings
from api.wiring import pipeline
from loaders.pipeline import Order, Pipeline
from tests.support.kept import kept

AIR, WATER = "http://a.example/air", "http://a.example/water"

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix theme: <http://publications.europa.eu/resource/authority/data-theme/> .
"""

PIECES = {
    "air": """
<http://a.example/air> a dcat:Dataset ; dct:title "Air"@en, "Loft"@lb ; dct:description "What is in it."@en ;
  dct:publisher <http://a.example/office> ; dct:spatial <http://a.example/valley> ; dcat:theme theme:ENVI ;
  dcat:distribution <http://a.example/air.csv> ; dcat:keyword "air"@en .
""",
    "water": """
<http://a.example/water> a dcat:Dataset ; dct:title "Water"@en ; dct:description "How much."@en ;
  dct:publisher <http://a.example/office> ; dcat:theme theme:ENVI, theme:GOVE ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ;
  dcatap:hvdCategory <http://data.europa.eu/bna/c_dd313021> .
""",
    "file": """
<http://a.example/air.csv> a dcat:Distribution ; dct:title "Readings"@en ; dcat:byteSize 12 ;
  dcat:accessURL <http://a.example/files/air.csv> .
""",
    "office": """
<http://a.example/office> a foaf:Agent ; foaf:name "Office of the Environment"@en .
""",
    "valley": """
<http://a.example/valley> a dct:Location ; locn:geographicName "The valley"@en .
""",
}


class Followed:
    """One source whose state a test rewrites; every writing is a generation."""

    def __init__(self, folder: Path, *, validated: bool = True) -> None:
        """What is not validated is published twice as fast."""
        self.data = folder / "data"
        self._file = folder / "catalogue.ttl"
        self._validated = validated
        self.pieces = dict(PIECES)
        self.took = timedelta()
        """How long ago a load began when it is done."""
        self.hidden = False
        """Whether what is sealed is not published."""

    def publish(self, **pieces: str | None) -> int:
        """Replace pieces, or take out those that are None; the number of the generation."""
        told = {**self.pieces, **pieces}
        self.pieces = {name: text for name, text in told.items() if text is not None}
        self._file.write_text(PREFIXES + "".join(self.pieces.values()))
        if self.data.exists() or self.hidden or self.took:
            return self._load(self.data)
        kept(self.data, self._load, "followed", self._validated, documents=[self._file])
        return 1

    def _load(self, data: Path) -> int:
        loading = replace(_pipeline(data), clock=lambda: datetime.now(UTC) - self.took)
        loading.load(Order([str(self._file)], "example", validate=self._validated, publish=not self.hidden))
        return loading.generations.head_number() or 0

    def copied(self, folder: Path) -> Self:
        """Another that goes on from here."""
        shutil.copytree(self.data, folder / "data", symlinks=True)
        other = type(self)(folder, validated=self._validated)
        other.pieces = dict(self.pieces)
        return other

    def pipeline(self) -> Pipeline:
        return _pipeline(self.data)

    def edit(self, piece: str, old: str, new: str) -> int:
        assert old in self.pieces[piece]
        return self.publish(**{piece: self.pieces[piece].replace(old, new)})

    def rollback(self, number: int) -> int:
        return self.pipeline().rollback(number)


def _pipeline(data: Path) -> Pipeline:
    return pipeline(Settings(data=data, isolation_required=False))
