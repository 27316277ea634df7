"""The metadata formats of OAI-PMH: what each is called, and a resource told in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Triple

from api import answers
from api.harvest.oai.dublin_core import dublin_core
from api.portal import view
from graph.formats import RDF_XML
from queries.changes import Item
from queries.closures import full_closure
from vocabularies.namespaces import OAI_DC, OAI_PMH, RDF

DCAT_AP_HVD: Final = "dcat_ap_hvd"


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    prefix: str
    schema: str
    namespace: str
    write: Callable[[Item, list[Triple]], str]


def _as_dublin_core(item: Item, triples: list[Triple]) -> str:
    return dublin_core(item.iri, item.kind, triples, view().labels)


def _as_rdf(_item: Item, triples: list[Triple]) -> str:
    """RDF/XML without the line that declares it XML, for it stands within another document."""
    return answers.serialised(triples, RDF_XML).decode().partition("?>\n")[2]


FORMATS: Final[Mapping[str, MetadataFormat]] = {
    each.prefix: each
    for each in (
        MetadataFormat("oai_dc", f"{OAI_PMH}oai_dc.xsd", OAI_DC, _as_dublin_core),
        MetadataFormat("dcat_ap", f"{OAI_PMH}rdf.xsd", RDF.prefix, _as_rdf),
        MetadataFormat(DCAT_AP_HVD, f"{OAI_PMH}rdf.xsd", RDF.prefix, _as_rdf),
    )
}
"""The one of high-value datasets is the same, and tells of those alone."""


def metadata(item: Item, prefix: str) -> str:
    return FORMATS[prefix].write(item, full_closure(view().store, NamedNode(item.iri)))
