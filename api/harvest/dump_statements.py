"""Sets of dumps as RDF: each a dcat:Dataset of one series, its files the distributions, with checksums and terms."""

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from api.harvest import catalogue, licensing
from api.portal import portal
from api.presenting.citations import Reference, text
from graph import moments
from graph.formats import CSV, JSON_LD, N_QUADS, TURTLE
from loaders.dumps.sets import Dumps, DumpSet, File
from loaders.terms import Terms
from vocabularies.namespaces import AUTHORITY, DCAT, DCT, MEDIA_TYPES, PROV, RDF, SKOS, SPDX, VOID, XSD

PATH: Final = "/dumps"

TITLE: Final = "Dumps of generation %(number)s"
SERIES: Final = "Dumps"
DESCRIPTION: Final = "Everything that this portal publishes, in files to take home."

_GZIP: Final = NamedNode(f"{MEDIA_TYPES}application/gzip")
_FILE_TYPES: Final = {
    N_QUADS.media_type: "RDF_N_QUADS",
    TURTLE.media_type: "RDF_TURTLE",
    JSON_LD.media_type: "JSON_LD",
    CSV.media_type: "CSV",
}


def kept() -> Dumps:
    return Dumps(portal().settings.data)


def reference(found: DumpSet, title: str) -> Reference:
    """A set as it is cited; `title` is what it is called besides the portal's name."""
    settings = portal().settings
    return Reference(
        key=f"dumps-{found.number}",
        title=f"{settings.title}: {title}",
        address=node(found).value,
        authors=(settings.publisher,),
        date=found.made.date().isoformat(),
        version=str(found.number),
    )


def node(found: DumpSet) -> NamedNode:
    return NamedNode(f"{portal().iris.base}{PATH}/{found.number}")


def _series() -> NamedNode:
    return NamedNode(f"{portal().iris.base}{PATH}")


def series(sets: Iterable[DumpSet]) -> Iterator[Triple]:
    """What is said of all sets together, and of each."""
    yield from _whole()
    for each in sets:
        yield from statements(each)


def _whole() -> Iterator[Triple]:
    itself = _series()
    yield Triple(itself, RDF.type, DCAT.DatasetSeries)
    yield from _titled(itself, SERIES, {})
    yield from _published(itself)


def statements(found: DumpSet) -> Iterator[Triple]:
    """What is said of a set. One whose files are gone has no distributions any more."""
    itself = node(found)
    yield Triple(itself, RDF.type, DCAT.Dataset)
    yield Triple(itself, RDF.type, VOID.Dataset)
    yield Triple(itself, DCAT.inSeries, _series())
    yield from _whole()
    yield Triple(itself, DCAT.version, Literal(str(found.number)))
    yield from _titled(itself, TITLE, {"number": found.number})
    yield from _published(itself)
    yield Triple(itself, DCT.issued, moments.literal(found.made))
    yield Triple(itself, DCT.bibliographicCitation, Literal(text(reference(found, TITLE % {"number": found.number}))))
    yield from _sources(found)
    if found.removed is None:
        for file in found.files:
            yield from _distribution(found, file)


def data_dumps() -> Iterator[NamedNode]:
    """The addresses of the newest files with statements."""
    newest = kept().latest()
    if newest is not None:
        yield from (_address(newest, file) for file in newest.files if file.media_type != CSV.media_type)


def _titled(itself: NamedNode, title: str, values: dict[str, object]) -> Iterator[Triple]:
    for code, texts in portal().languages.catalogues.items():
        yield Triple(itself, DCT.title, Literal(texts.gettext(title) % values, language=code))
        yield Triple(itself, DCT.description, Literal(texts.gettext(DESCRIPTION), language=code))


def _published(itself: NamedNode) -> Iterator[Triple]:
    for triple in catalogue.publisher():
        yield triple
        if triple.predicate == RDF.type:
            yield Triple(itself, DCT.publisher, triple.subject)


def _sources(found: DumpSet) -> Iterator[Triple]:
    """Whose descriptions are in it, and on which terms they may be used."""
    yield from licensing.terms().statements(node(found))
    for name, told in found.sources.items():
        source = portal().iris.described_source(name)
        yield Triple(node(found), PROV.hadPrimarySource, source)
        yield Triple(source, DCT.title, Literal(name))
        yield from Terms.of(told, licensing.terms()).statements(source)


def _distribution(found: DumpSet, file: File) -> Iterator[Triple]:
    itself, checksum = NamedNode(f"{node(found).value}#{file.name}"), BlankNode()
    media_type = NamedNode(MEDIA_TYPES + file.media_type)
    file_type = AUTHORITY[f"file-type/{_FILE_TYPES[file.media_type]}"]
    yield Triple(node(found), DCAT.distribution, itself)
    yield Triple(itself, RDF.type, DCAT.Distribution)
    yield Triple(itself, DCT.title, Literal(file.name))
    yield Triple(itself, DCAT.accessURL, node(found))
    yield Triple(itself, DCAT.downloadURL, _address(found, file))
    yield Triple(itself, DCAT.mediaType, media_type)
    yield Triple(itself, DCAT.compressFormat, _GZIP)
    for each in (media_type, _GZIP):
        yield Triple(each, RDF.type, DCT.MediaType)
    yield Triple(itself, DCT["format"], file_type)
    yield Triple(file_type, RDF.type, DCT.MediaTypeOrExtent)
    yield Triple(file_type, SKOS.inScheme, AUTHORITY["file-type"])
    yield Triple(itself, DCAT.byteSize, Literal(file.size))
    yield Triple(itself, DCT.issued, moments.literal(found.made))
    yield Triple(itself, SPDX.checksum, checksum)
    yield Triple(checksum, RDF.type, SPDX.Checksum)
    yield Triple(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    yield Triple(checksum, SPDX.checksumValue, Literal(file.sha256, datatype=XSD.hexBinary))
    if file.media_type != CSV.media_type:
        yield Triple(node(found), VOID.dataDump, _address(found, file))


def _address(found: DumpSet, file: File) -> NamedNode:
    return NamedNode(f"{node(found).value}/{file.name}")
