"""The address of OAI-PMH: six verbs, one document each, errors told inside it.

A list that is told in parts is of the generation that it began with; its tokens say which.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Final, cast

from flask import Response, request
from pyoxigraph import NamedNode
from werkzeug.datastructures import MultiDict

from api.harvest import following, licensing, xml
from api.harvest.oai import reply
from api.harvest.oai.arguments import TOKEN, OaiError, Selection, bad_token, checked, repeated, times
from api.harvest.oai.formats import DCAT_AP_HVD, FORMATS
from api.harvest.oai.listing import Listed, Lists
from api.harvest.oai.sets import HIGH_VALUE, Sets
from api.portal import portal, read_at, view
from api.views import Asked
from graph import moments
from graph.errors import GenerationGone, NotFound
from loaders.terms import Terms
from queries.changes import Item, between
from queries.selections import LISTED

RECORDS: Final = 100
"""Records in one part of a list, with all that belongs to each."""

LARGEST: Final = 20_000_000
"""Characters after which a part ends, however few records it has."""

HEADERS: Final = 500
"""Headers, or sets, in one part of a list."""

_CONTENT_TYPE: Final = "text/xml; charset=utf-8"

_FORM: Final = "application/x-www-form-urlencoded"
_LONGEST_FORM: Final = 1 << 16
"""Bytes of what is posted; a token has 2,000."""


def oai() -> Response:
    """Answer a request, of which the protocol knows what is wrong with it."""
    now = datetime.now(UTC)  # before the generation is chosen: who asks again from this moment on misses nothing
    asked: dict[str, str] = {}
    try:
        asked = checked(_given())
        body = _VERBS[asked["verb"]](asked)
        told = repeated(asked, None)
    except OaiError as problem:
        body = reply.error(problem)
        told = repeated(asked, problem)
    response = Response(reply.document(portal().iris.base, told, body, now), content_type=_CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _given() -> list[tuple[str, str]]:
    """The arguments. Raises RequestEntityTooLarge for more than any request has."""
    request.max_content_length = request.max_form_memory_size = _LONGEST_FORM
    form = request.form if request.mimetype == _FORM else MultiDict[str, str]()
    return [*request.args.items(multi=True), *form.items(multi=True)]


def _identify(_asked: dict[str, str]) -> str:
    items = following.chronicle().items
    earliest = items[0].moment if items else int(view().generation.manifest.sealed_at.timestamp())
    told = (
        ("repositoryName", portal().settings.title),
        ("baseURL", f"{portal().iris.base}/oai"),
        ("protocolVersion", "2.0"),
        ("adminEmail", portal().settings.contact),
        ("earliestDatestamp", moments.of_second(earliest)),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    )
    return xml.element("Identify", "\n".join(xml.text(name, value) for name, value in told))


def _list_metadata_formats(asked: dict[str, str]) -> str:
    item = _item(asked["identifier"]) if "identifier" in asked else None
    offered = (each for each in FORMATS.values() if item is None or _is_told(item, each.prefix))
    told = (
        xml.text("metadataPrefix", each.prefix)
        + xml.text("schema", each.schema)
        + xml.text("metadataNamespace", each.namespace)
        for each in offered
    )
    return xml.element("ListMetadataFormats", "\n".join(xml.element("metadataFormat", each) for each in told))


def _list_sets(asked: dict[str, str]) -> str:
    wanted = _resumed("ListSets", asked[TOKEN]) if TOKEN in asked else _begun("ListSets", "")
    listed = _sets().listed()
    if wanted.cursor >= len(listed):
        raise bad_token("leads behind the end of the list")
    part = listed[wanted.cursor : wanted.cursor + HEADERS]
    told = [xml.element("set", xml.text("setSpec", spec) + xml.text("setName", _name(of))) for spec, of in part]
    return xml.element("ListSets", "\n".join([*told, _further(wanted, len(part), len(listed))]))


def _get_record(asked: dict[str, str]) -> str:
    prefix = _prefix(asked)
    item = _item(asked["identifier"])
    if not _is_told(item, prefix):
        raise OaiError("cannotDisseminateFormat", f"{prefix} tells only what is of high value, which this is not")
    listed = _lists().of(None, high_value=prefix == DCAT_AP_HVD)
    return xml.element("GetRecord", "".join(_records([item], listed, prefix)))


def _list_identifiers(asked: dict[str, str]) -> str:
    wanted = _wanted("ListIdentifiers", asked)
    listed = _selected(wanted)
    part = listed.items[wanted.cursor : wanted.cursor + HEADERS]
    told = [_header(item, wanted.set, deleted=listed.is_deleted(item)) for item in part]
    return xml.element("ListIdentifiers", "\n".join([*told, _further(wanted, len(part), len(listed.items))]))


def _list_records(asked: dict[str, str]) -> str:
    wanted = _wanted("ListRecords", asked)
    listed = _selected(wanted)
    part = listed.items[wanted.cursor : wanted.cursor + RECORDS]
    told = _first_of(_records(part, listed, wanted.prefix, wanted.set))
    return xml.element("ListRecords", "\n".join([*told, _further(wanted, len(told), len(listed.items))]))


def _first_of(records: Iterable[str]) -> list[str]:
    """As many as fit into one part, and one in any case."""
    told, size = [], 0
    for one in records:
        told.append(one)
        size += len(one)
        if size >= LARGEST:
            break
    return told


_VERBS: Final[dict[str, Callable[[dict[str, str]], str]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_metadata_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
}


def _prefix(asked: dict[str, str]) -> str:
    if asked["metadataPrefix"] not in FORMATS:
        raise OaiError("cannotDisseminateFormat", f"there are the formats {', '.join(FORMATS)}")
    return asked["metadataPrefix"]


def _item(identifier: str) -> Item:
    item = following.chronicle().by_iri.get(identifier)
    if item is None:
        raise OaiError("idDoesNotExist", "no record has this identifier; identifiers are the IRIs of what is described")
    return item


def _wanted(verb: str, asked: dict[str, str]) -> Selection:
    if TOKEN in asked:
        return _resumed(verb, asked[TOKEN])
    since, until = times(asked)
    return _begun(verb, _prefix(asked), asked.get("set"), since, until)


def _begun(
    verb: str, prefix: str, of: str | None = None, since: int | None = None, until: int | None = None
) -> Selection:
    return Selection(verb, view().number, _content(), prefix, of, since, until)


def _resumed(verb: str, token: str) -> Selection:
    found = Selection.resumed(verb, token)
    try:
        read_at(found.generation)
    except (NotFound, GenerationGone) as error:
        raise bad_token("is of a state of the catalogue that is not kept any more") from error
    if found.content != _content():  # a catalogue that was begun anew counts from one again
        raise bad_token("is of another catalogue")
    return found


def _content() -> str:
    return sha256(view().generation.manifest.content.encode()).hexdigest()[:8]


def _further(wanted: Selection, told: int, size: int) -> str:
    """What leads on from a part of a list; nothing where the list is told in one."""
    end = wanted.cursor + told
    if end < size:
        return reply.resumption(wanted.token(end), size, wanted.cursor)
    return reply.resumption("", size, wanted.cursor) if wanted.cursor else ""


def _selected(wanted: Selection) -> Listed:
    """The resources that a list has."""
    if wanted.prefix not in FORMATS:
        raise bad_token("names no format")
    whole = _lists().of(wanted.set, high_value=wanted.prefix == DCAT_AP_HVD)
    found = replace(whole, items=between(whole.items, wanted.since, wanted.until))
    if not found.items:
        raise OaiError("noRecordsMatch", "nothing in the catalogue is in this set and changed in this time")
    if wanted.cursor >= len(found.items):
        raise bad_token("leads behind the end of the list")
    return found


def _is_told(item: Item, prefix: str) -> bool:
    return prefix != DCAT_AP_HVD or _sets().teller(HIGH_VALUE)(item)


def _records(items: Sequence[Item], listed: Listed, prefix: str, of: str | None = None) -> Iterator[str]:
    deleted = {item.iri for item in items if listed.is_deleted(item)}
    told = FORMATS[prefix].write([item for item in items if item.iri not in deleted])
    return (_record(item, of, None if item.iri in deleted else next(told)) for item in items)


def _record(item: Item, of: str | None, told: str | None) -> str:
    """`told` is its metadata; None of what is deleted."""
    header = _header(item, of, deleted=told is None)
    body = "" if told is None else xml.element("metadata", f"\n{told}") + _about(item)
    return xml.element("record", f"\n{header}{body}")


def _about(item: Item) -> str:
    """On which terms the record may be used."""
    terms = Terms.of(view().generation.manifest.sources.get(item.source, {}), licensing.terms())
    return reply.rights(terms)


def _header(item: Item, of: str | None, *, deleted: bool) -> str:
    """What is deleted is in the set that was asked for, whichever it was in."""
    sets = _sets().of(item, deleted=deleted)
    return reply.header(
        item.iri, item.moment, dict.fromkeys([*sets, *([of] if of and deleted else [])]), deleted=deleted
    )


def _sets() -> Sets:
    return cast("Sets", view().once("sets", _read_sets))


def _read_sets() -> Sets:
    with following.log(view()) as log:
        left = log.departures()
    listed = following.listed()
    return Sets(view().store, portal().iris, view().generation.manifest.sources, _values, left, listed.members)


def _lists() -> Lists:
    chronicle, sets = following.chronicle(), _sets()
    return cast("Lists", view().once("lists", partial(Lists, chronicle, sets)))


def _values(family: str) -> Iterator[str]:
    facet = _FACETS[family]
    for kind in LISTED:
        if view().counts().get(kind):
            yield from (value for value, _ in view().facets(Asked("", kind), (facet,), _MOST)[facet])


_FACETS: Final = {HIGH_VALUE: "hvd_category", "theme": "theme", "organisation": "publisher"}
"""What the search index counts the values of a family of sets by."""

_MOST: Final = 50_000


def _name(of: NamedNode | str) -> str:
    """What a set is called: what its value is, in the portal's first language where it can be had."""
    if isinstance(of, str):
        return of
    known = view().labels(of.value)
    wanted = (*portal().languages.offered, "")
    return next((known[tag] for tag in wanted if tag in known), next(iter(known.values()), of.value))
