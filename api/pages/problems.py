"""What can go wrong with a query, and what helps: each kind at the fragment that its type IRI has."""

from datetime import UTC, datetime
from typing import Final

from flask import Response

from api import answers
from api.answers import Resource
from api.contexts.queried import Explained, ProblemsPage
from api.portal import gettext, language, portal
from api.problems.kinds import PATH, Kind, kinds

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def problems() -> Response:
    """The page; it is there before anything is published, since a problem may be just that."""
    form = answers.chosen(None, rdf=False)
    resource = Resource(PATH, _EPOCH, rdf=False)
    response = Response(answers.rendered(problems_page(), resource), content_type=form.content_type)
    response.headers["Cache-Control"] = "no-cache"
    return response


def problems_page() -> ProblemsPage:
    return ProblemsPage(gettext("When a query is not answered"), tuple(map(_explained, kinds().values())))


def _explained(kind: Kind) -> Explained:
    spoken = language()
    ways = tuple((way.titles[spoken], way.at(portal().iris.base)) for way in kind.ways)
    return Explained(kind.name, kind.titles[spoken], kind.status, kind.advice[spoken], ways)
