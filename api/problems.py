"""What an error becomes: one table from type to status, then RFC 9457 problem details, a page, or plain text."""

import json
import logging
from http import HTTPStatus
from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import HTTPException

from api.contexts import Problem, ProblemPage
from graph.errors import (
    CageError,
    FormatError,
    NotFound,
    PortalError,
    QueryBusy,
    QueryError,
    QueryTimeout,
    QueryTooLarge,
    SourceError,
    StoreError,
)
from graph.formats import HTML, Format, negotiate

_LOG: Final = logging.getLogger(__name__)


class NotAcceptable(PortalError):
    """The client accepts no form of the resource; says which there are."""

    def __init__(self, offered: tuple[Format, ...]) -> None:
        self.offered = tuple(form.media_type for form in offered)
        super().__init__("this address answers with " + ", ".join(self.offered))


class RequestTooLarge(PortalError):
    """The request is longer than we read."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the query is longer than {limit} bytes; ask in several queries, or take the whole catalogue")
        self.limit = limit


class MediaTypeUnknown(PortalError):
    """The request's body is in a media type that is not read at this address."""


STATUS: Final[dict[type[PortalError], HTTPStatus]] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    RequestTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    MediaTypeUnknown: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    FormatError: HTTPStatus.BAD_REQUEST,
    SourceError: HTTPStatus.BAD_GATEWAY,
    QueryError: HTTPStatus.BAD_REQUEST,
    QueryTimeout: HTTPStatus.GATEWAY_TIMEOUT,
    QueryTooLarge: HTTPStatus.UNPROCESSABLE_ENTITY,
    QueryBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    CageError: HTTPStatus.INTERNAL_SERVER_ERROR,
    PortalError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The most special type of an error decides."""

PROBLEM: Final = Format("problem", "Problem details", ("json",), "application/problem+json", ("application/json",))
TEXT: Final = Format("text", "Plain text", ("txt",), "text/plain")

_FIELDS: Final = ("line", "column", "limit", "unit", "seconds", "offered")


def problem(error: Exception) -> Problem:
    """An error as data. What is not ours is told without its details: those go to the log."""
    if isinstance(error, PortalError):
        status = status_of(error)
        extra = {name: value for name in _FIELDS if (value := getattr(error, name, None)) is not None}
        retry = getattr(error, "retry_after", None)
        return Problem(status, status.phrase, str(error), extra, retry or (5 if status == 503 else None))
    if isinstance(error, HTTPException) and error.code is not None:
        detail = (
            f"there is nothing at {request.path}" if error.code == HTTPStatus.NOT_FOUND else error.description or ""
        )
        return Problem(error.code, HTTPStatus(error.code).phrase, detail)
    _LOG.error("a request failed", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return Problem(status, status.phrase, "something went wrong here; it has been written down")


def status_of(error: PortalError) -> HTTPStatus:
    if isinstance(error, QueryBusy) and error.over_budget:
        return HTTPStatus.TOO_MANY_REQUESTS
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def chosen_form(accept: str | None) -> Format:
    """How to tell an error to this client; to one that takes nothing of it, as problem details."""
    return negotiate(accept, (PROBLEM, HTML, TEXT)) or PROBLEM


def as_json(told: Problem) -> bytes:
    """RFC 9457, section 3; the kinds of problem have no pages of their own."""
    body: dict[str, Any] = {"type": "about:blank", "title": told.title, "status": int(told.status)}
    return json.dumps({**body, "detail": told.detail, **told.extra}, ensure_ascii=False).encode()


def as_text(told: Problem) -> bytes:
    return f"{told.status} {told.title}: {told.detail}\n".encode()


def as_page(told: Problem) -> ProblemPage:
    return ProblemPage(int(told.status), told.title, told.detail, tuple(told.extra.get("offered", ())))


def plain(told: Problem) -> Response:
    """The answer to whoever takes problem details or text."""
    form = chosen_form(request.headers.get("Accept"))
    body = as_text(told) if form is TEXT else as_json(told)
    return headed(Response(body, content_type=(form if form is TEXT else PROBLEM).content_type), told)


def headed(response: Response, told: Problem) -> Response:
    response.status_code = int(told.status)
    response.headers["Cache-Control"] = "no-store"
    if told.retry_after is not None:
        response.headers["Retry-After"] = str(told.retry_after)
    return response
