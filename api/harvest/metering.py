"""Views that a client's crawl budget pays for, and whose every answer says what is left of that."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final

from flask import Response, after_this_request, request
from flask.typing import ResponseReturnValue

from api.limits import NAMES
from api.packing import LASTING
from api.portal import portal
from api.sparql_request import client_key

HARVESTED: Final = ("/catalogue", "/catalog", "/feed", "/oai", "/organisations/<slug>/catalogue")
"""How the rules begin of what harvesters take page by page."""

_EXPOSED: Final = "Access-Control-Expose-Headers"

View = Callable[..., ResponseReturnValue]


def metered(view: View) -> View:
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
