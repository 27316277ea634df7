"""On which terms the metadata of a source may be used: its licence, and whom to name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from vocabularies.namespaces import AUTHORITY, DCT, FOAF, PROV, RDF, RDFS

STATING: Final = frozenset({DCT.license, DCT.rights, PROV.wasAttributedTo})
"""The properties that state terms."""

_CODE: Final = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is empty was not stated."""

    licence: str = ""
    """An IRI."""
    attribution: str = ""
    """Whom users of the metadata are to name, as a text."""

    @classmethod
    def of(cls, state: Mapping[str, Any], default: "Terms") -> Self:
        """Those that the state of a source in a manifest has, the portal's for what it does not state."""
        return cls(state.get("licence") or default.licence, state.get("attribution") or default.attribution)

    def statements(self, subject: NamedNode) -> Iterator[Triple]:
        """The same about a catalogue, a source or a dump."""
        if self.licence:
            yield Triple(subject, DCT.license, NamedNode(self.licence))
        if self.attribution:
            rights, agent = BlankNode(), BlankNode()
            yield Triple(subject, DCT.rights, rights)
            yield Triple(rights, RDF.type, DCT.RightsStatement)
            yield Triple(rights, RDFS.label, Literal(self.attribution))
            yield Triple(subject, PROV.wasAttributedTo, agent)
            yield Triple(agent, RDF.type, PROV.Agent)
            yield Triple(agent, FOAF.name, Literal(self.attribution))


def licence_iri(text: str) -> str:
    """The IRI of a licence, given as one or as a code of the Union's table: `CC_BY_4_0`. Raises ValueError."""
    wanted = text.strip()
    return AUTHORITY[f"licence/{wanted.upper()}"].value if _CODE.fullmatch(wanted) else NamedNode(wanted).value
