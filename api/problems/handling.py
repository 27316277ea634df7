"""What an error becomes: one table from type to status, then RFC 9457 problem details, a page, or plain text."""

import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import HTTPException

from api.contexts.pages import Problem, ProblemPage
from api.portal import gettext, language, portal
from api.problems.kinds import Kind, kinds
from graph.errors import (
    CageError,
    CrawlBudgetUsed,
    FormatError,
    GenerationGone,
    Gone,
    HarvestParameterError,
    ListPageNotFound,
    ListParameterError,
    NotFound,
    NotPublished,
    PageNotFound,
    PortalError,
    QueryAbandoned,
    QueryBusy,
    QueryError,
    QueryParameterError,
    QueryRefused,
    QueryServiceFailed,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    ResourceGone,
    SourceError,
    StoreError,
)
from graph.formats import HTML, Format, negotiate

_LOG: Final = logging.getLogger(__name__)


class NotAcceptable(PortalError):
    """The client accepts no form of the resource; says which there are."""

    def __init__(self, offered: tuple[Format, ...], wanted: str | None = None) -> None:
        self.offered = tuple(form.media_type for form in offered)
        names = ", ".join(dict.fromkeys(form.name for form in offered))
        unknown = f"no form is called {wanted[:100]!r}; there are {names}; " if wanted is not None else ""
        super().__init__(f"{unknown}this address answers with {', '.join(self.offered)}")


class AnswerNotAcceptable(NotAcceptable):
    """The client accepts no form of the answer to its query."""


class ProfileNotAcceptable(PortalError):
    """The client wants a profile that the resource does not follow; `profiles` are names and IRIs of those it may."""

    def __init__(self, wanted: str, profiles: Sequence[tuple[str, str]]) -> None:
        self.offered = tuple(iri for _, iri in profiles)
        names = ", ".join(f"{name} ({iri})" for name, iri in profiles)
        super().__init__(f"there is no profile {wanted[:200]!r} here; this address answers by {names}")


class RequestTooLarge(PortalError):
    """The request is longer than we read; `what` of it, with its verb."""

    def __init__(self, limit: int, what: str = "query is") -> None:
        super().__init__(f"the {what} longer than {limit} bytes")
        self.limit = limit
        self.unit = "bytes of request"


class MediaTypeUnknown(PortalError):
    """The request's body is in a media type that is not read at this address."""


STATUS: Final[dict[type[PortalError], HTTPStatus]] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Gone: HTTPStatus.GONE,
    NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    ProfileNotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    RequestTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    MediaTypeUnknown: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    FormatError: HTTPStatus.BAD_REQUEST,
    SourceError: HTTPStatus.BAD_GATEWAY,
    QueryError: HTTPStatus.BAD_REQUEST,
    QueryServiceFailed: HTTPStatus.BAD_GATEWAY,
    QueryTimeout: HTTPStatus.GATEWAY_TIMEOUT,
    QueryTooLarge: HTTPStatus.UNPROCESSABLE_ENTITY,
    QueryAbandoned: HTTPStatus.SERVICE_UNAVAILABLE,
    QueryBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    CrawlBudgetUsed: HTTPStatus.TOO_MANY_REQUESTS,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    CageError: HTTPStatus.INTERNAL_SERVER_ERROR,
    PortalError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The most special type of an error decides."""

_KINDS: Final[dict[type[PortalError], str]] = {
    GenerationGone: "generation-gone",
    PageNotFound: "page-missing",
    ListPageNotFound: "list-page",
    ListParameterError: "list-parameter",
    HarvestParameterError: "harvest-parameter",
    ResourceGone: "resource-gone",
    QuerySyntaxError: "query-syntax",
    QueryParameterError: "request-parameter",
    QueryRefused: "query-refused",
    QueryTimeout: "query-timeout",
    QueryTooLarge: "answer-too-large",
    QueryAbandoned: "service-busy",
    CrawlBudgetUsed: "crawl-budget",
    QueryBusy: "service-busy",
    QueryServiceFailed: "foreign-service",
    QueryError: "query-failed",
    AnswerNotAcceptable: "not-acceptable",
    RequestTooLarge: "request-too-large",
    MediaTypeUnknown: "media-type",
}
"""Which kind of problem an error is; one that is not here says all by its status."""

PROBLEM: Final = Format("problem", "Problem details", ("json",), "application/problem+json", ("application/json",))
TEXT: Final = Format("text", "Plain text", ("txt",), "text/plain")

_GOING_WITH: Final = frozenset(("Allow", "Content-Range"))
"""Headers without which a status is of no use."""

_FIELDS: Final = ("line", "column", "limit", "unit", "seconds", "offered", "instead")


def problem(error: Exception) -> Problem:
    """An error as data. What is not ours is told without its details: those go to the log."""
    if isinstance(error, PortalError):
        status = status_of(error)
        extra = {name: value for name in _FIELDS if (value := getattr(error, name, None)) is not None}
        if isinstance(error, QueryTimeout):
            extra |= {"limit": error.seconds, "unit": "seconds"}
        retry = getattr(error, "retry_after", None)
        return Problem(
            status, status.phrase, _told(error), extra, retry or (5 if status == 503 else None), kind_of(error)
        )
    if isinstance(error, HTTPException) and error.code is not None:
        detail = (
            f"there is nothing at {request.path}" if error.code == HTTPStatus.NOT_FOUND else error.description or ""
        )
        headers = tuple((name, value) for name, value in error.get_headers() if name in _GOING_WITH)
        return Problem(error.code, HTTPStatus(error.code).phrase, detail, headers=headers)
    _LOG.error("a request failed", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return Problem(status, status.phrase, "something went wrong here; it has been written down")


def _told(error: PortalError) -> str:
    """What the public reads: where the data is kept, and what ails it, is for the operator."""
    if isinstance(error, StoreError) and not isinstance(error, NotPublished):
        _LOG.error("the data cannot be used", exc_info=error)
        return "the data cannot be read just now; it has been written down"
    return str(error)


def status_of(error: PortalError) -> HTTPStatus:
    if isinstance(error, QueryBusy) and error.over_budget:
        return HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, QueryServiceFailed) and error.late:
        return HTTPStatus.GATEWAY_TIMEOUT
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def kind_of(error: PortalError) -> Kind | None:
    if isinstance(error, QueryBusy) and error.over_budget:
        return kinds()["client-budget"]
    return next((kinds()[_KINDS[kind]] for kind in type(error).__mro__ if kind in _KINDS), None)


def chosen_form(accept: str | None) -> Format:
    """How to tell an error to this client; to one that takes nothing of it, as problem details."""
    return negotiate(accept, (PROBLEM, HTML, TEXT)) or PROBLEM


def as_json(told: Problem, base: str) -> bytes:
    """RFC 9457, section 3. `base` is the portal's: its page of problems explains each kind."""
    kind = told.kind
    body: dict[str, Any] = {
        "type": kind.iri(base) if kind else "about:blank",
        "title": kind.titles["en"] if kind else told.title,
        "status": int(told.status),
        "detail": _advised(told),
        **told.extra,
    }
    if told.retry_after is not None:
        body["retry_after"] = told.retry_after
    if kind:
        body["ways_out"] = [{"title": way.titles["en"], "href": way.at(base)} for way in kind.ways]
    return json.dumps(body, ensure_ascii=False).encode()


def as_text(told: Problem, base: str) -> bytes:
    ways = [f"- {way.titles['en']}: {way.at(base)}" for way in told.kind.ways] if told.kind else []
    return "\n".join([f"{told.status} {told.title}: {_advised(told)}", *ways, ""]).encode(errors="replace")


def _advised(told: Problem) -> str:
    """What went wrong, and what helps."""
    if told.kind is None:
        return told.detail
    return f"{told.detail.rstrip('.')}. {told.kind.advice['en']}"


def as_page(told: Problem) -> ProblemPage:
    kind, spoken, base = told.kind, language(), portal().iris.base
    missing = told.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
    unnamed = gettext("Page not found") if missing else gettext("This did not work")
    return ProblemPage(
        status=int(told.status),
        heading=kind.titles[spoken] if kind else unnamed,
        title=told.title,
        detail=told.detail,
        offered=tuple(told.extra.get("offered", ())),
        advice=kind.advice[spoken] if kind else "",
        ways=tuple((way.titles[spoken], way.at(base)) for way in kind.ways) if kind else (),
        instead=told.extra.get("instead"),
        retry_after=told.retry_after,
    )


def plain(told: Problem) -> Response:
    """The answer to whoever takes problem details or text."""
    form = chosen_form(request.headers.get("Accept"))
    base = portal().iris.base
    body = as_text(told, base) if form is TEXT else as_json(told, base)
    response = Response(body, content_type=(form if form is TEXT else PROBLEM).content_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return headed(response, told)


def headed(response: Response, told: Problem) -> Response:
    response.status_code = int(told.status)
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend(told.headers)
    if told.retry_after is not None:
        response.headers["Retry-After"] = str(told.retry_after)
    return response
