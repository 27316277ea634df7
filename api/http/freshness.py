"""Whether a client's copy of an answer still is the answer: entity tags, made of what the answer depends on."""

import hashlib
import re
from functools import lru_cache
from importlib.metadata import version
from typing import Final

from api.sparql.request import SparqlRequest
from graph import manifest as manifests
from graph.generations import Generations

_CHANGING: Final = re.compile(
    rb"(?<![\w:?$/-])(?:NOW|RAND|UUID|STRUUID)\s*[(#]|(?<![\w:?$/-])SERVICE(?![\w:-])|\\u", re.IGNORECASE
)


def changing(query: bytes) -> bool:
    r"""Whether another answer may be right the next time, on the same data: by NOW, RAND, UUID, STRUUID, or SERVICE.

    A text test that sees too much rather than too little: `\u` may spell any of them.
    """
    return _CHANGING.search(query) is not None


class Editions:
    """The published generations, as far as entity tags tell them apart."""

    def __init__(self, generations: Generations, base: str) -> None:
        self._generations = generations
        self._base = base
        self._sealed = lru_cache(maxsize=4)(self._read)

    @property
    def current(self) -> int:
        """The number of the generation that readers see, 0 before there is one; costs two microseconds."""
        return self._generations.current_number() or 0

    def tag(self, request: SparqlRequest, generation: int) -> str | None:
        """The entity tag of a request's answer, without what tells codings apart.

        None where the same data may give another answer, and where the generation is gone.
        """
        if request.query is None or changing(request.query):
            return None
        try:
            sealed = self._sealed(generation)
        except OSError:
            return None
        choice, graphs = request.choice, f"{' '.join(request.default_graphs)}\n{' '.join(request.named_graphs)}"
        depends_on = f"{sealed}\n{choice.results}\n{choice.rdf}\n{graphs}\n"
        return hashlib.sha256(depends_on.encode() + request.query).hexdigest()[:32]

    def _read(self, generation: int) -> str:
        """What all answers of a generation depend on. A portal begun anew counts the same numbers again."""
        manifest = (self._generations.path(generation) / manifests.NAME).read_bytes()
        return f"{version('catalograph')}\n{self._base}\n{generation}\n{hashlib.sha256(manifest).hexdigest()}"


def entity_tag(tag: str, coding: str = "") -> str:
    """As the header ETag has it; each content coding of an answer is a representation of its own."""
    return f'"{tag}-{coding}"' if coding else f'"{tag}"'


def known(if_none_match: str, *tags: str) -> str | None:
    """The first of the tags that the client has, by the weak comparison that If-None-Match takes (RFC 9110, 13.1.2)."""
    theirs = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return next((tag for tag in tags if tag in theirs), None)
