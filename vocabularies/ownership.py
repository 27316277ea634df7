"""Which IRIs belong to somebody else's vocabulary: a catalogue may describe them, its publisher cannot mend them."""

import csv
from collections.abc import Callable
from importlib.resources import files

from vocabularies.namespaces import PREFIXES


def foreign() -> Callable[[str], bool]:
    """The test of an IRI: true for one of a standard's namespace or of a list that `foreign.csv` names."""
    with files("vocabularies").joinpath("foreign.csv").open(encoding="utf-8") as file:
        prefixes = (*PREFIXES.values(), *(row["prefix"] for row in csv.DictReader(file)))

    def is_foreign(iri: str) -> bool:
        return iri.startswith(prefixes)

    return is_foreign
