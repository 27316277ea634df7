"""The search index inside queries: always that of the generation that answers."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.readers import Readers
from api.sparql.federation import Endpoints, FederatingClient
from api.sparql.fulltext import Indexes, names
from graph.errors import QueryServiceFailed
from graph.generations import Generations
from graph.iris import Iris
from graph.serving.broker import start
from graph.serving.client import Answer
from graph.serving.messages import Foreign, Need, Question, Search
from graph.serving.options import BrokerOptions
from loaders.fetch import Fetcher
from tests.support.portal import publish

OPTIONS = BrokerOptions(seconds=20, memory=1 << 30, workers=1, base="http://127.0.0.1:8000/sparql")
DATASET = """<https://data.example.org/{name}> a <http://www.w3.org/ns/dcat#Dataset> ;
  <http://purl.org/dc/terms/title> "Bridges of {name}"@en , "Ponts de {name}"@fr .
"""
QUERY = b"""PREFIX search: <https://w3id.org/catalograph/search/>
SELECT ?dataset ?title {
  SERVICE <https://w3id.org/catalograph/search> { ?dataset search:query "bridges" ; search:kind "datasets" }
  ?dataset <http://purl.org/dc/terms/title> ?title FILTER(LANG(?title) = "en")
} ORDER BY ?dataset"""


class Flipping(Indexes):
    """Publishes a generation when it is asked first, once the workers have moved on."""

    def __init__(self, data: Path, file: Path) -> None:
        super().__init__(Readers(Generations(data)))
        self._data = data
        self._file = file
        self.client: FederatingClient | None = None
        self.asked: list[int] = []

    def rows(self, generation: int, search: Search, asked: str) -> bytes:
        self.asked.append(generation)
        found = super().rows(generation, search, asked)
        if len(self.asked) == 1 and self.client is not None:
            self._file.write_text(DATASET.format(name="a") + DATASET.format(name="b"))
            published = publish(self._data, self._file)
            until = time.monotonic() + 15
            while self.client.ask(Question(b"ASK {}"), "other").generation < published and time.monotonic() < until:
                time.sleep(0.05)
        return found


@pytest.fixture
def flipping(tmp_path: Path) -> Iterator[Flipping]:
    data, file = tmp_path / "data", tmp_path / "some.ttl"
    file.write_text(DATASET.format(name="a"))
    publish(data, file)
    with start(data, OPTIONS) as broker:
        indexes = Flipping(data, file)
        foreign = Foreign((), names(Iris("http://127.0.0.1:8000")), 100)
        client = FederatingClient(broker.socket_path, OPTIONS, foreign, Endpoints((), Fetcher(tmp_path)), indexes)
        indexes.client = client
        yield indexes
        client.close()


def _found(answer: Answer) -> list[str]:
    return [row["dataset"]["value"].rpartition("/")[2] for row in json.loads(answer.body)["results"]["bindings"]]


def test_a_generation_published_in_between_is_asked_again(flipping: Flipping) -> None:
    assert flipping.client is not None
    answer = flipping.client.ask(Question(QUERY), "one")
    assert flipping.asked == [1, 2]
    assert answer.generation == 2
    assert _found(answer) == ["a", "b"]


def test_a_dataset_is_found_by_the_name_of_its_publisher_as_on_pages(tmp_path: Path) -> None:
    file = tmp_path / "some.ttl"
    office = "<https://data.example.org/office>"
    file.write_text(f"""{DATASET.format(name="a")}
    <https://data.example.org/a> <http://purl.org/dc/terms/publisher> {office} .
    {office} a <http://xmlns.com/foaf/0.1/Agent> ; <http://xmlns.com/foaf/0.1/name> "Office of Inland Waterways"@en .
    """)
    publish(tmp_path / "data", file)
    indexes = Indexes(Readers(Generations(tmp_path / "data")))
    search = Search("bridges waterways", "datasets", "", 10, {"thing": "d"})
    assert b"https://data.example.org/a" in indexes.rows(1, search, "https://w3id.org/catalograph/search")


def test_an_index_that_cannot_be_read_is_told_without_its_place(tmp_path: Path) -> None:
    indexes = Indexes(Readers(Generations(tmp_path)))
    with pytest.raises(QueryServiceFailed, match="generation 7 has no search index that can be read") as caught:
        indexes.rows(7, Search("x", "", "", 1, {"thing": "d"}), "https://w3id.org/catalograph/search")
    assert str(tmp_path) not in str(caught.value)


def test_what_is_not_on_the_list_is_not_asked_whatever_a_worker_says(tmp_path: Path) -> None:
    need = Need("http://127.0.0.1:9/sparql", silent=False, line=1, column=1, query="SELECT * {}")
    with pytest.raises(QueryServiceFailed, match="not on this portal's list"):
        Endpoints(("http://127.0.0.1:8/sparql",), Fetcher(tmp_path, allow_private_addresses=True)).ask(need, 1)
