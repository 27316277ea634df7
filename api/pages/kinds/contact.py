"""The mailbox that a problem of a record is reported to: that of a function, never that of a person."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from api.portal import view
from api.presenting.beside import mailbox
from vocabularies.namespaces import CV, DCAT, DCT, FOAF, RDF, SCHEMA, VCARD

_MOST: Final = 5
"""Contacts that are looked at."""
_MOST_READ: Final = 200
"""Statements of a contact that are read: a source may name anything as one."""
_ADDRESSES: Final = (VCARD.hasEmail, VCARD.email, VCARD.value, FOAF.mbox, SCHEMA.email, CV.email)
_CONTACTS: Final = (DCAT.contactPoint, CV.contactPoint)
_PUBLISHERS: Final = (DCT.publisher, SCHEMA.provider)
_NODES: Final = (VCARD.hasEmail, DCAT.contactPoint, CV.contactPoint)
_PERSONS: Final = frozenset({VCARD.Individual, FOAF.Person})

_Node = NamedNode | BlankNode


def mailbox_of(said: Mapping[NamedNode, Iterable[object]], iri: str) -> str:
    """That of its contact point, else of its publisher's or of the publisher itself; empty where nobody has one."""
    contacts = [each for by in _CONTACTS for each in said.get(by, ())]
    publishers = [each for by in _PUBLISHERS for each in said.get(by, ())]
    for node in _nodes(contacts, publishers or [NamedNode(iri)]):
        found = next(_mailboxes(node, 0), "")
        if found:
            return found
    return ""


def _nodes(*groups: Iterable[object]) -> Iterator[_Node]:
    """The first few of each group, group by group."""
    for group in groups:
        things = (each for each in group if isinstance(each, NamedNode | BlankNode))
        yield from sorted(things, key=str)[:_MOST]


def _mailboxes(node: _Node, depth: int) -> Iterator[str]:
    said = [each for each in view().closure(node, _MOST_READ) if each.subject == node]
    if any(t.predicate == RDF.type and t.object in _PERSONS for t in said):
        return
    for triple in sorted(said, key=str):
        yield from _of(triple, depth)


def _of(triple: Triple, depth: int) -> Iterator[str]:
    if triple.predicate in _ADDRESSES and isinstance(triple.object, NamedNode | Literal):
        found = mailbox(triple.object.value)
        if found:
            yield found
            return
    if triple.predicate in _NODES and depth < 2 and isinstance(triple.object, NamedNode | BlankNode):
        yield from _mailboxes(triple.object, depth + 1)
