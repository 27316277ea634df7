"""The page of a catalogue record: what was received, by which rule it was changed, what is published, what is wrong.

What was received of a changed value is kept by validation, with the rule; what it did not change was received as it is
published. A record that was not validated tells what is published only.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Final

from flask import Response
from pyoxigraph import Literal, NamedNode, Triple

from api import answers
from api.answers import Resource
from api.contexts.pages import Beside, Text, Value
from api.contexts.records import Change, Mended, Understood, UnderstoodPage
from api.pages.items import distributions_of
from api.pages.kinds.telling import Told, last_seen
from api.pages.records import find, moved
from api.portal import gettext, language, portal, presenter, urls, view
from api.presenting.beside import question
from api.presenting.properties import KIND_NAMES, short
from graph.errors import NotFound
from graph.ledger import Entry
from graph.profile import restored
from graph.store import closure
from loaders.records import has_record
from shapes.evaluation.terms import term_of
from shapes.reporting.forms.notation import abbreviated, shown_text
from shapes.reporting.forms.style import Message, Style, entries_of
from shapes.reporting.report import Repair, Report
from shapes.results import Results
from vocabularies.namespaces import DCT, RDF

_FILES: Final = 20
"""Files that are told."""
_KEPT: Final = 100
"""Statements as received, and values changed by rules, that are told of one thing."""
_CHANGES: Final = 20

CHANGES: Final = {"added": "Added", "changed": "Changed", "removed": "Removed"}
"""What the change log says, for people."""


def understood(kind: str, slug: str) -> Response:
    """The record of a resource. Raises NotFound for what was not harvested."""
    entry = find(kind, slug)
    if not has_record(entry):
        raise NotFound("catalogue record", slug[:100])
    path = f"{urls().record_path(entry)}/record"
    if slug != urls().slug(entry) or kind != entry.kind:
        return moved(urls().page(path))
    label = presenter().label(entry.iri).value
    crumbs = ((gettext(KIND_NAMES[kind]), urls().listed(kind)), (label, urls().record(entry)))
    resource = Resource(path, view().generation.manifest.sealed_at, rdf=False, crumbs=crumbs)
    return answers.respond(answers.chosen(None, rdf=False), resource, partial(understood_page, entry), tuple)


def understood_page(entry: Entry) -> UnderstoodPage:
    told = Told.of(entry)
    parts = distributions_of(told.statements, entry.iri)
    style = Style(language(), values=10, suggestions=portal().declared.suggestions)
    with view().results() as results:
        made = tuple(_understood(results, iri, style) for iri in (entry.iri, *(one.value for one in parts[:_FILES])))
    here = urls()
    return UnderstoodPage(
        title=gettext("What we understood"),
        about=Value(told.heading, here.record(entry)),
        source=Value(Text(entry.source), here.page(f"/sources/{entry.source}")),
        first_seen=entry.first_seen,
        changed=entry.changed,
        last_seen=last_seen(entry),
        digest=entry.hash.hex(),
        changes=tuple(_changes(entry)),
        parts=made,
        more=max(0, len(parts) - _FILES),
        report=f"{here.record(entry)}/report",
        words=style.words,
        beside=Beside(query=question("catalogue/records", resource=entry.iri)),
    )


def _changes(entry: Entry) -> Iterator[Change]:
    """The last changes, the newest first."""
    for line in view().changes_of(entry.iri)[: -_CHANGES - 1 : -1]:
        yield Change(gettext(CHANGES[line.change]), line.generation, line.graph.partition("/")[2])


def _understood(results: Results | None, iri: str, style: Style) -> Understood:
    report = _report(results, iri)
    found = None if report is None else next(iter(report), None)
    repairs = found.repairs if found else ()
    kept = list(_kept(iri, repairs, style))
    return Understood(
        title=presenter().heading(iri),
        iri=iri,
        mended=tuple(_mended(each, style) for each in repairs[:_KEPT]),
        unmended=max(0, len(repairs) - _KEPT),
        kept=tuple(kept[:_KEPT]),
        more=max(0, len(kept) - _KEPT),
        flaws=_flaws(report, style),
        judged=report is not None,
    )


def _report(results: Results | None, iri: str) -> Report | None:
    """What validation says of one record; None where it was not validated."""
    if results is None or not results.judged(iri):
        return None
    declared = portal().declared
    return results.report(declared.plan, declared.profiles, lambda _: {}, record=iri)


def _flaws(report: Report | None, style: Style) -> tuple[Message, ...]:
    return () if report is None else tuple(message for one in entries_of(report, style) for message in one.messages)


def _mended(repair: Repair, style: Style) -> Mended:
    instead = repair.published_predicate
    other = instead if instead not in {None, repair.predicate} else None
    return Mended(
        field=_name(NamedNode(repair.predicate)),
        hint=repair.predicate,
        received=_spelled(repair.received, style),
        rule=rules().get(repair.rule, {}).get(language(), repair.rule),
        name=repair.rule,
        published=_spelled(repair.published, style),
        instead=_name(NamedNode(other)) if other else "",
    )


def _spelled(term: str, style: Style) -> str:
    """A term as people read it, with its label; of a blank node what was said of it."""
    return shown_text(abbreviated(term), style.words["cut"]) if term.startswith("[") else style.shown(term_of(term))


def _name(predicate: NamedNode) -> str:
    return portal().declared.label(predicate, (), language()) or short(predicate.value)


def _kept(iri: str, repairs: Sequence[Repair], style: Style) -> Iterator[tuple[str, str, str]]:
    """The statements that no rule made: field, its IRI, value."""
    made = Counter((each.published_predicate or each.predicate, each.published) for each in repairs)
    for triple in sorted(closure(view().store, NamedNode(iri)), key=_order):
        value = restored(triple.predicate, triple.object) if isinstance(triple.object, Literal) else triple.object
        if triple.subject == NamedNode(iri) and not made[triple.predicate.value, str(value)]:
            yield _name(triple.predicate), triple.predicate.value, style.shown(value)


def _order(triple: Triple) -> tuple[bool, bool, str, str]:
    return triple.predicate != RDF.type, triple.predicate != DCT.title, triple.predicate.value, str(triple.object)


@cache
def rules() -> Mapping[str, Mapping[str, str]]:
    """The rules of repair by name: what each says, by language."""
    with files("api.pages").joinpath("rules.csv").open(encoding="utf-8") as file:
        return {row.pop("rule"): row for row in csv.DictReader(file)}
