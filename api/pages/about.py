"""What the portal says of itself: what it is, and how programs ask it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

from flask import Response

from api import answers
from api.answers import Resource
from api.contexts.browsed import AboutPage, ApiPage, Operation, OperationParameter, Topic
from api.contexts.pages import Beside, Page, Text, Value
from api.harvest import invitation, licensing
from api.interfaces import table
from api.interfaces.openapi import ALL_ERRORS, document
from api.pages.home import counts
from api.portal import gettext, language, portal, urls, view
from api.presenting import beside
from api.presenting.beside import mailbox
from queries.headers import topics

_OURS: Final = "en"
"""The language of what the description of the interfaces says in one language only."""


def about() -> Response:
    return answered("/about", about_page)


def api() -> Response:
    """The description of the interfaces for programs (/openapi.json), for people."""
    return answered("/api", api_page)


def answered(path: str, page: Callable[[], Page]) -> Response:
    """A page that says something of the portal; it has no other form."""
    resource = Resource(path, view().generation.manifest.sealed_at, rdf=False)
    return answers.respond(answers.chosen(None, rdf=False), resource, page, tuple)


def about_page() -> AboutPage:
    settings = portal().settings
    return AboutPage(
        title=gettext("About this portal"),
        publisher=settings.publisher,
        mailbox=mailbox(settings.contact),
        counts=counts(),
        sources=len(view().generation.manifest.sources),
        terms=invitation.shown(licensing.terms()),
        version=version("catalograph"),
        links=tuple(_links(("/sources", "Sources"), ("/shapes", "Profiles"), ("/api", "Interfaces for programs"),
                           ("/dumps", "Dumps"), ("/accessibility", "Accessibility"))),
        beside=Beside(query=beside.question("catalogue/counts")),
    )  # fmt: skip


def _links(*named: tuple[str, str]) -> Iterator[Value]:
    """Names are texts of the interface."""
    for path, name in named:
        yield Value(Text(gettext(name)), urls().page(path))


def api_page() -> ApiPage:
    settings = portal().settings
    told = document(settings, language())
    by_tag: dict[str, list[Operation]] = {}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            by_tag.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    return ApiPage(
        title=gettext("Interfaces for programs"),
        document=urls().resource("/openapi.json"),
        base=told["servers"][0]["url"],
        sparql=urls().page("/sparql"),
        topics=tuple(
            Topic(tag["name"], _tag(tag), tuple(by_tag[tag["name"]])) for tag in told["tags"] if tag["name"] in by_tag
        ),
        errors=tuple((status, gettext(text)) for status, text in sorted(ALL_ERRORS.items())),
        seconds=settings.query_seconds,
        client_seconds=settings.query_client_seconds,
        bytes=settings.query_bytes,
        crawl_delay=settings.crawl_delay,
    )


def _tag(told: Mapping[str, Any]) -> str:
    return str(told["description"]) if told["name"] in topics() else gettext(str(told["description"]))


def _operation(path: str, method: str, told: Mapping[str, Any]) -> Operation:
    """A question is told in the reader's language; what another interface does besides its name, in one."""
    is_question = path.startswith("/queries/")
    summary, description = str(told["summary"]), str(told["description"]).partition("\n\n")[0]
    answered = told["responses"]["200"]["content"]
    return Operation(
        method=method.upper(),
        path=path,
        summary=summary if is_question else gettext(summary),
        description=Text(description, None if is_question or language() == _OURS else _OURS),
        parameters=tuple(_parameters(told["parameters"])),
        media_types=tuple(answered),
        href=urls().page(path.removesuffix(".{format}")) if is_question else "",
    )


def _parameters(told: Sequence[Mapping[str, Any]]) -> Iterator[OperationParameter]:
    for each in told:
        values = each["schema"].get("enum", ())
        ours = each["name"] == "format" and language() != _OURS
        yield OperationParameter(
            name=each["name"],
            required=each["required"],
            about=gettext("The form of the answer.") if ours else str(each["description"]),
            example=", ".join(values) if values else str(each.get("example", "")),
        )


def texts() -> Iterator[str]:
    """The texts of the interface that the description of the interfaces brings."""
    yield from ALL_ERRORS.values()
    yield from table.tags().values()
    yield from (each.summary for each in table.interfaces())
