"""The authority tables: which there are, their concepts, and each concept as RDF."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from flask import Response
from pyoxigraph import NamedNode, Triple

from api import answers
from api.accounts import TableRow, VocabulariesPage, VocabularyPage
from api.answers import Resource
from api.contexts import Pager, Text
from api.pages.items import page_number, pager
from api.portal import gettext, language, portal, presenter, urls, view
from graph.errors import NotFound
from graph.store import closure
from vocabularies.concepts import Concept, Table

_PAGE: Final = 100


def tables() -> Response:
    """All tables."""
    resource = Resource("/vocabularies", view().generation.manifest.sealed_at, rdf=False, crumbs=_crumbs())
    return answers.respond(answers.chosen(None, rdf=False), resource, tables_page, tuple)


def tables_page() -> VocabulariesPage:
    known = portal().declared.concepts.tables
    return VocabulariesPage(gettext("Vocabularies"), tuple(map(_row, known)))


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
    """One concept, as RDF by extension or Accept; a page of it is where it is in the table."""
    known = {one.notation: one for one in _concepts(_table(name))}
    notation, extension = (notation, None) if notation in known else answers.split_extension(notation)
    found = known.get(notation)
    if found is None:
        raise NotFound("concept", f"{name}/{notation}")
    crumbs = (*_crumbs(), (_title(_table(name)), urls().page(f"/vocabularies/{name}")))
    sealed = view().generation.manifest.sealed_at
    resource = Resource(f"/vocabularies/{name}/{notation}", sealed, crumbs=crumbs)
    return answers.respond(
        answers.chosen(extension),
        resource,
        partial(concept_page, _table(name), found),
        lambda: closure(view().store, NamedNode(found.iri)),
    )


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
    listed = _concepts(found)
    pages = pager(f"/vocabularies/{found.name}", (), page, len(listed), _PAGE)
    shown = listed[(page - 1) * _PAGE : page * _PAGE]
    return _page(found, shown, pages)


def concept_page(found: Table, only: Concept) -> VocabularyPage:
    return _page(found, [only], None)


def _page(found: Table, shown: list[Concept], pages: Pager | None) -> VocabularyPage:
    return VocabularyPage(
        title=_title(found) if pages else presenter().label(shown[0].iri).value,
        table=_row(found),
        scheme=found.scheme.value,
        licence=found.licence,
        source=found.source,
        concepts=tuple((one.notation, presenter().best(one.labels) or Text(one.notation), one.iri) for one in shown),
        pager=pages,
    )
