"""A dataset with tabular files in the format by which machine learning loads datasets: Croissant 1.0 of MLCommons.

https://docs.mlcommons.org/croissant/docs/croissant-spec.html. It is the dataset in terms of schema.org with its files
as cr:FileObject. Only what the catalogue knows is said: it knows no columns, so there is no cr:RecordSet.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from api.harvest import schema_org
from api.portal import language, portal, urls, view
from api.presenting.citations import Reference, text
from api.presenting.filters import link
from api.presenting.presentation import by_subject
from graph.formats import Format
from graph.iris import record_path
from graph.ledger import Entry
from graph.record import DATASETS
from vocabularies.namespaces import AUTHORITY, DCAT, DCT, MEDIA_TYPES, SCHEMA

CONFORMS_TO: Final = "http://mlcommons.org/croissant/1.0"
"""The version that every release of its own library reads since 2024; 1.1 is for texts in several languages."""

FORM: Final = Format("croissant", "Croissant", ("json",), "application/ld+json")

_MOST: Final = 100
"""Files; as many as the page tells search engines."""

_TOLD: Final = (
    "name", "description", "url", "keywords", "license", "creator", "publisher", "datePublished", "dateModified",
    "version", "sameAs", "identifier", "temporalCoverage", "spatialCoverage", "isAccessibleForFree",
    "includedInDataCatalog",
)  # fmt: skip


def path(entry: Entry) -> str:
    return f"{urls().record_path(entry)}/croissant.json"


def header(entry: Entry) -> Iterator[str]:
    """A link to it as a header, where there is something to describe."""
    if is_offered(entry):
        address = urls().absolute(urls().resource(path(entry)))
        yield f'<{address}>; rel="alternate"; type="{FORM.media_type}"; profile="{CONFORMS_TO}"'


def is_offered(entry: Entry) -> bool:
    """Whether the dataset has a file that is a table and can be downloaded."""
    if entry.kind != DATASETS:
        return False
    return any(_is_table(part) and _address(part) for part in _parts(NamedNode(entry.iri)))


def written(entry: Entry) -> bytes:
    told = by_subject(view().closure(NamedNode(entry.iri)))
    return json.dumps(described(entry, schema_org.described(entry, told)), ensure_ascii=False, indent=1).encode()


def described(entry: Entry, told: schema_org.Parts) -> dict[str, Any]:
    """The dataset with those of its files that can be downloaded and whose format is known."""
    whole = schema_org.dataset(entry, told)
    parts = [part for part in _parts(NamedNode(entry.iri)) if _address(part)]
    distribution = [file for part in parts if (file := dict(_file(part, told.get(part, {})))).get("encodingFormat")]
    live = {} if all("sha256" in file for file in distribution) else {"isLiveDataset": True}
    return {
        "@context": {"@language": language(), **_context()},
        "@type": "Dataset",
        "@id": entry.iri,
        "conformsTo": CONFORMS_TO,
        **{name: whole[name] for name in _TOLD if name in whole},
        "citeAs": _citation(entry, whole),
        **live,  # its files are given by address alone: what is there may change
        "distribution": distribution,
    }


def _citation(entry: Entry, whole: Mapping[str, Any]) -> str:
    """Who, when, what and where, in one line."""
    found = Reference(
        key=entry.key or "",
        title=whole["name"],
        address=portal().iris.base + record_path(entry.kind, entry.key or "").partition("#")[0],
        authors=tuple(one["name"] for one in whole.get("creator", ())),
        date=str(whole.get("datePublished") or whole.get("dateModified") or "")[:4],
        container=portal().settings.title,
    )
    return text(found)


def _file(part: NamedNode, told: schema_org.Said) -> Iterator[tuple[str, Any]]:
    """One file. `sha256` or another checksum is required of it, unless the whole is said to be live."""
    said = {by: values[-1].value for by, values in told.items()}
    address = _address(part)
    yield "@type", "cr:FileObject"
    yield "@id", part.value
    yield "name", _file_name(address) or said.get(SCHEMA.name) or part.value
    if SCHEMA.name in said:
        yield "description", said[SCHEMA.name]
    yield "contentUrl", address
    yield "encodingFormat", _media_type(part)
    if SCHEMA.contentSize in said:
        yield "contentSize", f"{said[SCHEMA.contentSize]} B"
    if SCHEMA.sha256 in said:
        yield "sha256", said[SCHEMA.sha256].lower()


def _parts(node: NamedNode) -> list[NamedNode]:
    return list(islice(view().named(node, DCAT.distribution), _MOST))


def _address(part: NamedNode) -> str:
    """Where the bytes themselves are; an access address may be a page about them."""
    return next((each.value for each in view().named(part, DCAT.downloadURL) if _is_web(each.value)), "")


def _is_web(address: str) -> bool:
    return link(address) is not None and address.startswith("http")


def _file_name(address: str) -> str:
    """What the file will be called, where the address ends in something like a name."""
    name = urlsplit(address).path.rpartition("/")[2]
    return name if "." in name.strip(".") else ""


def _is_table(part: NamedNode) -> bool:
    return _media_type(part) in _tables().values()


def _media_type(part: NamedNode) -> str:
    """As stated, or as the table of formats has it; empty where neither says."""
    types = (each.value for each in view().named(part, DCAT.mediaType) if each.value.startswith(MEDIA_TYPES))
    stated = (each.removeprefix(MEDIA_TYPES) for each in types)
    known = (_tables().get(each.value, "") for each in view().named(part, DCT["format"]))
    return next(filter(None, (*stated, *known)), "")


@cache
def _tables() -> Mapping[str, str]:
    """The formats that are tables, by IRI, with their media types."""
    with files("api.harvest").joinpath("tabular.csv").open(encoding="utf-8") as file:
        return {AUTHORITY[f"file-type/{row['format']}"].value: row["media-type"] for row in csv.DictReader(file)}


@cache
def _context() -> dict[str, Any]:
    """The context that the specification wants in every document."""
    told: dict[str, Any] = json.loads(files("api.harvest").joinpath("croissant.jsonld").read_text("utf-8"))
    context: dict[str, Any] = told["@context"]
    return context
