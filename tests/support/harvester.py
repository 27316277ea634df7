"""A harvester of OAI-PMH: it asks for parts of lists, and keeps a copy by taking what is new since it last asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient

from tests.support.oai_schema import faults
from vocabularies.namespaces import OAI_PMH


def ask(client: FlaskClient, **arguments: str) -> ET.Element:
    """A request; an underscore behind a name is for words that Python keeps."""
    answer = client.get("/oai", query_string={name.rstrip("_"): value for name, value in arguments.items()})
    assert answer.status_code == 200
    assert answer.content_type == "text/xml; charset=utf-8"
    return read(answer.data)


def read(document: bytes) -> ET.Element:
    """An answer, which must be as the schema wants it."""
    root = ET.fromstring(document)  # noqa: S314  our own
    assert faults(root) == []
    return root


def texts(root: ET.Element, name: str) -> list[str]:
    return [found.text or "" for found in root.iter(f"{{{OAI_PMH}}}{name}")]


def code(root: ET.Element) -> str | None:
    error = root.find(f"{{{OAI_PMH}}}error")
    return None if error is None else error.get("code")


def headers(root: ET.Element) -> dict[str, bool]:
    """Identifier to whether it is deleted."""
    found = root.iter(f"{{{OAI_PMH}}}header")
    return {texts(one, "identifier")[0]: one.get("status") == "deleted" for one in found}


def crawl(client: FlaskClient, verb: str, **arguments: str) -> Iterator[ET.Element]:
    """All parts of a list; none where nothing is in it."""
    while True:
        root = ask(client, verb=verb, **arguments)
        assert code(root) in {None, "noRecordsMatch"}, texts(root, "error")
        yield root
        tokens = [token for token in texts(root, "resumptionToken") if token]
        if not tokens:
            return
        arguments = {"resumptionToken": tokens[0]}


@dataclass(slots=True)
class Harvester:
    """`copy` is what it has: identifier to the record as it was told."""

    prefix: str = "dcat_ap"
    copy: dict[str, str] = field(default_factory=dict)
    since: str | None = None
    """When it was answered last, by the clock of who answered."""

    def harvest(self, client: FlaskClient) -> None:
        asked = {"metadataPrefix": self.prefix} | ({"from_": self.since} if self.since else {})
        parts = list(crawl(client, "ListRecords", **asked))
        (self.since,) = texts(parts[0], "responseDate")
        for part in parts:
            for record in part.iter(f"{{{OAI_PMH}}}record"):
                self._take(record)

    def _take(self, record: ET.Element) -> None:
        ((iri, deleted),) = headers(record).items()
        self.copy.pop(iri, None)
        if not deleted:
            self.copy[iri] = ET.tostring(record).decode()
