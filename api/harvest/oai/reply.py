"""The XML of OAI-PMH: elements, headers, records, and what is around them.

https://www.openarchives.org/OAI/2.0/OAI-PMH.xsd
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from api.harvest.oai.arguments import OaiError
from loaders.terms import Terms
from vocabularies.namespaces import DC, OAI_DC, OAI_PMH, RDF, XML_SCHEMA_INSTANCE

_UNFIT: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot say."""

_RIGHTS: Final = f"{OAI_PMH}rights/"
_SCHEMAS: Final = f"{OAI_PMH} {OAI_PMH}OAI-PMH.xsd {RDF.prefix} {OAI_PMH}rdf.xsd"


def element(name: str, content: str = "", attributes: Mapping[str, str] | None = None) -> str:
    """An element around content that is XML already."""
    told = "".join(f" {key}={quoteattr(fit(value))}" for key, value in (attributes or {}).items())
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


def text(name: str, value: str, attributes: Mapping[str, str] | None = None) -> str:
    """An element around text."""
    return element(name, escape(fit(value)), attributes)


def fit(value: str) -> str:
    return _UNFIT.sub("\ufffd", value)


@lru_cache(maxsize=1024)
def moment(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"


def header(identifier: str, second: int, sets: Iterable[str], *, deleted: bool) -> str:
    told = text("identifier", identifier) + text("datestamp", moment(second))
    return element(
        "header", told + "".join(text("setSpec", spec) for spec in sets), {"status": "deleted"} if deleted else None
    )


def rights(terms: Terms) -> str:
    """What a record says of itself: its licence and whom to name; nothing where neither is stated.

    https://www.openarchives.org/OAI/2.0/guidelines-rights.htm
    """
    told = [element("rightsReference", attributes={"ref": terms.licence})] if terms.licence else []
    if terms.attribution:
        named = {"xmlns:dc": DC.prefix, "xmlns:oai_dc": OAI_DC}
        told.append(element("rightsDefinition", element("oai_dc:dc", text("dc:rights", terms.attribution), named)))
    spaces = {"xmlns": _RIGHTS, "xsi:schemaLocation": f"{_RIGHTS} {OAI_PMH}rights.xsd"}
    return "".join(element("about", element("rights", one, spaces)) for one in told)


def document(base: str, asked: Mapping[str, str], body: str, now: datetime) -> bytes:
    """The whole answer; `asked` are the arguments it repeats."""
    attributes = {
        "xmlns": OAI_PMH,
        "xmlns:xsi": XML_SCHEMA_INSTANCE,
        "xsi:schemaLocation": _SCHEMAS,
    }
    request = text("request", f"{base}/oai", asked)
    date = text("responseDate", f"{now:%Y-%m-%dT%H:%M:%SZ}")
    root = element("OAI-PMH", f"\n{date}\n{request}\n{body}\n", attributes)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


def error(problem: OaiError) -> str:
    return text("error", str(problem), {"code": problem.code})


def resumption(token: str, size: int, cursor: int) -> str:
    """What leads on; the last part of a list has an empty one."""
    return text("resumptionToken", token, {"completeListSize": str(size), "cursor": str(cursor)})
