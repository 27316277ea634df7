"""The example as harvesters and search engines walk it: every page of every syntax, every address, every link."""

import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Dataset, NamedNode, RdfFormat, parse
from rdflib import Dataset as RdflibDataset

from api.settings import Settings
from api.wiring import pipeline
from graph.formats import RDF_FORMATS, RdfForm
from graph.generations import Generations
from graph.iris import Iris
from loaders.pipeline import Order
from loaders.records import DELETED
from tests.support.portal import EXAMPLE, portal, publish
from tests.support.ports import free_port
from tests.support.served import server
from vocabularies.namespaces import ADMS, FOAF, HYDRA

BASE = "http://127.0.0.1:8000"
LINK = re.compile(r'<([^>]*)>; rel="[a-z-]+"(?:; type="([^"]*)")?(?:; hreflang="([^"]*)")?')


@pytest.mark.filterwarnings("ignore:(Dataset.|ConjunctiveGraph):DeprecationWarning")  # of rdflib, about itself
@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.extension)
def test_rdflib_and_pyoxigraph_read_the_same_from_every_page(client: FlaskClient, form: RdfForm) -> None:
    path, seen = f"/catalogue.{form.extension}?limit=25", 0
    while path:
        answer = client.get(path)
        assert answer.status_code == 200
        read = Dataset(parse(answer.data, RdfFormat.from_media_type(answer.mimetype or "")))
        other = RdflibDataset(default_union=True)
        other.parse(data=answer.data, format=answer.mimetype)
        assert len(other) == len(read) > 100
        following = [quad.object.value for quad in read if quad.predicate == HYDRA.next]
        path = following[0].removeprefix(BASE) if following else ""
        seen += 1
    assert seen == 3


@pytest.mark.prove
def test_every_address_of_the_sitemap_answers_and_so_does_every_link_of_its_headers(tmp_path: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    settings = Settings(data=tmp_path / "data", base=base, isolation_required=False)
    pipeline(settings).load(Order([str(EXAMPLE)], "example"))
    with server(settings.data, base=base, port=port), closing(Walker(base)) as walker:
        found = list(walker.addresses())
        assert len(found) > 100
        targets = {link for path in found for link in walker.links(path)}
        assert len(targets) > len(found)
        for target, media_type, language in sorted(targets):
            reached = walker.get(target, media_type or "*/*", language.replace("x-default", "") or "en")
            assert reached.status == 200, target
            assert media_type in ("", reached.headers.get_content_type()), target


class Walker:
    """Asks a portal on a connection of its own, and follows where it is sent."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._connection = HTTPConnection(urlsplit(base).netloc, timeout=30)
        self.body = b""

    def close(self) -> None:
        self._connection.close()

    def get(self, address: str, accept: str = "text/html", language: str = "en") -> HTTPResponse:
        for _ in range(3):
            path = address.removeprefix(self._base) or "/"
            self._connection.request("GET", path, headers={"Accept": accept, "Accept-Language": language})
            answer = self._connection.getresponse()
            self.body = answer.read()
            if answer.status not in {301, 302, 303, 308}:
                break
            address = answer.headers["Location"]
        return answer

    def addresses(self) -> Iterator[str]:
        for part in self._located("/sitemap.xml"):
            yield from self._located(part)

    def _located(self, address: str) -> list[str]:
        self.get(address, "application/xml")
        found = ET.fromstring(self.body)  # noqa: S314  our own
        return [each.text or "" for each in found.iter() if each.tag.endswith("}loc")]

    def links(self, address: str) -> set[tuple[str, str, str]]:
        """Where the headers of an address lead within the portal, with media type and language."""
        answer = self.get(address)
        assert answer.status == 200, address
        found = {(one[1], one[2] or "", one[3] or "") for one in LINK.finditer(answer.headers["Link"])}
        return {one for one in found if one[0] == self._base or one[0].startswith(f"{self._base}/")}


def test_every_link_of_the_headers_of_harvests_resolves(client: FlaskClient) -> None:
    for path in ("/catalogue?limit=9&page=2", "/catalogue/hvd.rdf?limit=3", "/catalogue.ttl?theme=ENVI", "/feed.atom"):
        answer = client.get(path, headers={"Accept": "text/turtle"})
        links = [(one[1], one[2] or "") for one in LINK.finditer(answer.headers["Link"])]
        assert len(links) > 1, path
        for target, media_type in links:
            if target.startswith(BASE):
                accept = {"Accept": media_type or "text/turtle"}
                found = client.get(target.removeprefix(BASE), headers=accept, follow_redirects=True)
                assert found.status_code == 200, (path, target)


def test_every_tombstone_answers_that_it_is_one(tmp_path: Path) -> None:
    publish(tmp_path / "data", EXAMPLE)
    publish(tmp_path / "data", EXAMPLE / "organisations.ttl", EXAMPLE / "environment.ttl")
    with portal(tmp_path / "data") as client, Generations(tmp_path / "data").current() as generation:
        graph = Iris(generation.manifest.base).changes
        buried = [one.subject for one in generation.store.quads_for_pattern(None, ADMS.status, DELETED, graph)]
        assert len(buried) > 50
        for record in buried:
            assert isinstance(record, NamedNode)
            path = record.value.removeprefix(BASE).partition("#")[0]
            topics = generation.store.quads_for_pattern(record, FOAF.primaryTopic, None, graph)
            (topic,) = [quad.object for quad in topics]
            for accept in ("text/html", "text/turtle"):
                answer = client.get(path, headers={"Accept": accept}, follow_redirects=True)
                assert answer.status_code == 410, path
                assert str(getattr(topic, "value", "")) in answer.text.replace("&#39;", "'")
