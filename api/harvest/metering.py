"""Views that a client's crawl budget pays for, and whose every answer says what is left of that."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final

from flask import Response, after_this_request, request
from flask.typing import ResponseReturnValue

from api.harvest import profiles
from api.http.limits import NAMES
from api.http.packing import LASTING
from api.portal import portal
from api.sparql.request import client_key

_HARVESTED: Final = ("/catalogue", "/catalog", "/feed", "/oai", "/organisations/<slug>/catalogue", "/sitemap")
"""How the rules begin of what harvesters take page by page."""

_BESIDE: Final = ("/linkset.json", "/croissant.json")
"""How those end of what they take of every record besides its RDF."""

_LISTS: Final = ("list_form", "search_form")
"""The routes of lists in the forms of programs, which take many entries at once."""

_BY_PROFILE: Final = ("record", "part")
"""The routes of pages whose RDF in a profile is as dear as a page of the catalogue."""

_EXPOSED: Final = "Access-Control-Expose-Headers"

View = Callable[..., ResponseReturnValue]


def metered(rule: str, name: str, view: View) -> View:
    """The view at that rule, paid for where harvesters take it: always, or where a profile is asked for."""
    if rule.startswith(_HARVESTED) or rule.endswith(_BESIDE) or name in _LISTS:
        return _metered(view)
    if name not in _BY_PROFILE:
        return view
    paid = _metered(view)

    @wraps(view)
    def answer(**values: Any) -> ResponseReturnValue:
        return view(**values) if profiles.wished() is None else paid(**values)

    return answer


def _metered(view: View) -> View:
    @wraps(view)
    def answer(**values: Any) -> ResponseReturnValue:
        client = client_key(request.remote_addr or "")
        after_this_request(partial(_tell, client))
        with portal().crawls.charged(client):
            return view(**values)

    return answer


def _tell(client: str, response: Response) -> Response:
    """What is left to this client, which makes the answer one for it alone."""
    request.environ.pop(LASTING, None)
    response.headers.extend(portal().crawls.headers(client))
    if _EXPOSED in response.headers:
        response.headers[_EXPOSED] += f", Retry-After, {NAMES}"
    return response
