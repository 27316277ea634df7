"""How a view answers: the form chosen, the page framed or the statements serialised, and the headers that go along."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final, TypeVar

from babel import Locale
from flask import Response, g, render_template, request

from api.contexts.pages import Beside, Counted, Form, Frame, Page, ProblemPage, Text
from api.harvest import schema_org
from api.http import statics
from api.http.packing import LASTING
from api.links import Urls
from api.portal import gettext, language, named_language, portal, urls, view
from api.presenting import beside
from api.presenting.citations import Reference
from api.presenting.filters import shortened
from api.presenting.properties import FURTHER, KIND_NAMES
from api.problems.handling import NotAcceptable
from api.sparql.request import accepted
from graph.errors import NotFound, StoreError, Unwritable
from graph.formats import HTML, RDF_FORMATS, TURTLE, Format, RdfForm, by_extension, negotiate
from graph.iris import key_of_slug, record_path
from graph.record import PAGED
from graph.serialise import Statement, serialise

_F = TypeVar("_F", bound=Format)

_LONGEST_TITLE: Final = 150
"""Characters of a title that windows and search engines are told."""

_MOST_LINKED: Final = 6_000
"""Characters of links in headers; pages tell them again."""

NAVIGATION: Final = ("datasets", "organisations", "services", "reuses")


@dataclass(frozen=True, slots=True)
class Resource:
    """What an answer is about: its path without language and extension, and when it last changed."""

    path: str
    changed: datetime
    rdf: bool = True
    others: tuple[Format, ...] = ()
    """Forms besides HTML and RDF."""
    parameters: tuple[tuple[str, str], ...] = ()
    whole: bool = False
    """Whether its RDF has all, whatever the parameters of the page."""
    crumbs: tuple[tuple[str, str], ...] = ()
    signposts: Callable[[Format], Iterable[str]] = lambda _form: ()
    """Further links, as headers, of a form; made only where the form is sent."""
    page: bool = True
    """Whether it is a page for people too."""
    as_given: AbstractSet[str] = frozenset()
    """Predicates whose values its RDF types as they come: see graph.serialise."""


def split_extension(name: str) -> tuple[str, str | None]:
    """A slug and the extension behind it."""
    slug, dot, extension = name.rpartition(".")
    return (slug, extension) if dot else (name, None)


def chosen(extension: str | None, *, rdf: bool = True, others: tuple[Format, ...] = ()) -> Format:
    """The form to answer in. Raises NotFound for an unknown extension, NotAcceptable where nothing offered is taken."""
    return one_of((HTML, *others, *RDF_FORMATS) if rdf and named_language() is None else (HTML,), extension)


def one_of(offered: Sequence[_F], extension: str | None) -> _F:
    """That with the extension, else the one that the client likes best; see `chosen`."""
    if extension is not None:
        form = by_extension(extension, offered)
        if form is None:
            raise NotFound("form", extension[:20])
        return form
    form = negotiate(accepted(request.environ), offered)
    if form is None:
        raise NotAcceptable(tuple(offered))
    return form


def respond(
    form: Format,
    resource: Resource,
    page: Callable[[], Page],
    rdf: Callable[[], Iterable[Statement]],
    other: Callable[[], bytes] = bytes,
    *,
    lasting: bool = False,
    state: str = "",
    depends_on: str = "",
    settled: bool = True,
) -> Response:
    """The resource in that form; 304 without making it where the client has it already.

    `other` makes the form that is neither HTML nor RDF, where the resource has one. What is `lasting` depends on
    nothing but path, language and generation: it is made once in it. Where all that an answer depends on can be told
    without making it, `depends_on` tells it, and the entity tag is made of that; `state` tells what changes within a
    generation. What is not `settled` will be told better soon: nobody is to keep it.
    """
    shown = (language(), portal().pictured) if form is HTML else ("", "")
    key = (request.full_path, form.name, *shown, state)
    known = _tag_of(depends_on, form) if depends_on else view().etags.get(key)
    if known is not None and known in request.if_none_match:
        return described(Response(status=304), form, resource, known)
    place = (request.path, *key[1:])
    body = view().bodies.get(place) if lasting else None
    if body is None:
        if isinstance(form, RdfForm):
            body = serialised(rdf(), form, resource.as_given)
        else:
            body = rendered(page(), resource) if form is HTML else other()
    if lasting:
        view().bodies[place] = body
    etag = known if depends_on and known else hashlib.sha256(body).hexdigest()[:32]
    response = described(Response(body, content_type=form.content_type), form, resource, etag)
    if settled:
        request.environ[LASTING] = not depends_on and not state
        if not depends_on:
            view().remember(key, etag)
        dated = not state and resource.changed >= view().generation.manifest.sealed_at
        response.make_conditional(request if dated else _without_date())
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def _without_date() -> dict[str, Any]:
    """The request without a date, for what changes later than it says: a page of a dataset tells of its files too."""
    return {name: value for name, value in request.environ.items() if name != "HTTP_IF_MODIFIED_SINCE"}


def _tag_of(depends_on: str, form: Format) -> str:
    whole = f"{version('catalograph')}\n{portal().iris.base}\n{form.name}\n{depends_on}"
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def serialised(triples: Iterable[Statement], form: RdfForm, as_given: AbstractSet[str] = frozenset()) -> bytes:
    """Statements in a syntax; one that the syntax cannot say is left out, since the others are worth having."""
    unwritable: list[Unwritable] = []
    return serialise(triples, form, left_out=unwritable, as_given=as_given)


def described(response: Response, form: Format, resource: Resource, etag: str) -> Response:
    """The headers that every resource has."""
    response.set_etag(etag)
    response.last_modified = resource.changed
    response.headers["Cache-Control"] = "no-cache"
    further = resource.signposts(form) if response.status_code == HTTPStatus.OK else ()
    canonical = f'<{_canonical(form, resource)}>; rel="canonical"'
    response.headers["Link"] = ", ".join(_fitting([canonical, *further, *_links(form, resource)]))
    response.headers["Catalograph-Generation"] = str(view().number)
    if isinstance(form, RdfForm):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Catalograph-Generation, Content-Profile, ETag, Link"
    return response


def _fitting(links: Iterable[str]) -> Iterable[str]:
    """Those that headers have room for: proxies refuse an answer with long ones, and an address may be long."""
    room = _MOST_LINKED
    for link in links:
        if len(link) + 2 <= room:
            room -= len(link) + 2
            yield link


def _links(form: Format, resource: Resource) -> Iterable[str]:
    if resource.rdf:
        for each in forms(resource):
            if each.media_type != form.media_type:
                yield f'<{_absolute(each.href)}>; rel="alternate"; type="{each.media_type}"'
        told = f'<{_absolute(_description(form, resource))}>; rel="describedby"'
        yield f'{told}; type="{TURTLE.media_type}"' if form is HTML else told
    else:
        yield f'<{_absolute(urls().resource("/catalogue.ttl"))}>; rel="describedby"; type="{TURTLE.media_type}"'
    if form is HTML:
        for code, href in hreflang(resource):
            yield f'<{href}>; rel="alternate"; hreflang="{code}"'
    elif resource.page:
        page = urls().resource(resource.path, resource.parameters)
        yield f'<{_absolute(page)}>; rel="alternate"; type="{HTML.media_type}"'


def _description(form: Format, resource: Resource) -> str:
    """What describes a page is its RDF; what describes the RDF is our record of the resource, where there is one."""
    kind, _, slug = resource.path.strip("/").partition("/")
    key = key_of_slug(slug) if kind in PAGED else None
    return _in_form(RDF_FORMATS[0], resource) if form is HTML or key is None else record_path(kind, key)


def _absolute(href: str) -> str:
    return urls().absolute(href)


def _canonical(form: Format, resource: Resource) -> str:
    """A page in a language stands for itself, everything else for the resource, or the part of it that is asked for."""
    if form is HTML:
        return _absolute(urls().page(resource.path, resource.parameters))
    return _absolute(urls().resource(resource.path, () if resource.whole else resource.parameters))


def forms(resource: Resource) -> tuple[Form, ...]:
    """The resource in each other form: those of its own, and its RDF in each syntax."""
    if not resource.rdf:
        return ()
    return tuple(
        Form(form.label, _in_form(form, resource), form.media_type) for form in (*RDF_FORMATS, *resource.others)
    )


def _in_form(form: Format, resource: Resource) -> str:
    return urls().resource(f"{resource.path}.{form.extension}", () if resource.whole else resource.parameters)


def hreflang(resource: Resource) -> tuple[tuple[str, str], ...]:
    """The page in each language, and where the reader's browser chooses."""
    here = urls()
    named = [
        (code, _absolute(here.in_language(code).page(resource.path, resource.parameters)))
        for code in portal().languages.offered
    ]
    return (*named, ("x-default", _absolute(here.in_language(None).page(resource.path, resource.parameters))))


def rendered(page: Page, resource: Resource) -> bytes:
    return render_template(page.template, page=page, frame=frame(page, resource)).encode()


def frame(page: Page, resource: Resource) -> Frame:
    """What surrounds a page; asks nothing of the store, so that an error can have a page too."""
    here = urls()
    title = shortened(_title(page), _LONGEST_TITLE)
    crumbs = resource.crumbs or _crumbs(page, title, resource)
    return Frame(
        title=title,
        language=language(),
        portal=portal().settings.title,
        path=resource.path,
        home=here.page("/"),
        search=here.page("/search"),
        sparql=here.page("/sparql"),
        stylesheet=here.resource("/static/style.css", [("v", portal().stylesheet)]),
        navigation=tuple(_entry(kind, resource.path) for kind in NAVIGATION),
        languages=tuple(_switch(code, resource) for code in portal().languages.offered),
        canonical=_canonical(HTML, resource),
        further=_foot(here, language()),
        alternates=forms(resource),
        hreflang=hreflang(resource),
        crumbs=crumbs,
        describedby=_in_form(RDF_FORMATS[0], resource) if resource.rdf else None,
        generation=_generation(),
        updated=_sealed_at(),
        beside=beside.of_page(getattr(page, "beside", None) or Beside(), _reference(title, resource)),
        structured=getattr(page, "structured", "")
        or schema_org.page(title, _canonical(HTML, resource), [(name, _absolute(href)) for name, href in crumbs]),
        locales=tuple(f"{locale}" for locale in _locales()),
        icon=here.resource("/static/icon.svg", [("v", statics.version("icon.svg"))]),
        opensearch=here.resource("/opensearch.xml"),
        quick=not getattr(page, "has_search", False),
    )


def _reference(title: str, resource: Resource) -> Reference:
    """The page as it is cited where it says nothing else: by its address, as of the generation."""
    sealed, settings = _sealed_at(), portal().settings
    return Reference(
        key=f"{settings.title}-{resource.path.strip('/').replace('/', '-')}-{_generation() or 0}",
        title=title or settings.title,
        address=_canonical(HTML, resource),
        authors=(settings.publisher,),
        date=f"{sealed:%Y-%m-%d}" if sealed else "",
        version=str(_generation() or ""),
        container=settings.title if title != settings.title else "",
        kind="webpage",
    )


def _crumbs(page: Page, title: str, resource: Resource) -> tuple[tuple[str, str], ...]:
    """Where a page is that is part of nothing but the portal; what is not there is nowhere."""
    nowhere = resource.path == "/" or isinstance(page, ProblemPage)
    given = [(name, value) for name, value in resource.parameters if name != "page"]
    return () if nowhere else ((title, urls().page(resource.path, given)),)


def _locales() -> Iterable[Locale]:
    """The reader's first."""
    known = portal().languages.locales
    yield known[language()]
    yield from (locale for code, locale in known.items() if code != language())


def _title(page: Page) -> str:
    heading = getattr(page, "heading", None) or getattr(page, "title", None)
    return heading.value if isinstance(heading, Text) else heading or ""


def _entry(kind: str, path: str) -> Counted:
    here = path == f"/{kind}" or path.startswith(f"/{kind}/")
    return Counted(Text(gettext(KIND_NAMES[kind])), 0, urls().listed(kind), active=here)


@lru_cache(maxsize=64)
def _foot(here: Urls, _language: str) -> tuple[tuple[str, tuple[Counted, ...]], ...]:
    """Where every page leads in a language: found once, since all of them say it."""
    return tuple((gettext(heading), tuple(_led_to(here, paths))) for heading, paths in FURTHER.items())


def _led_to(here: Urls, paths: Mapping[str, str]) -> Iterable[Counted]:
    return (Counted(Text(gettext(name)), 0, here.page(path)) for path, name in paths.items())


def _switch(code: str, resource: Resource) -> tuple[str, str, str]:
    return code, portal().languages.own_name(code), urls().in_language(code).page(resource.path, resource.parameters)


def _generation() -> int | None:
    return view().number if "view" in g else None


def _sealed_at() -> datetime | None:
    return view().generation.manifest.sealed_at if "view" in g else None


def readable() -> bool:
    """Whether there is a generation to read."""
    try:
        view()
    except StoreError:
        return False
    return True
