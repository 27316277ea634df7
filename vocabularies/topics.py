"""Words of everyday speech in four languages: what open data is about, and the small words of questions.

A row of `topics.csv` is a topic; in each language its words and terms, those that stand for each other. The words of
`small-words.csv` are in questions and say nothing of what is asked for, nor does "data" where all is data. Both are
ours.
"""

import csv
from collections.abc import Iterator, Mapping
from importlib.resources import files

from vocabularies.concepts import LANGUAGES


def small_words() -> frozenset[str]:
    """Those of all languages."""
    return frozenset(word for row in _read("small-words") for word in row["words"].split())


def topics() -> Iterator[Mapping[str, tuple[str, ...]]]:
    """Language to terms, topic by topic."""
    for row in _read("topics"):
        yield {language: tuple(row[language].split(";")) for language in LANGUAGES}


def _read(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(files("vocabularies").joinpath(f"{name}.csv").read_text("utf-8").splitlines())
