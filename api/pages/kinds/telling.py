"""What one record says, read once for its page, and what the page of any record tells of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final

from markupsafe import Markup
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Triple

from api.contexts.pages import Beside, Fact, Form, Picture, Text
from api.contexts.records import Described, Group
from api.harvest import schema_org
from api.harvest.signposting import permanent
from api.pages import mapping, pictures
from api.pages.judgements import validity
from api.pages.kinds.contact import mailbox_of
from api.pages.kinds.grouping import grouped
from api.portal import gettext, portal, presenter, urls, view
from api.presenting import beside
from api.presenting.citations import FORMS, Reference, doi_of
from api.presenting.filters import shortened
from api.presenting.presentation import Presenter, Statements, by_property, by_subject, cut
from api.presenting.properties import ANY, ONE_OF
from graph.ledger import Entry
from graph.moments import latest
from graph.record import PAGED
from loaders.records import LAST_SEEN, has_record, record_iri
from queries.outlines import DATES, DESCRIPTIONS
from vocabularies.namespaces import ADMS, DCAT, DCT, OWL, PROV

MOST: Final = 20_000
"""Statements of a record that a page reads: a catalogue may name 100,000 datasets."""

_LONGEST: Final = 20_000
"""Characters of descriptions that a page tells, all together."""
_LONGEST_CITED: Final = 1_000
"""Characters of a title or a version where it is cited."""
_AUTHORS: Final = 50
"""Authors of a citation."""
_TITLES: Final = 60
"""Titles in other languages that a page tells."""

_VERSIONS: Final = (DCAT.version, OWL.versionInfo)
_SELF_EVIDENT: Final = frozenset({"organisations", "certificates"})
"""Kinds that nobody expects a description of."""
_ADDRESSED: Final = {
    "cores": ("cores/coverage", "core"),
    "assets": ("assets/versions", "asset"),
}
"""The question of the library behind the page of a kind, and its parameter; other pages have one by IRI."""


Object = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Told:
    """A record with its blank nodes, as a reader is told it."""

    entry: Entry
    shown: Presenter
    statements: Statements

    @classmethod
    def of(cls, entry: Entry) -> "Told":
        return cls(entry, presenter(), by_subject(view().closure(NamedNode(entry.iri), MOST)))

    @cached_property
    def node(self) -> NamedNode:
        return NamedNode(self.entry.iri)

    @cached_property
    def said(self) -> Mapping[NamedNode, Sequence[Object]]:
        """What the record says of itself, by property."""
        return by_property((each.predicate, each.object) for each in self.statements.get(self.node, ()))

    def things(self, *predicates: NamedNode) -> list[NamedNode]:
        """Values of these properties, property by property, each once."""
        found = [each for by in predicates for each in sorted(self.said.get(by, ()), key=str)]
        return [each for each in dict.fromkeys(found) if isinstance(each, NamedNode)]

    def texts(self, *predicates: NamedNode) -> list[str]:
        return [each.value for by in predicates for each in self.said.get(by, ()) if isinstance(each, Literal)]

    @cached_property
    def titles(self) -> tuple[Text, tuple[Text, ...]]:
        return self.shown.titles(self.entry.iri)

    @cached_property
    def heading(self) -> Text:
        return cut(self.titles[0])

    @cached_property
    def descriptions(self) -> tuple[Text, ...]:
        return tuple(self.shown.texts(self.shown.first(self.entry.iri, DESCRIPTIONS), whole=True))

    @cached_property
    def shown_descriptions(self) -> tuple[Text, ...]:
        """As much of the descriptions as a page tells, with their paragraphs."""
        told, room = list[Text](), _LONGEST
        for each in self.descriptions:
            if room <= 0:
                break
            told.append(beginning(each, room))
            room -= len(each.value)
        return tuple(told)

    @cached_property
    def picture(self) -> Picture | None:
        return pictures.of_record(self.entry.kind, self.entry.iri)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        return self.shown.facts(self.statements, self.node)


def beginning(text: Text, length: int) -> Text:
    """The text, with its paragraphs, to the last space within that length; to the last character without one."""
    if len(text.value) <= length:
        return text
    head = text.value[:length]
    return replace(text, value=(head[: head.rfind(" ")] if " " in head else head) + " …")


def described(
    told: Told, parts: Sequence[NamedNode] = (), without: Collection[str] = (), notes: Sequence[str] = ()
) -> Described:
    """What any page of a record tells; its fields but for those told elsewhere on it."""
    entry, title = told.entry, told.titles[0]
    whole = () if told.heading == title else (beginning(title, _LONGEST),)
    facts = [fact for fact in told.facts if fact.hint not in without and not _repeated(fact, entry.iri)]
    page = urls().record(entry)
    judged = [entry.iri, *(part.value for part in parts)] if entry.kind in PAGED else []
    return Described(
        kind=entry.kind,
        kind_name=gettext(ONE_OF.get(entry.kind, ANY)),
        title=told.heading,
        descriptions=told.shown_descriptions,
        other_titles=(*whole, *map(cut, told.titles[1][:_TITLES])),
        iri=entry.iri,
        groups=tuple(_with_map(told, group) for group in grouped(fact for fact in facts if not fact.plain)),
        others=tuple(fact for fact in facts if fact.plain),
        source=entry.source,
        source_href=urls().page(f"/sources/{entry.source}"),
        first_seen=entry.first_seen,
        changed=entry.changed,
        last_seen=last_seen(entry),
        understood=f"{page}/record" if has_record(entry) else "",
        statements=urls().page("/resource", [("iri", entry.iri)]),
        validity=validity(judged, f"{page}/report") if judged else None,
        claimants=tuple(_claimants(told.node)),
        notes=(*_missing(told), *notes),
        picture=told.picture,
    )


def _with_map(told: Told, group: Group) -> Group:
    """A map goes where the places are told."""
    if any(fact.hint == DCT.spatial.value for fact in group.facts):
        return replace(group, map=mapping.of_spatial(told.statements, told.said.get(DCT.spatial, ()), group.facts))
    return group


def _repeated(fact: Fact, iri: str) -> bool:
    """Whether it is an identifier that only says the IRI again, which every page tells."""
    return fact.hint == DCT.identifier.value and {value.text.value for value in fact.values} == {iri}


def _claimants(node: NamedNode) -> list[str]:
    """Who else says something of it: the sources in whose graph of claims it is a subject."""
    store, iris = view().store, portal().iris
    return [
        name
        for name in sorted(view().generation.manifest.sources)
        if next(store.quads_for_pattern(node, None, None, iris.claims(name)), None) is not None
    ]


def _missing(told: Told) -> list[str]:
    """What a page says in words where a record says nothing."""
    notes = []
    if told.titles[0].value == told.entry.iri:
        notes.append(gettext("This has no title; it is shown by its address."))
    if told.titles[0].reduced:
        notes.append(gettext("Signs that cannot be seen, or that hide others, were left out of the title."))
    if not told.descriptions and told.entry.kind not in _SELF_EVIDENT:
        notes.append(gettext("There is no description."))
    if pictures.is_left_out(told.entry.kind, told.entry.iri):
        notes.append(gettext("A picture is left out: its address gives none that can be shown here."))
    if (
        sum(map(len, told.statements.values())) >= MOST
        or told.shown_descriptions != told.descriptions
        or len(told.titles[1]) > _TITLES
    ):
        notes.append(gettext("There is more than is shown here; the query has it all."))
    return notes


def structured(told: Told) -> Markup:
    """What the page says to search engines; empty for what schema.org has no class for."""
    return schema_org.embedded(told.entry, told.statements) or schema_org.thing(
        told.entry, told.heading.value, beside.summary(_description(told)), told.titles[1]
    )


def beside_of(told: Told) -> Beside:
    """The question behind the page, how to cite it, and whom to tell of a problem."""
    entry = told.entry
    page = urls().absolute(urls().record(entry)) if entry.kind in PAGED else entry.iri
    found, picture = reference(told), told.picture
    return Beside(
        summary=beside.summary(_description(told)),
        query=_question(entry),
        problem=beside.problem(told.heading.value, page, entry.iri, mailbox_of(told.said, entry.iri)),
        cited=beside.cited(found, _forms(entry)),
        kind="article" if entry.kind == "reuses" else "website",
        picture=urls().absolute(picture.largest) if picture else "",
    )


def _description(told: Told) -> str:
    return told.descriptions[0].value if told.descriptions else ""


def _question(entry: Entry) -> str:
    if entry.kind in _ADDRESSED:
        name, parameter = _ADDRESSED[entry.kind]
        return beside.question(name, **{parameter: entry.iri})
    return beside.of_resource(entry.iri)


def reference(told: Told) -> Reference:
    """The record as it is cited."""
    entry = told.entry
    who = told.things(DCT.creator) or told.things(DCT.publisher)
    versions = told.texts(*_VERSIONS)
    identifiers = [entry.iri, *told.texts(DCT.identifier), *(one.value for one in told.things(ADMS.identifier))]
    return Reference(
        key=entry.key or "",
        title=shortened(told.titles[0].value, _LONGEST_CITED),
        address=permanent(entry) if entry.kind in PAGED else entry.iri,
        authors=tuple(told.shown.label(one.value).value for one in who[:_AUTHORS]),
        date=latest(told.texts(*DATES)) or f"{entry.changed:%Y-%m-%d}",
        version=shortened(versions[0], _LONGEST_CITED) if versions else "",
        container=portal().settings.title,
        doi=doi_of(*identifiers),
        kind="dataset" if entry.kind in {"datasets", "inventory", "series"} else "webpage",
    )


def _forms(entry: Entry) -> list[Form]:
    """None for a part of records, which has no address of its own in any list."""
    if entry.kind not in PAGED:
        return []
    here = urls().record_path(entry)
    return [Form(form.label, urls().resource(f"{here}/citation.{form.extension}"), form.media_type) for form in FORMS]


def last_seen(entry: Entry) -> datetime | None:
    """When the source last had this: at its last whole harvest, or at a later one of a part of it."""
    iris, store = portal().iris, view().store
    whole = NamedNode(f"{iris.described_source(entry.source).value}#harvest")
    said = (
        *store.quads_for_pattern(NamedNode(record_iri(iris, entry)), LAST_SEEN, None, iris.records),
        *store.quads_for_pattern(whole, PROV.endedAtTime, None, iris.provenance),
    )
    moments = (datetime.fromisoformat(quad.object.value) for quad in said if isinstance(quad.object, Literal))
    return max(moments, default=None)


def values(subject: NamedNode | BlankNode, predicate: NamedNode) -> list[NamedNode]:
    """What the published data says of a thing by a property, in order."""
    quads = view().store.quads_for_pattern(subject, predicate, None, DefaultGraph())
    return sorted((quad.object for quad in quads if isinstance(quad.object, NamedNode)), key=str)
