"""The page of any IRI: what is said of it, by whom, and what names it, page by page. It may be anybody's IRI."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Final

from flask import Response, request
from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from api import answers
from api.answers import Resource
from api.contexts.pages import Beside, Pager, Text, Value
from api.contexts.records import Pointing, ResourcePage, Said
from api.declared import capitalised
from api.pages.graphs import TITLES
from api.pages.items import page_number, pager
from api.portal import gettext, language, portal, presenter, urls, view
from api.presenting.beside import of_resource, problem, summary
from api.presenting.filters import link, shortened
from api.presenting.presentation import Presenter, by_subject
from api.presenting.properties import short
from graph.errors import NotFound, QueryParameterError
from graph.record import PAGED
from graph.store import closure
from queries.outlines import DESCRIPTIONS
from queries.pointing import MOST, subjects

PATH: Final = "/resource"
LONGEST: Final = 2000
"""Characters of an IRI that is looked up."""

_SAID: Final = 1000
"""Statements that a page reads."""
_PAGE: Final = 50
_OF_SOURCES: Final = ("source", "claims")
_ORDER: Final = ("source", "vocabulary", "links", "records", "claims")
"""Graphs by what they are, those whose word is published first; the rest comes last."""


def resource(extension: str | None = None) -> Response:
    """Any IRI that the data says something of, or names. Raises NotFound where it does neither."""
    iri, by, page = _asked("iri"), _asked("by", required=False), page_number()
    if iri is None or not _is_known(iri):
        raise NotFound("resource", "" if iri is None else shortened(iri.value, 100))
    given = [("iri", iri.value), ("by", by.value if by else "")]
    parameters = tuple((name, value) for name, value in (*given, ("page", str(page) if page > 1 else "")) if value)
    crumbs = ((gettext("The data in numbers"), urls().page("/void")),)
    found = Resource(PATH, view().generation.manifest.sealed_at, parameters=parameters, crumbs=crumbs)
    form = answers.chosen(extension)
    return answers.respond(form, found, partial(resource_page, iri, by, page), partial(_statements, iri, by, page))


def _statements(iri: NamedNode, by: NamedNode | None, page: int) -> Iterator[Triple]:
    """What the page tells, of what is published: what is said of it, and what names it on this page of that."""
    store = view().store
    if page == 1:
        yield from closure(store, iri)
    for thing, named in subjects(store, iri, by, (page - 1) * _PAGE, _PAGE):
        if thing != iri and Quad(thing, named, iri) in store:  # else a blank node of it does
            yield Triple(thing, named, iri)


def _asked(name: str, *, required: bool = True) -> NamedNode | None:
    """An IRI in the address. Raises QueryParameterError for what is none."""
    given = request.args.get(name, "").strip()
    if not given and not required:
        return None
    if not given or len(given) > LONGEST:
        raise QueryParameterError(f"{name} has to be an IRI of at most {LONGEST} characters")
    try:
        return NamedNode(given)
    except ValueError as error:
        raise QueryParameterError(f"{name} is no IRI: {shortened(given, 100)}") from error


def _is_known(iri: NamedNode) -> bool:
    store = view().store
    said = store.quads_for_pattern(iri, None, None, None)
    return next(said, None) is not None or next(store.quads_for_pattern(None, None, iri, None), None) is not None


def resource_page(iri: NamedNode, by: NamedNode | None, page: int) -> ResourcePage:
    shown = presenter()
    pointing = tuple(_pointing(iri, by))
    listed, pages = _subjects(shown, iri, by, page, pointing)
    title = _title(shown, iri)
    descriptions = shown.texts(shown.first(iri.value, DESCRIPTIONS), whole=True)
    return ResourcePage(
        title=title,
        iri=iri.value,
        href=link(iri.value),
        record=_page_of(shown, iri),
        said=tuple(_said(shown, iri)) if page == 1 else (),
        pointing=pointing,
        subjects=listed,
        pager=pages,
        beside=Beside(
            summary=summary(descriptions[0].value if descriptions else ""),
            query=of_resource(iri.value),
            problem=problem(title.value, urls().absolute(urls().page(PATH, [("iri", iri.value)])), iri.value),
        ),
    )


def _title(shown: Presenter, iri: NamedNode) -> Text:
    """What it is called in the data, else as a class or property of the model; the last resort is the IRI."""
    title = shown.heading(iri.value)
    declared = portal().declared
    known = declared.model.classes.get(iri)
    name = capitalised(known.labels[language()]) if known else declared.label(iri, (), language())
    return Text(name) if name and title.value == iri.value else title


def _page_of(shown: Presenter, iri: NamedNode) -> Value | None:
    """Where we tell of it besides: as a record, or as a concept of a table."""
    entry = view().entry(iri.value)
    if entry is not None and entry.kind in PAGED:
        return Value(shown.label(iri.value), urls().record(entry))
    concept = portal().declared.concepts.get(iri)
    if concept is not None and concept.notation:
        return Value(shown.label(iri.value), urls().page(f"/vocabularies/{concept.table}/{concept.notation}"))
    own = iri.value.removeprefix(urls().base)
    known = entry is not None or own.startswith(("/sources/", "/graph/", "/vocabularies/"))
    return Value(shown.label(iri.value), urls().root + own) if known and own != iri.value and "#" not in own else None


def _said(shown: Presenter, iri: NamedNode) -> Iterator[Said]:
    """What each named graph says of it."""
    quads = list(islice(view().store.quads_for_pattern(iri, None, None, None), 2 * _SAID))
    more = len(quads) == 2 * _SAID
    by_graph: dict[NamedNode, list[Quad]] = {}
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            by_graph.setdefault(quad.graph_name, []).append(quad)
    for graph in sorted(by_graph, key=_place):
        kind, _, name = _name(graph).partition("/")
        triples = by_subject(_with_blank_nodes(by_graph[graph], graph))
        what = gettext(TITLES[kind]) % {"name": name} if kind in TITLES else short(graph.value)
        heading = gettext("According to %(source)s") % {"source": name} if kind in _OF_SOURCES else what
        yield Said(
            by=Value(Text(heading), urls().page(f"/graph/{_name(graph)}")),
            what=what if kind in _OF_SOURCES else "",
            published=portal().iris.in_default_graph(graph),
            facts=shown.facts(triples, iri, whole=True),
            more=more,
        )


def _name(graph: NamedNode) -> str:
    return graph.value.removeprefix(f"{urls().base}/graph/")


def _place(graph: NamedNode) -> tuple[int, str]:
    kind = _name(graph).partition("/")[0]
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER), graph.value


def _with_blank_nodes(quads: list[Quad], graph: NamedNode) -> Iterator[Triple]:
    waiting, seen = list(quads), set[BlankNode]()
    for quad in waiting:
        yield quad.triple
        if isinstance(quad.object, BlankNode) and quad.object not in seen and len(waiting) < 2 * _SAID:
            seen.add(quad.object)
            waiting += view().store.quads_for_pattern(quad.object, None, None, graph)


def _pointing(iri: NamedNode, by: NamedNode | None) -> Iterator[Pointing]:
    """By which properties it is named, the most frequent first."""
    found = view().pointing(iri)
    least = sum(found.values()) > MOST
    for each in sorted(found, key=lambda one: (-found[one], one.value)):
        name = portal().declared.label(each, (), language()) or short(each.value)
        href = urls().page(PATH, [("iri", iri.value), ("by", each.value)])
        yield Pointing(name, each.value, min(found[each], MOST), href, each == by, least)


def _subjects(
    shown: Presenter, iri: NamedNode, by: NamedNode | None, page: int, pointing: tuple[Pointing, ...]
) -> tuple[tuple[Value, ...], Pager | None]:
    """One page of the things that name it; no page where nothing does."""
    wanted = [each for each in pointing if by is None or each.active]
    total = sum(each.count for each in wanted)
    if by is not None and not wanted:
        raise NotFound("resource", f"with {short(by.value)}")
    given = [("iri", iri.value), ("by", by.value if by else "")]
    pages = pager(PATH, given, page, total, _PAGE)
    found = subjects(view().store, iri, by, (page - 1) * _PAGE, _PAGE) if total else ()
    labels = {each.hint: each.name for each in pointing} if len(pointing) > 1 and by is None else {}
    listed = tuple(_subject(shown, thing, labels.get(named.value, "")) for thing, named in found)
    return listed, pages if total else None


def _subject(shown: Presenter, thing: NamedNode, named: str) -> Value:
    """A thing with its page here, and by which property it names this one."""
    value = shown.value(thing, {})
    href = value.href if value.href and not value.external else urls().page(PATH, [("iri", thing.value)])
    return Value(value.text, href, note=named)
