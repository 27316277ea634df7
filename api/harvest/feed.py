"""The change feed: an event stream of all entities (LDES, as DCAT-AP Feeds has it), and the news of it as Atom.

    /feed   ->   /feed/2026-11   ->   /feed/2026-11-21   ->   /feed/42/1   ( ->   /feed/42/1-a )

From its root a search tree leads by month and day to the pages of each generation. Nothing ever comes to those, so they
are told to be immutable, by ldes:immutable and by the header that clients go by: who follows reads them once. Events do
go from them, when later ones replace them; whoever has an older copy meets the later ones too, so it does no harm, and
no cache keeps it longer than a day.

https://semiceu.github.io/LDES-DCAT-AP-feeds/, https://w3id.org/ldes/specification
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from flask import Response, request
from pyoxigraph import Literal, NamedNode, Quad, Triple

from api import answers
from api.harvest import atom, catalogue, following, licensing
from api.pages import changes
from api.portal import named_language, portal, view
from graph import moments
from graph.errors import NotFound
from graph.formats import ATOM, HTML, JSON_LD, N_QUADS, TRIG, RdfForm
from graph.iris import LONG_KEY, key
from graph.serialisation.statements import Statement
from queries.events import DEEPEST, Event, events, pages
from vocabularies.namespaces import AS, DCAT_AP_FEEDS, DCT, LDES, RDF, TREE, XSD

TITLE: Final = "Changes to the catalogue"

FORMS: Final = (TRIG, JSON_LD, N_QUADS)
"""Each event is a named graph, which other syntaxes do not have."""

_MONTH: Final = re.compile(r"\d{4}-\d{2}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER: Final = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_PLACE: Final = re.compile(rf"([1-9]\d{{0,8}})(?:-([0-9a-f]{{1,{DEEPEST}}}))?", re.ASCII)

_IMMUTABLE: Final = "public, max-age=86400, immutable"

_YES: Final = Literal("true", datatype=XSD.boolean)

_ACTIVITIES: Final = {"added": AS.Create, "changed": AS.Update, "removed": AS.Delete}


def root(extension: str | None = None) -> Response:
    """Where the stream begins, with a way to each month; or the news, for readers of Atom and for people."""
    form = HTML if named_language() is not None else answers.one_of((*FORMS, ATOM, HTML), extension)
    if not isinstance(form, RdfForm):
        return atom.answer() if form is ATOM else changes.changes()
    return _reply(_kept("", form), form)


def node(name: str) -> Response:
    """A month with a way to each day, or a day with a way to the pages of each generation."""
    name, extension = answers.split_extension(name)
    form = answers.one_of(FORMS, extension)
    return _reply(_kept(name, form), form)


def _kept(name: str, form: RdfForm) -> bytes:
    """A node above the pages, which all who follow ask for again and again; written once a generation."""
    place = ("feed", name, form.name)
    if place not in view().bodies:
        view().bodies[place] = answers.serialised(_leading_on(name) if name else _beginning(), form)
    return view().bodies[place]


def _beginning() -> Iterator[Triple]:
    months = sorted({f"{_moment(second):%Y-%m}" for second in _standing().values()})
    yield from _stream(_node())
    yield from catalogue.sources()
    for month in months:
        yield from _leading(_node(), _node(month), *_month(month))


def _leading_on(name: str) -> Iterator[Triple]:
    """Raises NotFound."""
    if _MONTH.fullmatch(name):
        days = sorted({f"{_moment(second):%Y-%m-%d}" for second in _standing().values()})
        ways = [(_node(day), *_day(day)) for day in days if day.startswith(name)]
    elif _DAY.fullmatch(name):
        ways = list(_pages_of(name))
    else:
        ways = []
    if not ways:
        raise NotFound("part of the feed", name[:20])
    here = _node(name)
    yield from _stream(here)
    for way in ways:
        yield from _leading(here, *way)


def page(generation: str, name: str) -> Response:
    """Some events of a generation, or where they are told in parts."""
    name, extension = answers.split_extension(name)
    form = answers.one_of(FORMS, extension)
    found = _PLACE.fullmatch(name)
    if not _NUMBER.fullmatch(generation) or found is None:
        raise NotFound("part of the feed", f"{generation[:9]}/{name[:9]}")
    number, place, part = int(generation), int(found[1]), found[2] or ""
    moment = following.moments().get(number)
    if moment is None or place > pages(following.sizes()[number]):
        raise NotFound("part of the feed", f"{number}/{place}")
    here = _node(f"{number}/{name}")
    asked = (here.value, form.name)
    known = view().etags.get(asked)
    if known is not None and known in request.if_none_match:
        return _described(Response(status=304), known, _IMMUTABLE)
    with following.log(view()) as log:
        told = _told(here, part, events(log, view().store, number, place, part), moment)
    whole = [*_stream(here), Triple(here, LDES.immutable, _YES), *told]
    response = _reply(answers.serialised(whole, form), form, _IMMUTABLE)
    view().remember(asked, response.get_etag()[0] or "")
    return response


def _told(here: NamedNode, part: str, found: Sequence[Event] | None, second: int) -> Iterator[Statement]:
    """The events of a page, or the ways to its parts."""
    for event in found or ():
        yield from _event(here, event, second)
    for digit in "0123456789abcdef" if found is None else "":
        beneath = f"{here.value}{'' if part else '-'}{digit}"
        yield from _leading(here, NamedNode(beneath), _moment(second), _moment(second))


def _reply(body: bytes, form: RdfForm, caching: str = "no-cache") -> Response:
    etag = hashlib.sha256(body).hexdigest()[:32]
    response = _described(Response(body, content_type=form.content_type), etag, caching)
    response.make_conditional(request)
    return response


def _described(response: Response, etag: str, caching: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = caching
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Catalograph-Generation, ETag"
    response.headers["Catalograph-Generation"] = str(view().number)
    return response


def _node(path: str = "") -> NamedNode:
    return NamedNode(f"{portal().iris.base}/feed" + (f"/{path}" if path else ""))


def _stream(here: NamedNode) -> Iterator[Triple]:
    """What each node says of the stream it is of; what is kept of it (the last event of each entity), its root."""
    top = _node()
    stream, kept, seen = (NamedNode(f"{top.value}#{name}") for name in ("stream", "retention", "view"))
    yield Triple(stream, RDF.type, LDES.EventStream)
    for code, texts in portal().languages.catalogues.items():
        yield Triple(stream, DCT.title, Literal(f"{portal().settings.title}: {texts.gettext(TITLE)}", language=code))
    yield from licensing.terms().statements(stream)
    yield Triple(stream, TREE.shape, DCAT_AP_FEEDS)
    yield Triple(stream, LDES.timestampPath, AS.published)
    yield Triple(stream, LDES.versionOfPath, AS.object)
    yield Triple(stream, TREE.view, top)
    yield Triple(top, RDF.type, TREE.Node)
    yield Triple(top, TREE.viewDescription, seen)
    for owner in (top, seen):
        yield Triple(owner, LDES.retentionPolicy, kept)
    yield Triple(kept, RDF.type, LDES.LatestVersionSubset)
    yield Triple(kept, LDES.amount, Literal(1))
    if here != top:
        yield Triple(here, RDF.type, TREE.Node)
        yield Triple(here, DCT.isPartOf, top)


def _leading(here: NamedNode, to: NamedNode, first: datetime, end: datetime) -> Iterator[Triple]:
    """A way to a node whose events were published from `first` on and before `end`, or at the one moment of both."""
    name = to.value.removeprefix(f"{_node().value}/").replace("/", "-")
    before = TREE.LessThanOrEqualToRelation if first == end else TREE.LessThanRelation
    for bound, kind, moment in (("from", TREE.GreaterThanOrEqualToRelation, first), ("until", before, end)):
        way = NamedNode(f"{here.value}#{bound}-{name}")
        yield Triple(here, TREE.relation, way)
        yield Triple(way, RDF.type, kind)
        yield Triple(way, TREE.path, AS.published)
        yield Triple(way, TREE.value, moments.literal(moment))
        yield Triple(way, TREE.node, to)


def _event(here: NamedNode, event: Event, second: int) -> Iterator[Statement]:
    """A member of the stream; what the entity is now stands in a graph that is named as the event."""
    activity = NamedNode(f"{here.value}#{key(event.iri, LONG_KEY)}")
    yield Triple(NamedNode(f"{_node().value}#stream"), TREE.member, activity)
    yield Triple(activity, RDF.type, _ACTIVITIES[event.change])
    yield Triple(activity, AS.object, NamedNode(event.iri))
    yield Triple(activity, AS.published, moments.literal(_moment(second)))
    for one in event.triples:
        yield Quad(one.subject, one.predicate, one.object, activity)


def _pages_of(day: str) -> Iterator[tuple[NamedNode, datetime, datetime]]:
    sizes = following.sizes()
    for generation, second in _standing().items():
        moment = _moment(second)
        if f"{moment:%Y-%m-%d}" == day:
            for number in range(1, pages(sizes[generation]) + 1):
                yield _node(f"{generation}/{number}"), moment, moment


def _standing() -> dict[int, int]:
    """When each generation was published that has events which stand, oldest first."""
    moments = following.moments()
    return {generation: moments[generation] for generation in sorted(following.standing())}


def _month(name: str) -> tuple[datetime, datetime]:
    first = datetime.fromisoformat(f"{name}-01").replace(tzinfo=UTC)
    return first, (first + timedelta(days=32)).replace(day=1)


def _day(name: str) -> tuple[datetime, datetime]:
    first = datetime.fromisoformat(name).replace(tzinfo=UTC)
    return first, first + timedelta(days=1)


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
