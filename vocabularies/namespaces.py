"""Every IRI prefix the project uses, written once."""

from typing import Final

from pyoxigraph import NamedNode


class Namespace:
    """A vocabulary's IRI prefix; `DCAT.Dataset` and `DCAT["Dataset"]` are its terms."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._terms: dict[str, NamedNode] = {}

    def __getitem__(self, name: str) -> NamedNode:
        term = self._terms.get(name)
        if term is None:
            term = self._terms[name] = NamedNode(self.prefix + name)
        return term

    def __getattr__(self, name: str) -> NamedNode:
        """A term that is asked for the first time; from then on it is an attribute like others."""
        if name.startswith("__"):
            raise AttributeError(name)
        term = self.__dict__[name] = self[name]
        return term

    def __contains__(self, term: NamedNode) -> bool:
        return term.value.startswith(self.prefix)

    def local(self, term: NamedNode) -> str:
        """The part of the IRI after the prefix."""
        return term.value.removeprefix(self.prefix)


ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
AS: Final = Namespace("https://www.w3.org/ns/activitystreams#")
AT: Final = Namespace("http://publications.europa.eu/ontology/authority/")
AUTHORITY: Final = Namespace("http://publications.europa.eu/resource/authority/")
CV: Final = Namespace("http://data.europa.eu/m8g/")
DC: Final = Namespace("http://purl.org/dc/elements/1.1/")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
DCATAP: Final = Namespace("http://data.europa.eu/r5r/")
DCT: Final = Namespace("http://purl.org/dc/terms/")
DPV: Final = Namespace("https://w3id.org/dpv#")
DQV: Final = Namespace("http://www.w3.org/ns/dqv#")
ELI: Final = Namespace("http://data.europa.eu/eli/ontology#")
EUVOC: Final = Namespace("http://publications.europa.eu/ontology/euvoc#")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")
FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
GEODCATAP: Final = Namespace("http://data.europa.eu/930/")
GSP: Final = Namespace("http://www.opengis.net/ont/geosparql#")
HVD: Final = Namespace("http://data.europa.eu/bna/")
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
LDES: Final = Namespace("https://w3id.org/ldes#")
LDP: Final = Namespace("http://www.w3.org/ns/ldp#")
LOCN: Final = Namespace("http://www.w3.org/ns/locn#")
OA: Final = Namespace("http://www.w3.org/ns/oa#")
ODRL: Final = Namespace("http://www.w3.org/ns/odrl/2/")
ORG: Final = Namespace("http://www.w3.org/ns/org#")
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")
PAV: Final = Namespace("http://purl.org/pav/")
PORTAL: Final = Namespace("https://w3id.org/catalograph/")
PROV: Final = Namespace("http://www.w3.org/ns/prov#")
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA: Final = Namespace("http://schema.org/")
SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
TIME: Final = Namespace("http://www.w3.org/2006/time#")
TREE: Final = Namespace("https://w3id.org/tree#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
VOID: Final = Namespace("http://rdfs.org/ns/void#")
VOID_EXT: Final = Namespace("http://ldf.fi/void-ext#")
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES: Final[dict[str, str]] = {
    name.lower(): value.prefix for name, value in sorted(globals().items()) if isinstance(value, Namespace)
}
"""Prefix name to IRI, for serialisers and the query form."""

HVD_REGULATION: Final = NamedNode("http://data.europa.eu/eli/reg_impl/2023/138/oj")
"""The act that makes a dataset a high-value one: what its dcatap:applicableLegislation names."""

NUTS: Final = "http://data.europa.eu/nuts/code/"
COMMUNES: Final = PORTAL["commune/"].value
"""What goes before the code of a region, and of a commune of Luxembourg."""

OAI_PMH: Final = "http://www.openarchives.org/OAI/2.0/"
OAI_DC: Final = f"{OAI_PMH}oai_dc/"
ATOM: Final = "http://www.w3.org/2005/Atom"
ATOM_TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"
OPENSEARCH: Final = "http://a9.com/-/spec/opensearch/1.1/"
OPENSEARCH_SUGGESTIONS: Final = "http://www.opensearch.org/specifications/opensearch/extensions/suggestions/1.1"
XML_SCHEMA_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
"""Of XML that is no RDF."""

MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
"""What goes before a media type in the IRI that IANA gives it."""

DCAT_AP_FEEDS: Final = NamedNode("https://semiceu.github.io/LDES-DCAT-AP-feeds/shape.ttl#ActivityShape")
"""What each member of a DCAT-AP Feed conforms to."""
