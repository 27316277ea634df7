"""What the XML schema of OAI-PMH and the text of the protocol want of an answer, element by element.

https://www.openarchives.org/OAI/2.0/OAI-PMH.xsd, https://www.openarchives.org/OAI/openarchivesprotocol.html,
https://www.openarchives.org/OAI/2.0/oai_dc.xsd, https://www.openarchives.org/OAI/2.0/rights.xsd
"""

import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from vocabularies.namespaces import DC, OAI_DC, OAI_PMH

_DATA: Final = "metadata|about|setDescription|description"
"""What has one element of another namespace in it."""

_CONTENT: Final = {
    "OAI-PMH": "responseDate request ((error )+|(Identify|ListMetadataFormats|ListSets|GetRecord|List[IR]\\w+) )",
    "Identify": "repositoryName baseURL protocolVersion (adminEmail )+earliestDatestamp deletedRecord granularity "
    "(compression )*(description )*",
    "ListMetadataFormats": "(metadataFormat )+",
    "metadataFormat": "metadataPrefix schema metadataNamespace ",
    "ListSets": "(set )+(resumptionToken )?",
    "set": "setSpec setName (setDescription )*",
    "GetRecord": "record ",
    "ListRecords": "(record )+(resumptionToken )?",
    "ListIdentifiers": "(header )+(resumptionToken )?",
    "record": "header (metadata )?(about )*",
    "header": "identifier datestamp (setSpec )*",
}
"""The elements in an element, in their order, each with a space behind its name."""

_SECOND: Final = r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ"
_DAY_OR_SECOND: Final = rf"{_SECOND}|\d{{4}}-[01]\d-[0-3]\d"
_WORD: Final = r"[A-Za-z0-9\-_.!~*'()]+"
_SET: Final = f"{_WORD}(:{_WORD})*"
_IRI: Final = r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*"
_ANY: Final = r"(?s).*"

_TEXTS: Final = {
    "responseDate": _SECOND,
    "request": _IRI,
    "error": r"(?s).+",
    "repositoryName": r"\S.*",
    "baseURL": _IRI,
    "protocolVersion": r"2\.0",
    "adminEmail": r"\S+@(\S+\.)+\S+",
    "earliestDatestamp": _SECOND,
    "deletedRecord": "no|persistent|transient",
    "granularity": "YYYY-MM-DDThh:mm:ssZ",
    "metadataPrefix": _WORD,
    "schema": _IRI,
    "metadataNamespace": _IRI,
    "setSpec": _SET,
    "setName": r"\S.*",
    "identifier": _IRI,
    "datestamp": _SECOND,
    "resumptionToken": _ANY,
}
"""The text of elements that have no others in them. Moments are as fine as `granularity` says."""

_ATTRIBUTES: Final = {
    ("request", "verb"): "Identify|ListMetadataFormats|ListSets|GetRecord|ListIdentifiers|ListRecords",
    ("request", "identifier"): _IRI,
    ("request", "metadataPrefix"): _WORD,
    ("request", "from"): _DAY_OR_SECOND,
    ("request", "until"): _DAY_OR_SECOND,
    ("request", "set"): _SET,
    ("request", "resumptionToken"): _ANY,
    ("header", "status"): "deleted",
    ("error", "code"): "cannotDisseminateFormat|idDoesNotExist|badArgument|badVerb|noMetadataFormats|noRecordsMatch"
    "|badResumptionToken|noSetHierarchy",
    ("resumptionToken", "expirationDate"): _SECOND,
    ("resumptionToken", "completeListSize"): "[1-9][0-9]*",
    ("resumptionToken", "cursor"): "[0-9]+",
}
_DC: Final = re.compile(
    "title|creator|subject|description|publisher|contributor|date|type|format|identifier|source|language|relation|"
    "coverage|rights"
)
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_OWN: Final = f"{{{OAI_PMH}}}"
_RIGHTS: Final = f"{{{OAI_PMH}rights/}}"


def faults(root: ET.Element) -> list[str]:
    """What is wrong with an answer."""
    if root.tag != f"{_OWN}OAI-PMH":
        return [f"the root is {root.tag}"]
    return [*_of(root), *_of_protocol(root)]


def _of(element: ET.Element) -> Iterator[str]:
    name = element.tag.removeprefix(_OWN)
    if name in _CONTENT:
        yield from _of_content(name, element)
    elif name in _TEXTS:
        if len(element) or not re.fullmatch(_TEXTS[name], element.text or ""):
            yield f"{name} says {element.text!r}"
    elif re.fullmatch(_DATA, name):
        yield from _of_data(name, element)
    else:
        yield f"nothing is called {name}"
    for key, value in element.attrib.items():
        pattern = _ATTRIBUTES.get((name, key))
        if not key.startswith("{") and (pattern is None or not re.fullmatch(pattern, value)):
            yield f"{name} has {key}={value!r}"


def _of_content(name: str, element: ET.Element) -> Iterator[str]:
    found = "".join(f"{one.tag.removeprefix(_OWN)} " for one in element)
    if not re.fullmatch(_CONTENT[name], found) or (element.text or "").strip():
        yield f"{name} has {found}"
    for one in element:
        yield from _of(one)


def _of_data(name: str, element: ET.Element) -> Iterator[str]:
    if len(element) != 1 or element[0].tag.startswith(_OWN):
        yield f"{name} has {len(element)} elements"
        return
    if element[0].tag == f"{{{OAI_DC}}}dc":
        yield from _of_dublin_core(element[0])
    if element[0].tag == f"{_RIGHTS}rights":
        yield from _of_rights(element[0])


def _of_dublin_core(dublin_core: ET.Element) -> Iterator[str]:
    for one in dublin_core:
        if not _DC.fullmatch(one.tag.removeprefix(f"{{{DC.prefix}}}")) or len(one) or set(one.attrib) - {_LANGUAGE}:
            yield f"oai_dc:dc has {one.tag} with {one.attrib}"


def _of_rights(rights: ET.Element) -> Iterator[str]:
    told = [one.tag.removeprefix(_RIGHTS) for one in rights]
    referred = [one.get("ref", "") for one in rights.iter(f"{_RIGHTS}rightsReference")]
    if told not in (["rightsReference"], ["rightsDefinition"]) or not all(re.fullmatch(_IRI, one) for one in referred):
        yield f"rights has {told}, {referred}"
    for one in rights.iter(f"{_RIGHTS}rightsDefinition"):
        if len(one) != 1:
            yield "rightsDefinition has not one element"


def _of_protocol(root: ET.Element) -> Iterator[str]:
    """What the schema does not say."""
    codes = [one.get("code") for one in root.iter(f"{_OWN}error")]
    request = root.find(f"{_OWN}request")
    if None in codes:
        yield "an error has no code"
    if request is not None and request.attrib and {"badVerb", "badArgument"} & set(codes):
        yield "bad arguments are repeated"
    for record in root.iter(f"{_OWN}record"):
        header = record.find(f"{_OWN}header")
        gone = header is not None and header.get("status") == "deleted"
        if gone == (len(record) > 1):
            yield "a record is deleted and told, or neither"
    for verb in root:
        token = verb.find(f"{_OWN}resumptionToken")
        if token is not None and not token.text and token.get("cursor") == "0":
            yield "a list that is told in one has a token"
