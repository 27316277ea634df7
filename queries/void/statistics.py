"""The numbers of a VoID description, as they are kept in a generation."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final, Self

NAME: Final = "void"
"""What the numbers are called among the prepared answers."""


@dataclass(frozen=True, slots=True)
class Target:
    """A data set of others that ours may link to: the IRIs that begin with `space`."""

    name: str
    space: str
    page: str
    title: str


@dataclass(frozen=True, slots=True)
class Partition:
    """What the things of a class say with one property: how often, and what the values are."""

    triples: int
    datatypes: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    """Of the values; a value of two classes counts with both. Zero is said of what was seen and not counted."""


@dataclass(frozen=True, slots=True)
class Link:
    """Statements that lead to a target of others, and to how many different things there."""

    target: str
    property: str
    triples: int
    objects: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the default graph. All IRIs are text: that is how they are kept."""

    triples: int
    subjects: int
    objects: int
    entities: int
    """Subjects that have an IRI."""
    classes: dict[str, int]
    properties: dict[str, int]
    partitions: dict[str, dict[str, Partition]]
    """By class and property."""
    links: tuple[Link, ...]
    examples: dict[str, str]
    """A thing of each class that has one with an IRI."""
    graphs: dict[str, int]
    """Statements of each large named graph that the manifest does not count."""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """From what was kept."""
        partitions = {
            one: {name: Partition(**partition) for name, partition in having.items()}
            for one, having in told["partitions"].items()
        }
        links = tuple(Link(**link) for link in told["links"])
        return cls(**{**told, "partitions": partitions, "links": links})


def targets() -> list[Target]:
    """The data sets of others that links are counted to."""
    text = files("queries").joinpath("void", "targets.csv").read_text("utf-8")
    return [Target(**row) for row in csv.DictReader(text.splitlines())]
