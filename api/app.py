"""The Flask application: everything it needs comes in by its settings, nothing is opened before the first request."""

import hashlib
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Response, request

from api import answers
from api.answers import Resource
from api.declared import Declared
from api.harvest.budget import CrawlBudget
from api.http import statics
from api.http.protection import SHARED, Protection
from api.languages import Languages
from api.pages import records
from api.pages.finding.warming import warm
from api.portal import Portal, gettext, install, language, named_language, ngettext, portal, release
from api.presenting import filters, hosts, marking, markup, visible
from api.problems import handling
from api.readers import Readers
from api.settings import Settings
from api.urls import register
from graph import moments
from graph.formats import HTML
from graph.generations import Generations
from graph.iris import Iris
from graph.serving.client import Client
from shapes.reporting.forms.notation import harmless
from vocabularies.concepts import FOLDER

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The date of a page that is about nothing."""

_SENT: Final = {
    "Access-Control-Allow-Headers": "Accept, Accept-Profile, If-Modified-Since, If-None-Match, Range",
    "Access-Control-Max-Age": "86400",
}
"""What the scripts of other sites may send; all here is public, and nothing is changed."""


def reading(settings: Settings, *, early: bool = False) -> Readers:
    """Who reads the generations of these settings; `early` has what many will ask of a new one found out at once."""
    return Readers(
        Generations(settings.data), keep=settings.keep, retained=settings.retained, warm=warm if early else None
    )


def create_app(settings: Settings, queries: Client | None = None, readers: Readers | None = None) -> Flask:
    """The application on the published generation of the settings' data directory, published or not yet."""
    app = Flask(__name__)
    install(
        app,
        Portal(
            settings=settings,
            iris=Iris(settings.base),
            readers=readers or reading(settings),
            languages=Languages.load(settings.languages),
            stylesheet=_digest("style.css"),
            declared=Declared(settings.data / FOLDER),
            crawls=CrawlBudget(settings.crawl_client_seconds),
            queries=queries,
        ),
    )
    _configure_templates(app)
    register(app)
    app.register_error_handler(Exception, _answer_error)
    app.after_request(_finish)
    app.teardown_request(lambda _error: release())
    app.wsgi_app = Protection(app.wsgi_app, settings)  # type: ignore[method-assign]  # Flask's own way to wrap it
    return app


def _digest(name: str) -> str:
    return hashlib.sha256(files("api").joinpath("static", name).read_bytes()).hexdigest()[:12]


def _configure_templates(app: Flask) -> None:
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    for name in ("day", "month", "number", "size"):
        environment.filters[name] = partial(_localised, getattr(filters, name))
    environment.filters["moment"] = lambda moment: moments.written(moment.astimezone(UTC))
    environment.tests["day"] = moments.is_day
    environment.filters["link"] = filters.link
    environment.filters["harmless"] = lambda text: visible.visible(harmless(text))
    environment.filters["host_behind"] = hosts.host_behind
    environment.filters["prose"] = markup.prose
    environment.filters["isolated"] = visible.isolated
    environment.filters["apart"] = visible.apart
    environment.filters["marked"] = marking.marked


def _localised(written: Any, value: Any) -> str:
    return str(written(value, portal().languages.locales[language()]))


def _finish(response: Response) -> Response:
    """What every answer says besides: whose scripts may ask, and by what it was chosen."""
    if response.status_code == HTTPStatus.PERMANENT_REDIRECT:
        response = _within(response)
    if "Location" in response.headers or request.method == "OPTIONS":  # a script is led on from what it may read
        response.headers.set(*SHARED)
    if request.method == "OPTIONS":
        response.headers.update(_SENT)
    if request.path.startswith(statics.FOLDER):
        return statics.finished(response)
    if request.endpoint != "picture":  # which is the same for everyone
        response.vary.update(("Accept", "Accept-Language"))
    return response


def _within(response: Response) -> Response:
    """The router's own answer to slashes too many leads to the host that the client names, which may be anybody's."""
    wanted = urlsplit(response.location or "/")
    return records.moved(portal().iris.base + wanted._replace(scheme="", netloc="").geturl(), response.status_code)


def _answer_error(error: Exception) -> Response:
    told = handling.problem(error)
    if handling.chosen_form(request.headers.get("Accept")) is not HTML:
        return handling.plain(told)
    page = handling.as_page(told)
    named = named_language()
    path = request.path.removeprefix(f"/{named}") if named else request.path
    body = answers.rendered(page, Resource(path or "/", _EPOCH, rdf=False))
    return handling.headed(Response(body, content_type=HTML.content_type), told)
