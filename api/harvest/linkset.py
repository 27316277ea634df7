"""All the links of a record in one document (RFC 9264), where a header has only so many, and those of its files back.

https://signposting.org/FAIR/#level2: the page with what it links to, and each file with the page it belongs to.
"""

import json
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from flask import Response

from api import answers
from api.answers import Resource
from api.harvest.signposting import LINKSET, Signpost, of_record, page_of
from api.pages.records import find
from api.portal import urls
from api.presenting.filters import uri
from graph.errors import NotFound
from graph.formats import HTML, RDF_FORMATS, Format
from graph.ledger import Entry

_FORM: Final = Format("linkset", "Linkset", ("json",), LINKSET, ("application/json",))


def of_page(kind: str, slug: str) -> Response:
    """The links of a record's page. Raises NotFound."""
    entry = find(kind, slug)
    resource = Resource(f"{urls().record_path(entry)}/linkset.json", entry.changed, rdf=False, page=False)
    response = answers.respond(_FORM, resource, _no_page, tuple, partial(_document, entry))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _no_page() -> Any:
    raise NotFound("page", _FORM.label)


def _document(entry: Entry) -> bytes:
    page = page_of(entry)
    own = list(dict.fromkeys(of_record(entry)))
    forms = (Signpost(f"{page}.{form.extension}", "describedby", form.media_type) for form in RDF_FORMATS)
    told = [_context(page, (*own, *forms))]
    back = (Signpost(page, "collection", HTML.media_type),)
    told += [_context(one, back) for one in dict.fromkeys(each.target for each in own if each.relation == "item")]
    return json.dumps({"linkset": told}, ensure_ascii=False, indent=1).encode()


def _context(anchor: str, signposts: Iterable[Signpost]) -> dict[str, Any]:
    found: dict[str, Any] = {"anchor": uri(anchor)}
    for each in signposts:
        target = {"href": uri(each.target)}
        found.setdefault(each.relation, []).append({**target, "type": each.media_type} if each.media_type else target)
    return found
