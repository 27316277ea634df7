"""What the page of a catalogue tells people: how programs take it home, by which standards and on which terms."""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import NamedNode

from api import answers
from api.answers import Resource
from api.contexts.pages import CataloguePage, TermsOfUse
from api.harvest import profiles
from api.interfaces.table import parameters
from api.portal import gettext, language, presenter, urls, view
from loaders.terms import Terms

_DOORS: Final = (
    ("High-value datasets", "/catalogue/hvd", "DCAT-AP HVD"),
    ("Changes to the catalogue", "/feed", "LDES, DCAT-AP Feeds"),
    ("Changes to the catalogue", "/feed.atom", "Atom"),
    ("Records, deleted ones too", "/oai?verb=Identify", "OAI-PMH 2.0"),
    ("Dumps", "/dumps", "N-Quads, Turtle, JSON-LD, CSV"),
    ("All interfaces for programs", "/openapi.json", "OpenAPI 3.1"),
)
"""Texts of the interface, addresses, and standards, whose names are the same in all languages."""

_OF_PAGES: Final = {"/feed", "/dumps", "/catalogue/hvd"}
"""Those that are pages for people too."""

DOORS: Final = tuple(dict.fromkeys(title for title, _, _ in _DOORS))

_PARAMETERS: Final = ("organisation", "theme", "hvd", "source", "modified_since", "limit")


def page(title: str, description: str, total: int, resource: Resource, terms: Terms) -> CataloguePage:
    """The page of a catalogue, or of a part that the parameters of its resource select."""
    return CataloguePage(
        title=title,
        description=description,
        total=total,
        forms=answers.forms(resource),
        profiles=tuple(_profiles(resource)),
        parameters=tuple(_parameters(resource)),
        doors=tuple(_doors(resource)),
        terms=shown(terms),
        sources=urls().page("/sources"),
    )


def shown(terms: Terms) -> TermsOfUse | None:
    """Terms for people; None where none are stated."""
    if terms == Terms():
        return None
    licence = presenter().value(NamedNode(terms.licence), {}) if terms.licence else None
    return TermsOfUse(licence, terms.attribution)


def _profiles(resource: Resource) -> Iterator[tuple[str, str, str]]:
    others = [each for each in resource.parameters if each[0] not in profiles.PARAMETERS]
    for one in profiles.OFFERED:
        yield one.title, urls().resource(f"{resource.path}.ttl", [*others, ("profile", one.name)]), one.specification


def _parameters(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """Those that people need to know; programs follow links for the rest. One that would find nothing is left out."""
    examples = {name: parameters()[name].example for name in _PARAMETERS} | {
        "organisation": "" if resource.path.startswith("/organisations/") else _any_organisation(),
        "source": min(view().generation.manifest.sources, default=""),
    }
    for name, example in examples.items():
        others = [each for each in resource.parameters if each[0] != name]
        address = urls().resource(f"{resource.path}.ttl", [*others, (name, example)])
        if example:
            yield name, parameters()[name].about[language()], address


def _any_organisation() -> str:
    found = view().part_of_kind("organisations", 0, 1)
    return urls().slug(found[0]) if found else ""


def _doors(resource: Resource) -> Iterator[tuple[str, str, str]]:
    for title, path, standards in _DOORS:
        if path != resource.path:
            yield gettext(title), urls().page(path) if path in _OF_PAGES else urls().resource(path), standards
