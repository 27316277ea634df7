"""Documents in a profile: resources with all that belongs to them, and enough of what they name to be judged alone."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from pyoxigraph import NamedNode

from api.harvest import licensing, profiles
from api.portal import portal, view
from graph.serialise import Row
from queries.extracts import Extract
from shapes.profiles import Profile


def collecting(profile: Profile, members: Sequence[str] = ()) -> Callable[[], Extract]:
    """What makes the extracts of documents in a profile; `members`, which they will tell, are read at once."""
    among = view().high_value if profile == profiles.HVD else None
    licences = {node.value: its.licence for node, its in licensing.terms_of_sources() if its.licence}
    fetched = view().descriptions.fetched(members)
    base, model = f"{portal().iris.base}/", profiles.model_of(profile)
    return partial(Extract, view().store, base, model, view().stub, among, licences, fetched, view().parts)


def of_record(iri: str, profile: Profile) -> Iterable[Row]:
    """A record as the pages of the catalogue tell it, and where its description is from."""
    extract = collecting(profile)()
    extract.add(NamedNode(iri))
    return profiles.becoming(profile, extract.statements(), [f"<{iri}>"])
