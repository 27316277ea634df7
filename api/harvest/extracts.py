"""One resource in a profile: with all that belongs to it, and enough of what it names to be judged by itself."""

from collections.abc import Iterable

from pyoxigraph import NamedNode

from api.harvest import catalogue, profiles
from api.portal import portal, view
from graph.serialise import Row
from queries.extracts import Extract
from shapes.profiles import Profile


def of_record(iri: str, profile: Profile) -> Iterable[Row]:
    """A record as the pages of the catalogue tell it, and where its description is from."""
    among = view().high_value if profile == profiles.HVD else None
    licences = {node.value: its.licence for node, its in catalogue.terms_of_sources() if its.licence}
    model = profiles.model_of(profile)
    extract = Extract(view().store, f"{portal().iris.base}/", model, view().stub, among, licences)
    extract.add(NamedNode(iri))
    return profiles.becoming(profile, extract.statements(), [f"<{iri}>"])
