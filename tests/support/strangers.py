"""A catalogue whose every text and address means harm: each payload in each field of the declared model.

To keep it small a record has several payloads in each field, and the next record the next ones; a title is in four
languages, so that a reader of each sees another at the head of the page.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from graph.model.declarations import Model, Use
from graph.record import UNOPENED
from tests.support.payloads import payloads
from tests.support.portal import publish
from vocabularies.namespaces import ADMS, DCAT, DCT, DQV, FOAF, ORG, RDF, SCHEMA, VCARD

BASE: Final = "http://stranger.example/"
LANGUAGES: Final = ("en", "fr", "de", "lb")
SOURCE: Final = "strangers"

_SIZES: Final = {
    DCAT.Dataset: (81, 4),
    DCAT.Distribution: (81, 4),
    ORG.Organization: (41, 8),
    FOAF.Agent: (41, 8),
    DCAT.DataService: (41, 8),
    SCHEMA.CreativeWork: (41, 8),
    DCAT.DatasetSeries: (11, 4),
    DCAT.Catalog: (11, 4),
    ADMS.Asset: (11, 4),
    SCHEMA.AskAction: (11, 4),
    SCHEMA.ItemList: (11, 4),
    DQV.QualityCertificate: (11, 4),
    VCARD.Kind: (41, 8),
    DCT.Location: (11, 4),
    DCT.PeriodOfTime: (11, 4),
    DCT.LicenseDocument: (11, 4),
}
"""How many records of a class there are, and how many payloads each has in a field."""

_TITLES: Final = {FOAF.Agent: FOAF.name, ORG.Organization: FOAF.name, VCARD.Kind: VCARD.fn}
_ALWAYS: Final = (DCT.title, DCT.description, DCAT.keyword, DCT.rights, ADMS.versionNotes, FOAF.page, DCAT.landingPage)
"""Fields that every record has, whether or not its class declares them."""

_LINKS: Final = (
    (DCAT.Dataset, DCAT.distribution, DCAT.Distribution),
    (DCAT.Dataset, DCT.publisher, ORG.Organization),
    (DCAT.Dataset, DCT.creator, FOAF.Agent),
    (DCAT.Dataset, DCAT.contactPoint, VCARD.Kind),
    (DCAT.Dataset, DCAT.inSeries, DCAT.DatasetSeries),
    (DCAT.Dataset, DCT.spatial, DCT.Location),
    (DCAT.DataService, DCAT.servesDataset, DCAT.Dataset),
    (SCHEMA.CreativeWork, DCT.references, DCAT.Dataset),
    (DCAT.Distribution, DCT.license, DCT.LicenseDocument),
)

TAGS: Final = (
    "x-onload-alert",
    "en-x-script",
    "abcdefgh",
    "fr-t-nl-t0-mtec",
    "-".join(["x", *["a" * 8] * 40]),
    "en--rtl",
)


def addresses() -> list[NamedNode]:
    """What is an IRI and no address to follow, or one with signs that HTML means something by."""
    found = []
    for payload in payloads():
        for written in (payload.text, f"{BASE}{payload.text}"):
            try:
                found.append(NamedNode(written))
            except ValueError:
                continue
    return found


def subject(of: NamedNode, number: int) -> NamedNode:
    """A record; some are called by what is no address."""
    name = f"{of.value.rpartition('/')[2].rpartition('#')[2].lower()}-{number}"
    schemes = {7: "javascript:window.hacked=1//", 8: "data:text/html,", 9: f"{BASE}'onclick='window.hacked=1//"}
    return NamedNode(schemes.get(number, BASE) + name)


def statements() -> Iterator[Triple]:
    model, next_address = Model.load(), count()
    texts, iris = [each.text for each in payloads()], addresses()
    for kind, (records, values) in _SIZES.items():
        fields = {use.predicate: use for use in model.uses_of(kind) if use.predicate is not None}
        for number in range(records):
            node = subject(kind, number)
            yield Triple(node, RDF.type, kind)
            title = _TITLES.get(kind, DCT.title)
            for place, language in enumerate(LANGUAGES):
                yield Triple(node, title, Literal(texts[(number * 4 + place) % len(texts)], language=language))
            for field in dict.fromkeys((*fields, *_ALWAYS)):
                for value in range(values):
                    yield Triple(node, field, _text(texts[(number * values + value) % len(texts)], field, title, value))
                if _takes_iris(fields.get(field)):
                    yield Triple(node, field, iris[next(next_address) % len(iris)])
    yield from _links()
    yield from _unopened()
    yield from _tags()


def _text(text: str, field: NamedNode, title: NamedNode, value: int) -> Literal:
    """Texts of a title in languages of their own, since those of the readers have been given."""
    return Literal(text, language=f"en-x-{value}") if field == title else Literal(text)


def _takes_iris(use: Use | None) -> bool:
    return use is None or "IRI" in use.node_kinds or not use.datatypes


def _links() -> Iterator[Triple]:
    for kind, predicate, other in _LINKS:
        most = _SIZES[other][0]
        for number in range(_SIZES[kind][0]):
            yield Triple(subject(kind, number), predicate, subject(other, number % most))


def _unopened() -> Iterator[Triple]:
    for number in range(70, 81):
        yield Triple(subject(DCAT.Dataset, number), ADMS.status, NamedNode(f"{UNOPENED.value}/Planned"))


def _tags() -> Iterator[Triple]:
    for number, tag in enumerate(TAGS):
        node = NamedNode(f"{BASE}tagged-{number}")
        yield Triple(node, RDF.type, DCAT.Dataset)
        for field in (DCT.title, DCT.description, DCAT.keyword):
            try:
                yield Triple(node, field, Literal("In a language that there is not", language=tag))
            except ValueError:
                continue


def publish_strangers(folder: Path) -> Path:
    """The data directory of a portal that has this catalogue and no other."""
    document = folder / "strangers.nt"
    with document.open("wb") as file:
        serialize(statements(), file, RdfFormat.N_TRIPLES)
    publish(folder / "data", document, source=SOURCE)
    return folder / "data"
