"""The metadata formats of OAI-PMH: what each is called, and a resource told in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from pyoxigraph import NamedNode

from api import answers
from api.harvest import profiles
from api.harvest.oai.dublin_core import dublin_core
from api.portal import portal, view
from graph.formats import RDF_XML
from queries.changes import Item
from queries.closures import full_closure
from queries.extracts import Extract
from shapes.profiles import Profile
from vocabularies.namespaces import OAI_DC, OAI_PMH, RDF

DCAT_AP_HVD: Final = "dcat_ap_hvd"


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    prefix: str
    schema: str
    namespace: str
    write: Callable[[Item], str]


def _as_dublin_core(item: Item) -> str:
    return dublin_core(item.iri, item.kind, full_closure(view().store, NamedNode(item.iri)), view().labels)


def _as_rdf(profile: Profile, item: Item) -> str:
    """RDF/XML without the line that declares it XML, for it stands within another document."""
    among = view().high_value if profile == profiles.HVD else None
    extract = Extract(view().store, f"{portal().iris.base}/", profile.name, view().stub, among)
    extract.add(NamedNode(item.iri))
    return answers.serialised(extract.statements(), RDF_XML).decode().partition("?>\n")[2]


FORMATS: Final[Mapping[str, MetadataFormat]] = {
    each.prefix: each
    for each in (
        MetadataFormat("oai_dc", f"{OAI_PMH}oai_dc.xsd", OAI_DC, _as_dublin_core),
        MetadataFormat("dcat_ap", f"{OAI_PMH}rdf.xsd", RDF.prefix, partial(_as_rdf, profiles.OFFERED[0])),
        MetadataFormat(DCAT_AP_HVD, f"{OAI_PMH}rdf.xsd", RDF.prefix, partial(_as_rdf, profiles.HVD)),
    )
}
"""What is told in RDF can be judged by itself, as a page of the catalogue can; in the last, of high value alone."""


def metadata(item: Item, prefix: str) -> str:
    return FORMATS[prefix].write(item)
