"""What changed resources were part of before and are not any more: who harvests a part of the catalogue must learn it.

Noted while a generation is made, since the one before it may be gone when somebody asks.
"""

from collections.abc import Iterator

from graph.generations import Draft, Generation
from graph.ledger import Departure
from queries.selections import memberships


def note(draft: Draft, before: Generation) -> None:
    """Compare what changed with how it was. The changes of the draft are logged and finished."""
    draft.ledger.depart(list(_left(draft, before)))


def _left(draft: Draft, before: Generation) -> Iterator[Departure]:
    changed = dict.fromkeys(change.iri for change in draft.ledger.changes(draft.number - 1) if change.change != "added")
    was = memberships(before.store, map(before.ledger.get, changed))
    still = memberships(draft.store, map(draft.ledger.get, was))
    for iri, its in was.items():
        yield from (Departure(draft.number, iri, *each) for each in sorted(its - still.get(iri, set())))
