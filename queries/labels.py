"""What things are called, in every language that is known."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Triple

from vocabularies.namespaces import DCT, FOAF, RDFS, SCHEMA, SKOS, VCARD

NAMING: Final = (DCT.title, SKOS.prefLabel, FOAF.name, SCHEMA.name, VCARD.fn, RDFS.label)
"""Properties that name a thing; the first one it has is taken."""


def labels(store: Store, term: NamedNode) -> dict[str, str]:
    """Language tag to label, the first of each language by code point; the tag is empty where none was given."""
    for naming in NAMING:
        found = [
            quad.object
            for quad in store.quads_for_pattern(term, naming, None, DefaultGraph())
            if isinstance(quad.object, Literal)
        ]
        if found:
            return by_language(found)
    return {}


def labels_in(own: Iterable[Triple]) -> dict[str, str]:
    """The same of all that is said of a thing."""
    texts: dict[NamedNode, list[Literal]] = {}
    for triple in own:
        if isinstance(triple.object, Literal):
            texts.setdefault(triple.predicate, []).append(triple.object)
    return by_language(next((texts[naming] for naming in NAMING if naming in texts), ()))


def by_language(found: Iterable[Literal]) -> dict[str, str]:
    """The first text of each language by code point."""
    ordered = sorted(found, key=lambda text: (text.language or "", text.value), reverse=True)
    return {text.language or "": text.value for text in ordered}
