"""The page of one value of an axis, or of one concept: what it is, where it is in its scheme, and its datasets."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from flask import Response
from pyoxigraph import NamedNode

from api import answers
from api.answers import Resource
from api.contexts.browsed import Datasets, ValuePage
from api.contexts.charts import Bars, Strip
from api.contexts.pages import Beside, Counted, Fact, Text, Value
from api.pages import figures, mapping
from api.pages.axes import schemes
from api.pages.axes.declared import FORMATS, PLACES, Axis, axis_at
from api.pages.finding import querying
from api.pages.finding.asked import ANY, FACETS, MOST_VALUES, Asking
from api.pages.items import items, page_number, pager, unopened
from api.portal import gettext, language, portal, presenter, urls, view
from api.presenting import beside
from api.presenting.presentation import by_subject
from api.presenting.properties import KIND_NAMES, short
from api.views import Asked
from graph.errors import NotFound
from graph.record import DATASETS
from graph.store import closure
from queries.pointing import MOST
from vocabularies.concepts import Concept, Table
from vocabularies.namespaces import OWL, RDF, SKOS

_SHOWN: Final = 8
"""Values told of another axis."""
BESIDE: Final = (("publisher", "By organisation"), ("format", "By format"), ("theme", "By theme"))
"""Facets told beside the datasets that have a value, and their headings, texts of the interface."""
_HIGH_VALUE: Final = "hvd"
"""The facet of what is of high value, in whichever category."""
_TOLD: Final = frozenset(
    {
        SKOS.prefLabel,
        SKOS.definition,
        SKOS.notation,
        SKOS.broader,
        SKOS.narrower,
        SKOS.inScheme,
        SKOS.topConceptOf,
        RDF.type,
        OWL.deprecated,
    }
)
"""What the page tells in words, or in the shape of its scheme."""
_DEFINING: Final = (SKOS.definition, SKOS.scopeNote)


def value(path: str, name: str) -> Response:
    """A value by its code; what is no code of the axis is not found."""
    axis = axis_at(path)
    code, extension = _known(axis, name)
    concept = schemes.find(axis, code)
    if concept is None:
        raise NotFound("value", f"{path.strip('/')}/{name[:100]}")
    crumbs = ((gettext(axis.name), urls().page(axis.path)),)
    return of_concept(concept, axis, f"{axis.path}/{code}", crumbs, extension)


def theme(name: str) -> Response:
    return value("/themes", name)


def file_format(name: str) -> Response:
    return value("/formats", name)


def licence(name: str) -> Response:
    return value("/licences", name)


def place(name: str) -> Response:
    return value("/places", name)


def spoken(name: str) -> Response:
    return value("/languages", name)


def category(name: str) -> Response:
    return value("/hvd", name)


def _known(axis: Axis, name: str) -> tuple[str, str | None]:
    return (name, None) if schemes.find(axis, name) else answers.split_extension(name)


def of_concept(
    concept: Concept, axis: Axis | None, path: str, crumbs: tuple[tuple[str, str], ...], extension: str | None
) -> Response:
    """The page of a concept at one of its addresses, page by page; its RDF is the same at all of them."""
    page = page_number()
    parameters = (("page", str(page)),) if page > 1 else ()
    sealed = view().generation.manifest.sealed_at
    resource = Resource(path, sealed, parameters=parameters, whole=True, crumbs=crumbs)
    form = answers.chosen(extension)
    made = partial(value_page, concept, axis, path, page)
    return answers.respond(form, resource, made, lambda: closure(view().store, NamedNode(concept.iri)))


def value_page(concept: Concept, axis: Axis | None, path: str, page: int) -> ValuePage:
    shown, table = presenter(), portal().declared.concepts.table(concept.table)
    title, others = shown.titles(concept.iri)
    name = schemes.name_of(concept) if title.value == concept.iri else title
    known = schemes.totals(axis) if axis else {}
    definitions = shown.texts(shown.first(concept.iri, _DEFINING))
    values = schemes.values_of(axis, concept) if axis else []
    had = datasets(axis, values, path, page) if axis else None
    if had is None and page > 1:
        raise NotFound("page", str(page))
    return ValuePage(
        title=name,
        kind_name=gettext(axis.one) if axis else gettext("Concept"),
        definitions=tuple(definitions),
        other_names=others,
        facts=_facts(concept),
        iri=concept.iri,
        above=schemes.above(concept),
        below=schemes.below(concept, known),
        datasets=had,
        others=(*(_of_other_kinds(axis, values) if axis else ()), *_naming(concept, axis)),
        beside=Beside(
            summary=beside.summary(definitions[0].value if definitions else _told(name, axis, had)),
            query=_question(concept, axis, values),
        ),
        notation=concept.notation,
        vocabulary=_vocabulary(table),
        everything=urls().page("/resource", [("iri", concept.iri)]),
        map=mapping.of_place(concept.iri, name.value) if axis == PLACES else None,
    )


def _vocabulary(table: Table | None) -> Value | None:
    if table is None:
        return None
    return Value(presenter().best(table.titles) or Text(table.name), urls().page(f"/vocabularies/{table.name}"))


def _told(name: Text, axis: Axis | None, had: Datasets | None) -> str:
    """What a page without a definition tells."""
    one = gettext(axis.one) if axis else gettext("Concept")
    return f"{one}: {name.value} ({had.total})" if had else f"{one}: {name.value}"


def _question(concept: Concept, axis: Axis | None, values: Sequence[str]) -> str:
    """The datasets that the page lists, asked anew; what is said of the concept where lists have no such filter."""
    parameters = _filters(axis, values) if axis else []
    if not parameters:
        return beside.of_resource(concept.iri)
    return querying.query(Asking(DATASETS, chosen=tuple(parameters)))


def _facts(concept: Concept) -> tuple[Fact, ...]:
    """Its own statements, but for those that the page tells otherwise."""
    told = by_subject(closure(view().store, NamedNode(concept.iri)))
    facts = presenter().facts(told, NamedNode(concept.iri), whole=True)
    without = {term.value for term in _TOLD}
    return tuple(fact for fact in facts if fact.hint not in without)


def _filters(axis: Axis, values: Sequence[str]) -> list[tuple[str, str]]:
    """The parameters of a list of what has one of these values; none where lists cannot be filtered by so many."""
    return [(axis.filter, each) for each in values] if axis.filter and len(values) <= MOST_VALUES else []


def _of_other_kinds(axis: Axis, values: Sequence[str]) -> Iterator[Counted]:
    """Series and services that have one of these values, where lists can be filtered by it."""
    parameters = _filters(axis, values)
    for kind in ("series", "services") if parameters else ():
        total = view().generation.search.search("", kind=kind, filters={axis.facet: list(values)}, limit=0).total
        if total:
            yield Counted(Text(gettext(KIND_NAMES[kind])), total, urls().listed(kind, parameters))


def _naming(concept: Concept, axis: Axis | None) -> Iterator[Counted]:
    """By which properties the data names it, but for narrower concepts, and for datasets where the page lists them."""
    node = NamedNode(concept.iri)
    for each, count in sorted(view().pointing(node).items(), key=lambda one: (-one[1], one[0].value)):
        told = axis is not None and each == axis.predicate and axis.predicate != FORMATS.predicate
        if each != SKOS.broader and not told:
            name = portal().declared.label(each, (), language()) or short(each.value)
            href = urls().page("/resource", [("iri", concept.iri), ("by", each.value)])
            yield Counted(Text(name), min(count, MOST), href)


def datasets(axis: Axis, values: Sequence[str], path: str, page: int) -> Datasets:
    """One page of the datasets that have one of these values."""
    size, filters = portal().settings.page_size, {axis.facet: list(values)}
    hits = view().generation.search.search(
        "", kind=DATASETS, filters=filters, sort="modified", language=language(), offset=(page - 1) * size, limit=size
    )
    parameters = _filters(axis, values)
    return Datasets(
        items=items(hit.iri for hit in hits.hits),
        total=hits.total,
        pager=pager(path, (), page, hits.total, size),
        listed=urls().listed(DATASETS, parameters) if parameters else "",
        unopened=unopened("", filters, parameters) if parameters else None,
        charts=tuple(_charts(axis, tuple(values), parameters, hits.total)) if hits.total else (),
        value=_of_high_value(axis, tuple(values), parameters, hits.total),
    )


def _found(axis: Axis, values: tuple[str, ...]) -> Mapping[str, Sequence[tuple[str, int]]]:
    """What datasets with one of these values have of other axes, most frequent first; counted once for a generation."""
    wanted = tuple(facet for facet, _ in BESIDE if facet != axis.facet)
    return view().facets(Asked("", DATASETS, ((axis.facet, values),)), (*wanted, _HIGH_VALUE), _SHOWN)


def _charts(
    axis: Axis, values: tuple[str, ...], parameters: Sequence[tuple[str, str]], total: int
) -> Iterator[tuple[str, Bars]]:
    """The most frequent values of other axes, each leading to the datasets with both where lists can filter so."""
    found = _found(axis, values)
    names = {one.facet: name for name, one in FACETS.items()}
    for facet, heading in BESIDE:
        rows = [
            Counted(
                presenter().label(each),
                count,
                urls().listed(DATASETS, [*parameters, (names[facet], each)]) if parameters else _address(facet, each),
            )
            for each, count in found.get(facet, ())
        ]
        asked = querying.counting(Asking(DATASETS, chosen=tuple(parameters)), names[facet]) if parameters else ""
        chart = figures.bars(rows, gettext(figures.FACETS[facet]), total, asked)
        if chart is not None:
            yield gettext(heading), chart


def _of_high_value(
    axis: Axis, values: tuple[str, ...], parameters: Sequence[tuple[str, str]], total: int
) -> Strip | None:
    """How many are of high value; not told where all are, or none."""
    count = dict(_found(axis, values).get(_HIGH_VALUE, ())).get(ANY, 0) if total else 0
    if not 0 < count < total:
        return None
    asked = querying.counting(Asking(DATASETS, chosen=tuple(parameters)), _HIGH_VALUE) if parameters else ""
    return figures.high_value(count, total, asked)


def _address(facet: str, each: str) -> str | None:
    """Where a value of another axis is told by itself."""
    entry = view().entry(each) if facet == "publisher" else None
    if entry is not None:
        return urls().record(entry)
    return schemes.address_of(each) if ":" in each else None
