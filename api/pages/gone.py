"""What is told of a resource that is gone: 410 and its tombstone, in every form that the resource had."""

import hashlib
from datetime import datetime

from flask import Response
from pyoxigraph import Literal, NamedNode, Triple

from api import answers
from api.answers import Resource
from api.contexts.accounts import GonePage
from api.portal import gettext, portal, urls, view
from api.presenting.filters import link
from api.presenting.properties import ANY, KIND_NAMES, ONE_OF
from graph.errors import Gone, NotFound, PortalError, ResourceGone
from graph.formats import RdfForm
from graph.iris import key_of_slug, record_path
from vocabularies.namespaces import DCT, FOAF, PROV


def record(kind: str, slug: str, extension: str | None) -> Response:
    """The tombstone of what had a page here. Raises NotFound where nothing ever was."""
    triples = tombstone(kind, slug)
    if not triples:
        raise NotFound(ONE_OF[kind].lower(), slug)
    form = answers.chosen(extension)
    went = datetime.fromisoformat(_first(triples, DCT.modified))
    crumbs = ((gettext(KIND_NAMES[kind]), urls().listed(kind)),)
    resource = Resource(record_path(kind, key_of_slug(slug) or ""), went, crumbs=crumbs)  # whatever words came before
    if isinstance(form, RdfForm):
        body = answers.serialised(triples, form)
    else:
        body = answers.rendered(page(kind, triples, went), resource)
    response = Response(body, 410, content_type=form.content_type)
    return answers.described(response, form, resource, hashlib.sha256(body).hexdigest()[:32])


def belonging(kind: str, slug: str) -> PortalError:
    """The error to raise for what belongs to a resource that is not there (any more): its report, its catalogue."""
    triples = tombstone(kind, slug)
    if not triples:
        return NotFound(ONE_OF[kind].lower(), slug[:100])
    named = f"the {ONE_OF[kind].lower()} {_first(triples, DCT.title) or _first(triples, FOAF.primaryTopic)}"
    return ResourceGone(named, _first(triples, DCT.modified)[:10], f"{urls().base}/{kind}/{slug}")


def tombstone(kind: str, slug: str) -> list[Triple]:
    """What the graph of changes says of it; empty where that says nothing."""
    key = key_of_slug(slug)
    if key is None:
        return []
    node = NamedNode(urls().base + record_path(kind, key))
    return [quad.triple for quad in view().store.quads_for_pattern(node, None, None, portal().iris.changes)]


def title(kind: str, slug: str) -> str:
    """What it was called; empty where nobody knows."""
    return _first(tombstone(kind, slug), DCT.title)


def page(kind: str, triples: list[Triple], went: datetime) -> GonePage:
    iri = _first(triples, FOAF.primaryTopic)
    source = _first(triples, PROV.hadPrimarySource).removeprefix(portal().iris.described_source("").value)
    known = source in view().generation.manifest.sources
    return GonePage(
        kind_name=gettext(ONE_OF.get(kind, ANY)),
        title=_first(triples, DCT.title) or iri,
        iri=iri,
        href=link(iri),
        source=source,
        source_href=urls().page(f"/sources/{source}") if known else None,
        first_seen=datetime.fromisoformat(_first(triples, DCT.issued)),
        went=went,
    )


def part(iri: str) -> PortalError:
    """The error to raise for a part of records that is not there (any more)."""
    last = view().last_change(iri)
    if last is None or last.change != "removed":
        return NotFound("resource", iri.removeprefix(urls().base))
    return Gone(f"{iri} was part of the catalogue until generation {last.generation}, which removed it")


def _first(triples: list[Triple], predicate: NamedNode) -> str:
    found = (triple.object for triple in triples if triple.predicate == predicate)
    return next((one.value for one in found if isinstance(one, Literal | NamedNode)), "")
