"""The IRIs we mint: pages, records, named graphs, slugs. Only this module knows their form."""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from pyoxigraph import NamedNode

from graph.record import DATASETS, INVENTORY, PAGED

KEY_LENGTH: Final = 8
"""Characters of base32 at the end of a slug: 40 bits of SHA-256 of the IRI."""

LONG_KEY: Final = 2 * KEY_LENGTH
"""Characters where nobody may make two IRIs meet: 80 bits."""

_LENGTHS: Final = (KEY_LENGTH, LONG_KEY, 2 * LONG_KEY)
"""Longer keys are those of IRIs that we minted, and of who comes second where two have the same short one."""

_WORDS: Final = 8
_LONGEST_WORDS: Final = 100
"""Characters of a slug before the key: a title may be one word of thousands."""
_SLUG: Final = re.compile(rf"(?:.*-)?({'|'.join(f'[a-z2-7]{{{length}}}' for length in _LENGTHS)})\Z", re.DOTALL)
_OWN_WORD: Final = re.compile(
    r"/?(?:[?#]|\Z)|"  # the portal
    r"/(?:about|accessibility|ai|api|catalog|catalogue|dumps|feed|formats|graph|hvd|keywords|"
    r"languages|licences|oai|openapi|opensearch|pictures|places|problems|protected|queries|real-time|"
    r"resource|robots|search|shapes|sitemaps?|sources|sparql|standards|static|suggest|terms|"
    r"themes|void|vocabularies|-|\.well-known)(?:[./?#]|\Z)|"
    r"/.*#record\Z|"
    rf"/(?:{'|'.join(PAGED)})(?:[.?#]|/?\Z|"
    r"/[^/]+/(?:catalogue|citation|croissant|distributions|linkset|record|report)(?:[.?#]|\Z))",
    re.DOTALL,
)
"""What follows the base in an IRI of which the portal itself says all there is to say."""

_FOLDED: Final = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l"})


def key(iri: str, length: int = KEY_LENGTH) -> str:
    """The part of a slug that is looked up: base32 of the first 40 bits of SHA-256 of the IRI, lower case."""
    return base64.b32encode(hashlib.sha256(iri.encode()).digest()[: length * 5 // 8]).decode().lower()


def slug(iri: str, title: str) -> str:
    """Words of the title, a hyphen, the key: `air-quality-2024-mzxw6ytb`."""
    return _slug(title, key(iri))


def _slug(title: str, found: str) -> str:
    folded = unicodedata.normalize("NFKD", title.casefold().translate(_FOLDED))
    words = re.findall(r"[a-z0-9]+", folded.encode("ascii", "ignore").decode())
    return "-".join([*_first(words[:_WORDS]), found])


def _first(words: Sequence[str]) -> Sequence[str]:
    """As many of the words as an address has room for; of a first that is too long, its beginning."""
    ends = accumulate(len(word) + 1 for word in words)
    fitting = sum(1 for end in ends if end - 1 <= _LONGEST_WORDS)
    return words[:fitting] or [word[:_LONGEST_WORDS] for word in words[:1]]


def key_of_slug(text: str) -> str | None:
    """The key at the end of a slug; None where there is none."""
    match = _SLUG.match(text)
    return match.group(1) if match else None


def record_path(kind: str, found: str) -> str:
    """Where our dcat:CatalogRecord of a resource is.

    By its key alone, so that a new title leaves the IRI as it is; nor does it change when data is opened one day.
    """
    return f"/{DATASETS if kind == INVENTORY else kind}/{found}#record"


@dataclass(frozen=True, slots=True)
class Iris:
    """All IRIs under one base, such as `https://data.example.org` (no slash at the end)."""

    base: str

    def __post_init__(self) -> None:
        NamedNode(self.base)  # raises ValueError for what is no IRI
        if self.base.endswith("/") or "#" in self.base:
            raise ValueError(f"the base IRI {self.base!r} must end in neither a slash nor a fragment")

    def _graph(self, *parts: str) -> NamedNode:
        return NamedNode("/".join([self.base, "graph", *parts]))

    def source(self, name: str) -> NamedNode:
        """What a source says of what it owns."""
        return self._graph("source", name)

    def claims(self, name: str) -> NamedNode:
        """What a source says of what others own."""
        return self._graph("claims", name)

    def vocabulary(self, name: str) -> NamedNode:
        return self._graph("vocabulary", name)

    @property
    def records(self) -> NamedNode:
        return self._graph("records")

    @property
    def links(self) -> NamedNode:
        return self._graph("links")

    @property
    def provenance(self) -> NamedNode:
        """When each source was harvested; outside the default graph, which a load without changes leaves as it is."""
        return self._graph("provenance")

    @property
    def changes(self) -> NamedNode:
        """What is left of resources that are gone; outside the default graph, so that no count has them."""
        return self._graph("changes")

    @property
    def queries(self) -> NamedNode:
        """The questions of the library; outside the default graph, for they are no part of the catalogue."""
        return self._graph("queries")

    @property
    def quality(self) -> NamedNode:
        return self._graph("quality")

    def in_default_graph(self, graph: NamedNode) -> bool:
        """Whether the stored default graph holds what this named graph holds: sources, vocabularies, links, records."""
        prefix = f"{self.base}/graph/"
        name = graph.value.removeprefix(prefix)
        return graph.value.startswith(prefix) and name.split("/")[0] in {"source", "vocabulary", "links", "records"}

    def described_source(self, name: str) -> NamedNode:
        """A source as a thing of its own, with its page; `source(name)` is the graph of what it says."""
        return NamedNode(f"{self.base}/sources/{name}")

    @property
    def catalogue(self) -> NamedNode:
        """The dcat:Catalog of everything."""
        return NamedNode(f"{self.base}/catalogue")

    def is_own_word(self, iri: str) -> bool:
        """Whether only the portal says what this is: its catalogues, records, sources, not what it lists."""
        return iri.startswith(self.base) and _OWN_WORD.match(iri, len(self.base)) is not None

    def minted(self, source: str, collection: str, identity: str) -> str:
        """A stable IRI for what had none: 80 bits of hash, so that two things never meet in one.

        `collection` is a path (`datasets`), `identity` an identifier or a hash of the content.
        """
        digest = hashlib.sha256(f"{source}\n{collection}\n{identity}".encode()).digest()
        return f"{self.base}/{collection}/{base64.b32encode(digest[:10]).decode().lower()}"

    def page_key(self, iri: str) -> str:
        """What a record's page is looked up by: the hash in an IRI that we minted, else the key of the IRI."""
        own = iri.startswith(f"{self.base}/") and key_of_slug(iri.rpartition("/")[2])
        return own if own and len(own) > KEY_LENGTH else key(iri)

    def page_keys(self, iri: str) -> Iterator[str]:
        """What its page may be looked up by: the first of these that no other IRI has."""
        yield self.page_key(iri)
        yield from (key(iri, length) for length in _LENGTHS)

    def slug(self, iri: str, title: str, found: str | None = None) -> str:
        """The last part of the page's address: words of the title, then the key that was `found` for it."""
        return _slug(title, found or self.page_key(iri))
