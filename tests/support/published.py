"""Data directories with a published generation, as small as a test needs them."""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store

TITLE = NamedNode("http://purl.org/dc/terms/title")
BYTE_SIZE = NamedNode("http://www.w3.org/ns/dcat#byteSize")
RELATION = NamedNode("http://purl.org/dc/terms/relation")
CATALOGUE = NamedNode("http://example.org/catalogue")
GENERATION = NamedNode("http://example.org/generation")
NON_NEGATIVE = NamedNode("http://www.w3.org/2001/XMLSchema#nonNegativeInteger")


def dataset(number: int) -> NamedNode:
    return NamedNode(f"http://example.org/dataset/{number}")


def quads(size: int, generation: int) -> Iterable[Quad]:
    """`size` datasets with a title and a size; one in a named graph; and the generation's number."""
    for number in range(size):
        yield Quad(dataset(number), TITLE, Literal(f"Title {number}", language="en"))
        yield Quad(dataset(number), BYTE_SIZE, Literal("5", datatype=NON_NEGATIVE))
    yield Quad(dataset(0), TITLE, Literal("Elsewhere"), NamedNode("http://example.org/graph"))
    yield Quad(CATALOGUE, GENERATION, Literal(generation))


def chain(size: int) -> Iterable[Quad]:
    """Each dataset names the next: long paths, and very many of them."""
    for number in range(size - 1):
        yield Quad(dataset(number), RELATION, dataset(number + 1))


def publish(data: Path, number: int, statements: Iterable[Quad]) -> None:
    """Make a generation as `graph.generations` lays it out, and let `current` point to it."""
    folder = data / "generations" / f"{number:06d}"
    folder.mkdir(parents=True)
    store = Store(str(folder / "store"))
    store.bulk_extend(statements)
    store.flush()
    del store
    (folder / "manifest.json").write_text("{}")
    link = data / f".current-{number}"
    link.symlink_to(Path("generations") / folder.name)
    link.replace(data / "current")
