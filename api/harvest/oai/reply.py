"""The XML of OAI-PMH: headers, what records say of themselves, and what is around them.

https://www.openarchives.org/OAI/2.0/OAI-PMH.xsd
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from api.harvest import xml
from api.harvest.oai.arguments import OaiError
from graph import moments
from loaders.terms import Terms
from vocabularies.namespaces import DC, OAI_DC, OAI_PMH, RDF, XML_SCHEMA_INSTANCE

_RIGHTS: Final = f"{OAI_PMH}rights/"
_SCHEMAS: Final = f"{OAI_PMH} {OAI_PMH}OAI-PMH.xsd {RDF.prefix} {OAI_PMH}rdf.xsd"


def header(identifier: str, second: int, sets: Iterable[str], *, deleted: bool) -> str:
    told = xml.text("identifier", identifier) + xml.text("datestamp", moments.of_second(second))
    return xml.element(
        "header", told + "".join(xml.text("setSpec", spec) for spec in sets), {"status": "deleted"} if deleted else None
    )


def rights(terms: Terms) -> str:
    """What a record says of itself: its licence and whom to name; nothing where neither is stated.

    https://www.openarchives.org/OAI/2.0/guidelines-rights.htm
    """
    told = [xml.element("rightsReference", attributes={"ref": terms.licence})] if terms.licence else []
    if terms.attribution:
        named = {"xmlns:dc": DC.prefix, "xmlns:oai_dc": OAI_DC}
        told.append(
            xml.element("rightsDefinition", xml.element("oai_dc:dc", xml.text("dc:rights", terms.attribution), named))
        )
    spaces = {"xmlns": _RIGHTS, "xsi:schemaLocation": f"{_RIGHTS} {OAI_PMH}rights.xsd"}
    return "".join(xml.element("about", xml.element("rights", one, spaces)) for one in told)


def document(base: str, asked: Mapping[str, str], body: str, now: datetime) -> bytes:
    """The whole answer; `asked` are the arguments it repeats."""
    attributes = {
        "xmlns": OAI_PMH,
        "xmlns:xsi": XML_SCHEMA_INSTANCE,
        "xsi:schemaLocation": _SCHEMAS,
    }
    request = xml.text("request", f"{base}/oai", asked)
    date = xml.text("responseDate", moments.written(now))
    root = xml.element("OAI-PMH", f"\n{date}\n{request}\n{body}\n", attributes)
    return xml.document(root)


def error(problem: OaiError) -> str:
    return xml.text("error", str(problem), {"code": problem.code})


def resumption(token: str, size: int, cursor: int) -> str:
    """What leads on; the last part of a list has an empty one."""
    return xml.text("resumptionToken", token, {"completeListSize": str(size), "cursor": str(cursor)})
