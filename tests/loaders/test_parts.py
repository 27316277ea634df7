import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.indexing.document import Document, Part, Reading
from loaders import parts
from loaders.parts import Parts

BASE = "http://example.org/"
DISTRIBUTION = "http://www.w3.org/ns/dcat#distribution"
FORMAT, TITLE = "http://purl.org/dc/terms/format", "http://purl.org/dc/terms/title"


def dataset(number: int, files: int) -> Reading:
    iri = f"{BASE}{number}"
    lines = [f'<{iri}> <{TITLE}> "Dataset"@en .\n']
    lines += [f"<{iri}> <{DISTRIBUTION}> <{iri}/{file}> .\n" for file in range(files)]
    return Reading.of(iri, "datasets", "source", "".join(lines).encode())


def part(number: int, file: int) -> tuple[str, Part]:
    iri = f"{BASE}{number}/{file}"
    block = f'<{iri}> <{FORMAT}> <{BASE}format/{file}> .\n<{iri}> <{TITLE}> "File {file}"@en .\n'
    return iri, Part.read(iri, block.encode())


def formats(document: Document) -> list[str]:
    return [value.removeprefix(f"{BASE}format/") for facet, value in document.facets if facet == "format"]


@settings(deadline=None)
@given(order=st.permutations([(number, file) for number in range(4) for file in range(-1, 2)]))
def test_in_whatever_order_they_come_a_dataset_has_what_its_distributions_have(order: list[tuple[int, int]]) -> None:
    written: list[Document] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "WAITING", 2)
        with Parts(lambda document, _new: written.append(document)) as joined:
            for number, file in order:
                if file < 0:
                    joined.put(dataset(number, 2), new=True)
                else:
                    joined.add(*part(number, file))
            assert joined.settle() == ([], [])
    assert sorted(document.iri for document in written) == [f"{BASE}{number}" for number in range(4)]
    for document in written:
        assert formats(document) == ["0", "1"]
        assert dict(document.texts)["text_en"] in ("File 0\nFile 1", "File 1\nFile 0")


def test_what_does_not_come_is_told_and_what_nobody_asked_for() -> None:
    written: list[Document] = []
    with Parts(lambda document, _new: written.append(document)) as joined:
        joined.put(dataset(1, 2), new=False)
        joined.add(*part(1, 1))
        joined.add(*part(2, 0))
        assert joined.settle() == ([(f"{BASE}1", f"{BASE}1/0")], [f"{BASE}2/0"])
        assert joined.settle() == ([], [])
    assert [formats(document) for document in written] == [["1"]]


def test_two_datasets_may_share_a_distribution() -> None:
    written: list[Document] = []
    shared = f"<{BASE}b> <{DISTRIBUTION}> <{BASE}1/0> .\n".encode()
    with Parts(lambda document, _new: written.append(document)) as joined:
        joined.put(dataset(1, 1), new=True)
        joined.put(Reading.of(f"{BASE}b", "datasets", "source", shared), new=True)
        joined.add(*part(1, 0))
    assert [formats(document) for document in written] == [["0"], ["0"]]
