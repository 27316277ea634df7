"""The authority tables: which there are, their concepts, and each concept as RDF."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from flask import Response
from pyoxigraph import Triple

from api import answers
from api.answers import Resource
from api.contexts.accounts import ConceptRow, TableRow, VocabulariesPage, VocabularyPage
from api.contexts.pages import Beside
from api.pages.axes import schemes, values
from api.pages.axes.declared import axis_of
from api.pages.items import page_number, pager
from api.portal import gettext, language, portal, urls, view
from api.presenting import beside
from graph.errors import NotFound
from vocabularies.concepts import Concept, Table

_PAGE: Final = 100
_DEEPEST: Final = 4
"""Steps from the top that are shown as such."""


def tables() -> Response:
    """All tables."""
    resource = Resource("/vocabularies", view().generation.manifest.sealed_at, rdf=False, crumbs=_crumbs())
    return answers.respond(answers.chosen(None, rdf=False), resource, tables_page, tuple)


def tables_page() -> VocabulariesPage:
    """By their titles in the reader's language."""
    known = map(_row, portal().declared.concepts.tables)
    return VocabulariesPage(gettext("Vocabularies"), tuple(sorted(known, key=lambda row: row.title.casefold())))


def table(name: str) -> Response:
    """One table with its concepts, page by page; its RDF has all."""
    name, extension = answers.split_extension(name)
    found = _table(name)
    page = page_number()
    parameters = (("page", str(page)),) if page > 1 else ()
    sealed = view().generation.manifest.sealed_at
    resource = Resource(f"/vocabularies/{name}", sealed, parameters=parameters, whole=True, crumbs=_crumbs())
    form = answers.chosen(extension)
    return answers.respond(form, resource, partial(table_page, found, page), partial(statements, name))


def concept(name: str, notation: str) -> Response:
    """One concept, as RDF by extension or Accept; its page tells where it is in its table, and what has it."""
    found = _table(name)
    known = {one.notation: one for one in _concepts(found)}
    notation, extension = (notation, None) if notation in known else answers.split_extension(notation)
    if notation not in known:
        raise NotFound("concept", f"{name}/{notation}")
    crumbs = (*_crumbs(), (_title(found), urls().page(f"/vocabularies/{name}")))
    path = f"/vocabularies/{name}/{notation}"
    return values.of_concept(known[notation], axis_of(name), path, crumbs, extension)


def _crumbs() -> tuple[tuple[str, str], ...]:
    return ((gettext("Vocabularies"), urls().page("/vocabularies")),)


def _table(name: str) -> Table:
    found = portal().declared.concepts.table(name)
    if found is None:
        raise NotFound("vocabulary", name)
    return found


def _concepts(found: Table) -> list[Concept]:
    return sorted(portal().declared.concepts.of(found.name), key=lambda one: (one.notation, one.iri))


def statements(name: str) -> Iterator[Triple]:
    for quad in view().store.quads_for_pattern(None, None, None, portal().iris.vocabulary(name)):
        yield quad.triple


def _title(found: Table) -> str:
    return found.titles.get(language()) or found.titles.get("en") or found.name


def _row(found: Table) -> TableRow:
    href = urls().page(f"/vocabularies/{found.name}")
    version = found.version or found.modified
    return TableRow(_title(found), href, len(found.concepts), found.entities, version)


def table_page(found: Table, page: int) -> VocabularyPage:
    """One page of the concepts, each behind what it is below."""
    axis, tree = axis_of(found.name), schemes.scheme(found.name)
    listed = [(one, depth) for one, depth in tree.walk() if not one.deprecated]
    counts = schemes.totals(axis) if axis else {}
    pages = pager(f"/vocabularies/{found.name}", (), page, len(listed), _PAGE)
    shown = listed[(page - 1) * _PAGE : page * _PAGE]
    return VocabularyPage(
        title=_title(found),
        table=_row(found),
        scheme=found.scheme.value,
        licence=found.licence,
        source=found.source,
        concepts=tuple(_concept_row(one, depth, counts) for one, depth in shown),
        pager=pages,
        counted=axis is not None,
        beside=Beside(query=beside.of_resource(found.scheme.value)),
        overview=urls().page(axis.path) if axis and axis.path else "",
    )


def _concept_row(one: Concept, depth: int, counts: Mapping[str, int]) -> ConceptRow:
    href = urls().page(schemes.path_of(one)) if one.notation else None
    return ConceptRow(one.notation, schemes.name_of(one), href, min(depth, _DEEPEST), counts.get(one.iri, 0))
