"""The profiles: their shapes as published Turtle, and the fields that the declared model has, for people to read."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from flask import Response
from pyoxigraph import NamedNode, Triple

from api import answers
from api.answers import Resource
from api.contexts.accounts import DeclaredClass, Field, ProfilePage, ProfileRow, ProfilesPage
from api.contexts.pages import Text, Value
from api.declared import COHERENCE, capitalised
from api.portal import gettext, language, portal, presenter, urls, view
from api.presenting.properties import OBLIGATIONS
from graph.errors import NotFound
from graph.model.declarations import Class, Use
from graph.model.tables import shortened
from shapes.profiles import PROFILES
from vocabularies.namespaces import SH

_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def profiles() -> Response:
    """All profiles."""
    resource = Resource("/shapes", view().generation.manifest.sealed_at, rdf=False, crumbs=_crumbs())
    return answers.respond(answers.chosen(None, rdf=False), resource, profiles_page, tuple)


def profiles_page() -> ProfilesPage:
    return ProfilesPage(gettext("Profiles"), tuple(_row(name) for name in (*PROFILES, COHERENCE)))


def profile(name: str) -> Response:
    """A profile as a page, or its shapes as RDF."""
    name, extension = answers.split_extension(name)
    if name not in PROFILES and name != COHERENCE:
        raise NotFound("profile", name)
    resource = Resource(f"/shapes/{name}", view().generation.manifest.sealed_at, crumbs=_crumbs())
    made = partial(profile_page, name, declared_classes(name), resource, whole=True)
    return answers.respond(answers.chosen(extension), resource, made, partial(statements, name))


def declared_class(profile: str, name: str) -> Response:
    """What a profile says of one class."""
    name, extension = answers.split_extension(name)
    found = [one for one in declared_classes(profile) if slug(one) == name] if profile in PROFILES else []
    if not found:
        raise NotFound("class", f"{profile}/{name}")
    crumbs = (*_crumbs(), (PROFILES[profile].title, urls().page(f"/shapes/{profile}")))
    resource = Resource(f"/shapes/{profile}/{name}", view().generation.manifest.sealed_at, crumbs=crumbs)
    made = partial(profile_page, profile, found, resource, whole=False)
    return answers.respond(answers.chosen(extension), resource, made, partial(statements, profile, found[0]))


def _crumbs() -> tuple[tuple[str, str], ...]:
    return ((gettext("Profiles"), urls().page("/shapes")),)


def slug(declared: Class) -> str:
    """The class as a file is called: `dcat:DataService` is `data-service`."""
    return _WORDS.sub("-", declared.name.rpartition(":")[2]).lower()


def statements(name: str, only: Class | None = None) -> Iterator[Triple]:
    """The shapes of a profile, those of one class with all they are made of; their IRIs are this portal's."""
    triples = portal().declared.shapes(name, f"{portal().iris.base}/shapes/")
    return iter(triples) if only is None else _reachable(triples, {only.iri, *only.subclasses})


def _reachable(triples: Iterable[Triple], classes: set[NamedNode]) -> Iterator[Triple]:
    by_subject: dict[object, list[Triple]] = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append(triple)
    targeting = (SH.targetClass, SH.targetNode)
    waiting: list[object] = [
        subject
        for subject, told in by_subject.items()
        if any(triple.predicate in targeting and triple.object in classes for triple in told)
    ]
    seen = set(waiting)
    while waiting:
        for triple in by_subject[waiting.pop()]:
            yield triple
            if triple.object in by_subject and triple.object not in seen:
                seen.add(triple.object)
                waiting.append(triple.object)


def declared_classes(name: str) -> list[Class]:
    """The classes that a profile says something of, in the order of its table."""
    model = portal().declared.model
    return [model.classes[iri] for iri in dict.fromkeys(use.on for use in model.uses if use.profile == name)]


def profile_page(name: str, classes: Iterable[Class], resource: Resource, *, whole: bool) -> ProfilePage:
    shown = tuple(_class(name, one) for one in classes)
    row = _row(name)
    title = row.title if whole else f"{shown[0].label}, {row.title}"
    return ProfilePage(title, row, shown, answers.forms(resource), whole)


def _row(name: str) -> ProfileRow:
    known = PROFILES.get(name)
    uses = [use for use in portal().declared.model.uses if use.profile == name]
    return ProfileRow(
        title=known.title if known else gettext("With every profile"),
        href=urls().page(f"/shapes/{name}"),
        specification=known.specification if known else "",
        classes=len({use.on for use in uses}),
        fields=len({(use.on, use.path) for use in uses}),
        judged=name in (*portal().declared.profiles, COHERENCE),
    )


def _class(profile: str, declared: Class) -> DeclaredClass:
    by_path: dict[str, list[Use]] = {}
    for use in portal().declared.model.uses_of(declared.iri, [profile]):
        by_path.setdefault(use.path, []).append(use)
    return DeclaredClass(
        label=capitalised(declared.labels[language()]),
        name=declared.name,
        href=urls().page(f"/shapes/{profile}/{slug(declared)}"),
        clause=declared.clause,
        fields=tuple(_field(declared, path, by_path[path], anchor) for path, anchor in _anchors(declared, by_path)),
    )


def _anchors(declared: Class, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each path with a name for its place on the page: without prefix, but where another has that name already."""
    seen: set[str] = set()
    for path in paths:
        local = path.rpartition(":")[2]
        yield path, f"{declared.name.rpartition(':')[2]}-{path.replace(':', '-') if local in seen else local}"
        seen.add(local)


def _field(declared: Class, path: str, uses: list[Use], anchor: str) -> Field:
    found = portal().declared.model.property_of(path, declared.iri)
    first = uses[0]
    obligation = next((use.obligation for use in uses if use.obligation), "")
    vocabularies = dict.fromkeys(name for use in uses for name in use.vocabularies)
    return Field(
        anchor=anchor,
        label=capitalised(found.labels[language()]),
        name=path,
        href=first.predicate.value if first.predicate else "",
        obligation=gettext(OBLIGATIONS[obligation]) if obligation else "",
        cardinality=_cardinality(uses),
        ranges=tuple(dict.fromkeys(text for use in uses for text in _ranges(use))),
        vocabularies=tuple(map(_vocabulary, vocabularies)),
        notes=tuple(dict.fromkeys(note for use in uses for note in _notes(use))),
        clauses=tuple(dict.fromkeys(use.clause for use in uses if use.clause)),
    )


def _vocabulary(name: str) -> Value:
    """A table of ours by its title; what is no table of ours by its name."""
    table = portal().declared.concepts.table(name)
    if table is None:
        return Value(Text(name))
    return Value(presenter().best(table.titles) or Text(name), urls().page(f"/vocabularies/{name}"))


def _cardinality(uses: list[Use]) -> str:
    at_most = "1" if any(use.repeatable is False for use in uses) else "n"
    return f"{int(any(use.mandatory for use in uses))}..{at_most}"


def _ranges(use: Use) -> Iterator[str]:
    """What a value is: of a class, of a datatype, or of a kind."""
    if use.range is not None:
        yield capitalised(portal().declared.model.classes[use.range].labels[language()])
    elif use.datatypes:
        yield from (shortened(one) for one in use.datatypes)
    elif use.node_kinds == ("literal",):
        yield gettext("Text")


def _notes(use: Use) -> Iterator[str]:
    if use.constraint_type and use.constraint:
        yield f"{use.constraint_type}: {use.constraint}"
    if use.replacement:
        yield f"→ {use.replacement}"
