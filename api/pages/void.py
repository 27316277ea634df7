"""The data described by numbers (VoID), and the endpoint by what it can (service description)."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NoReturn

from flask import Response, redirect, request
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response as Redirection

from api import answers
from api.answers import Resource
from api.contexts.accounts import Held, VoidPage
from api.contexts.pages import Text
from api.declared import capitalised
from api.harvest.dump_statements import kept
from api.pages import sparql
from api.portal import gettext, language, named_language, portal, urls, view
from api.sparql import description
from api.sparql.endpoint import PATH
from api.sparql.request import asks_for_description, from_page, read
from graph.errors import NotFound
from graph.formats import RDF_FORMATS, by_extension, by_name
from graph.model.tables import shortened
from queries.void.statistics import Statistics, targets


def endpoint() -> Response:
    """People get the query page, programs that ask for nothing the service description."""
    if named_language() is None and asks_for_description(request.environ) and not from_page(request.environ):
        form = by_name(read(request.environ, portal().settings.query_request_bytes).choice.rdf, RDF_FORMATS)
        if form is not None:
            return service(form.extension)
    return sparql.sparql()


def service(extension: str) -> Response:
    """The service description in a syntax."""
    form = by_extension(extension, RDF_FORMATS)
    if form is None:
        raise NotFound("form", extension)
    resource = Resource(PATH, view().generation.manifest.sealed_at)
    known = description.statistics(description.PATIENCE)
    told, rdf = known is not None, partial(description.service, known)
    return answers.respond(form, resource, _no_page, rdf, lasting=told, settled=told, state=_dumped())


def _dumped() -> str:
    """Which dumps are told of: they are made while a generation is read."""
    return str(kept().latest_number())


def _no_page() -> NoReturn:
    raise NotFound("page", PATH)


def void(extension: str | None = None) -> Response:
    """The VoID description in the form asked for."""
    resource = Resource("/void", view().generation.manifest.sealed_at)
    form, known = answers.chosen(extension), description.statistics()
    page, rdf = partial(void_page, resource, known), partial(description.void, known)
    told = known is not None
    return answers.respond(form, resource, page, rdf, lasting=told, settled=told, state=_dumped())


def well_known() -> Redirection:
    """Where https://www.w3.org/TR/void/#well-known says that a client looks first."""
    return redirect(urls().resource("/void"), 302)


def void_page(resource: Resource, known: Statistics | None) -> VoidPage:
    return VoidPage(
        title=gettext("The data in numbers"),
        endpoint=portal().iris.base + PATH,
        numbers=tuple(_numbers(known)) if known else (),
        classes=tuple(_largest(_classes(known))) if known else (),
        links=tuple(_largest(_links(known))) if known else (),
        graphs=tuple(_graphs(known)),
        forms=answers.forms(resource),
        service=urls().resource(f"{PATH}.ttl"),
    )


def _numbers(known: Statistics) -> Iterator[tuple[str, int]]:
    yield gettext("Statements"), known.triples
    yield gettext("Things described"), known.entities
    yield gettext("Classes"), len(known.classes)
    yield gettext("Properties"), len(known.properties)


def _graphs(known: Statistics | None) -> Iterator[Held]:
    for graph, number in description.graphs(known).items():
        yield Held(graph, Text(graph), urls().page(graph.removeprefix(portal().iris.base)), (number,))


def _largest(held: Iterable[Held]) -> list[Held]:
    return sorted(held, key=lambda one: (-one.numbers[0], one.name))


def _classes(known: Statistics) -> Iterator[Held]:
    model = portal().declared.model
    for one, entities in known.classes.items():
        term = NamedNode(one)
        declared = model.classes.get(term)
        label = capitalised(declared.labels[language()]) if declared else shortened(term)
        having = known.partitions.get(one, {})
        parts = (Held(name, Text(shortened(NamedNode(name))), name, (each.triples,)) for name, each in having.items())
        yield Held(shortened(term), Text(label), one, (entities,), tuple(_largest(parts)))


def _links(known: Statistics) -> Iterator[Held]:
    for target in targets():
        leading = [link for link in known.links if link.target == target.name]
        parts = (
            Held(link.property, Text(shortened(NamedNode(link.property))), link.property, (link.triples,))
            for link in leading
        )
        if leading:
            total = sum(link.triples for link in leading)
            yield Held(target.space, Text(target.title, "en"), target.page, (total,), tuple(_largest(parts)))
