"""Lists of data that meets a condition: in real time, suited to artificial intelligence, protected by law.

What counts is said by a question of the library; who meets it was found out after the flip (loaders/surveys.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from flask import Response
from pyoxigraph import NamedNode

from api import answers
from api.answers import Resource
from api.contexts.browsed import ConditionPage, Meeting
from api.contexts.pages import Beside, Fact, Item, Value
from api.pages.axes.schemes import address_of
from api.pages.items import item, page_number, pager
from api.portal import gettext, language, portal, presenter, urls, view
from api.presenting import beside
from api.presenting.filters import duration, link
from graph.errors import QueryBusy
from queries.library import load

_PATIENCE: Final = 10.0
"""Seconds that a reader waits for what is not prepared yet."""
_MOST: Final = 6
"""Values of a reason that are told; the dataset's page has them all."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Titles are texts of the interface."""

    name: str
    """As surveys have it, and in the address."""
    title: str
    about: str
    question: str
    advice: str = ""


REAL_TIME: Final = Condition(
    "real-time",
    "Real-time data",
    "Data that tells what is going on now: departures, measurements, traffic. Most of it comes through a data service.",
    "datasets/real-time",
)
AI: Final = Condition(
    "ai",
    "Data suited to artificial intelligence",
    "Data that models can be trained with and programs can read without help.",
    "datasets/ai-suitable",
    "Files of many of these are described in Croissant, which machine learning frameworks load.",
)
PROTECTED: Final = Condition(
    "protected",
    "Protected data",
    "Data that public bodies hold but may not simply publish, because others have rights in it. Under the Data"
    " Governance Act you can ask to use it.",
    "datasets/protected",
    "Access is not a download: write to the body that holds the data, or to the single information point.",
)
CONDITIONS: Final = (REAL_TIME, AI, PROTECTED)


def real_time() -> Response:
    return _listed(REAL_TIME)


def for_learning() -> Response:
    return _listed(AI)


def protected() -> Response:
    return _listed(PROTECTED)


def _listed(condition: Condition) -> Response:
    page = page_number()
    parameters = (("page", str(page)),) if page > 1 else ()
    sealed = view().generation.manifest.sealed_at
    resource = Resource(f"/{condition.name}", sealed, rdf=False, parameters=parameters)
    made = partial(condition_page, condition, page)
    return answers.respond(answers.chosen(None, rdf=False), resource, made, tuple)


def condition_page(condition: Condition, page: int) -> ConditionPage:
    """Raises QueryBusy where it is not found out yet who meets it."""
    told = view().survey(condition.name, _PATIENCE)
    if told is None:
        raise QueryBusy("this list is being prepared", 10)
    size, listed = portal().settings.page_size, told["listed"]
    pages = pager(f"/{condition.name}", (), page, len(listed), size)
    about = gettext(condition.about)
    return ConditionPage(
        title=gettext(condition.title),
        about=about,
        rule=load(condition.question).abouts[language()],
        question=urls().page(f"/queries/{condition.question}"),
        rows=tuple(_rows(condition, listed[(page - 1) * size : page * size])),
        total=told["total"],
        pager=pages,
        beside=Beside(summary=about, query=beside.question(condition.question, lang=language())),
        advice=gettext(condition.advice) if condition.advice else "",
    )


def _rows(condition: Condition, listed: Sequence[tuple[str, Mapping[str, Sequence[str]]]]) -> Iterator[Meeting]:
    labels = {column.name: column.labels[language()] for column in load(condition.question).columns}
    shown = presenter()
    for iri, reasons in listed:
        found = item(view(), shown, iri)
        if found is not None:
            facts = (Fact(labels[name], tuple(map(_value, values[:_MOST]))) for name, values in reasons.items())
            yield Meeting(_leave_out(found, reasons), tuple(facts))


def _leave_out(found: Item, reasons: Mapping[str, Sequence[str]]) -> Item:
    """Without what the reasons tell already."""
    formats = () if "format" in reasons else found.formats
    return replace(found, formats=formats, licence=None if "licence" in reasons else found.licence)


def _value(told: Any) -> Value:
    """What a reason is called, with its page here; addresses of data lead there."""
    if ":" not in told:
        return Value(presenter().text(duration(told, portal().languages.locales[language()]), ""))
    try:
        value = presenter().value(NamedNode(told), {})
    except ValueError:
        return Value(presenter().text(told, ""))
    if not value.external:
        return value
    known = portal().declared.concepts.get(told)
    return Value(value.text, address_of(told)) if known else Value(value.text, link(told), external=True)
