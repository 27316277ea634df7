"""Words of everyday speech for what open data is about, in four languages: `topics.csv`.

A row is a topic; in each language its words and terms, those that stand for each other. The words are ours.
"""

import csv
from collections.abc import Iterator, Mapping
from importlib.resources import files

from vocabularies.concepts import LANGUAGES


def topics() -> Iterator[Mapping[str, tuple[str, ...]]]:
    """Language to terms, topic by topic."""
    with files("vocabularies").joinpath("topics.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield {language: tuple(row[language].split(";")) for language in LANGUAGES}
