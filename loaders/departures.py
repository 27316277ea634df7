"""What changed resources were part of before and are not any more: who harvests a part of the catalogue must learn it.

Noted while a generation is made, since the one before it may be gone when somebody asks. What is gone for good also
says in the graph whose it was, for else no query could count it.
"""

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from graph.generations import Draft, Generation
from graph.ledger import Departure
from queries.selections import memberships
from vocabularies.namespaces import DCT, FOAF, PROV


def note(draft: Draft, before: Generation) -> None:
    """Compare what changed with how it was. The changes of the draft are logged and finished, tombstones and all."""
    left = list(_left(draft, before))
    draft.ledger.depart(left)
    draft.store.extend(_attributed(draft, left))


def _left(draft: Draft, before: Generation) -> Iterator[Departure]:
    changed = dict.fromkeys(change.iri for change in draft.ledger.changes(draft.number - 1) if change.change != "added")
    was = memberships(before.store, map(before.ledger.get, changed))
    still = memberships(draft.store, map(draft.ledger.get, was))
    for iri, its in was.items():
        yield from (Departure(draft.number, iri, *each) for each in sorted(its - still.get(iri, set())))


def _attributed(draft: Draft, left: Iterable[Departure]) -> Iterator[Quad]:
    """Whose it was, of each tombstone (https://www.w3.org/TR/prov-o/#wasAttributedTo)."""
    graph = draft.iris.changes
    for one in left:
        if one.aspect == DCT.publisher.value:
            for tombstone in list(draft.store.quads_for_pattern(None, FOAF.primaryTopic, NamedNode(one.iri), graph)):
                yield Quad(tombstone.subject, PROV.wasAttributedTo, NamedNode(one.value), graph)
