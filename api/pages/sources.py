"""The sources: where descriptions come from, when each was last harvested, and what validation found in it."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any, Final

from flask import Response
from pyoxigraph import NamedNode, Triple

from api import answers
from api.answers import Resource
from api.contexts.accounts import RunRow, SourcePage, SourceRow, SourcesPage
from api.contexts.pages import Beside
from api.harvest import invitation, licensing
from api.pages import courses, figures
from api.pages.judgements import validity_of_source
from api.portal import gettext, portal, urls, view
from api.presenting import beside
from api.presenting.properties import KIND_NAMES
from api.wiring import pipeline
from graph.errors import NotFound, StoreError
from graph.formats import Format
from loaders.records import public_address
from loaders.runs import Run
from loaders.terms import STATING, Terms

JSON: Final = Format("harvests", "JSON", ("json",), "application/json")
"""The numbers that the page draws."""

_SHOWN: Final = 20
"""Harvests that are told."""


def sources() -> Response:
    """All of them, by name."""
    crumbs = ((gettext("Sources"), urls().page("/sources")),)
    resource = Resource("/sources", view().generation.manifest.sealed_at, rdf=False, crumbs=crumbs)
    return answers.respond(answers.chosen(None, rdf=False), resource, sources_page, tuple)


def sources_page() -> SourcesPage:
    states = view().generation.manifest.sources
    return SourcesPage(gettext("Sources"), tuple(_row(name, states[name]) for name in sorted(states)))


def _row(name: str, state: dict[str, Any]) -> SourceRow:
    href = urls().page(f"/sources/{name}")
    seen = datetime.fromisoformat(state["seen"])
    return SourceRow(name, href, sum(view().kinds_of(name).values()), seen, validity_of_source(name))


def source(name: str) -> Response:
    """One source; its name may have dots in it."""
    known = view().generation.manifest.sources
    name, extension = (name, None) if name in known else answers.split_extension(name)
    if name not in known:
        raise NotFound("source", name)
    crumbs = ((gettext("Sources"), urls().page("/sources")),)
    seen = datetime.fromisoformat(known[name]["seen"])
    resource = Resource(f"/sources/{name}", seen, others=(JSON,), crumbs=crumbs)
    form, runs = answers.chosen(extension, others=(JSON,)), _runs(name)
    state = " ".join(f"{run.id}:{run.ended}" for run in runs[:1])
    page, numbers = partial(source_page, name, runs), partial(in_numbers, name, runs)
    return answers.respond(form, resource, page, partial(statements, name), numbers, state=state)


def in_numbers(name: str, runs: Iterable[Run]) -> bytes:
    """The harvests of a source, the newest first, and what validation found, by how bad it is."""
    validity = validity_of_source(name)
    told = {
        "source": name,
        "problems": dict(validity.counts) if validity else None,
        "harvests": [{**asdict(run), "began": run.began.isoformat()} for run in map(_harvest, runs)],
    }
    return json.dumps(told, ensure_ascii=False).encode()


def statements(name: str) -> Iterable[Triple]:
    """What the portal says of a source and its last harvests, and on which terms its descriptions may be used."""
    iris, store = portal().iris, view().store
    node = iris.described_source(name)
    for subject in (node, NamedNode(f"{node.value}#harvest"), NamedNode(f"{node.value}#partial-harvest")):
        for quad in store.quads_for_pattern(subject, None, None, iris.provenance):
            if subject != node or quad.predicate not in STATING:
                yield quad.triple
    yield from _terms(name).statements(node)


def _terms(name: str) -> Terms:
    """Those that the source states, else the portal's."""
    return Terms.of(view().generation.manifest.sources[name], licensing.terms())


def _runs(name: str) -> list[Run]:
    """The newest harvests first; none where the list cannot be read: the page tells the rest all the same."""
    try:
        return pipeline(portal().settings).runs.of(name, _SHOWN)
    except StoreError:
        return []


def _harvest(run: Run) -> RunRow:
    """What failed tells no numbers: nothing changed."""
    told = run.outcome
    if told is None:
        return RunRow(run.started, "failed" if run.ended else "running")
    published = told["added"] + told["changed"] + told["unchanged"]
    return RunRow(
        began=run.started,
        state="done",
        received=published + told["quarantined"],
        published=published,
        quarantined=told["quarantined"],
        added=told["added"],
        changed=told["changed"],
        unchanged=told["unchanged"],
        removed=told["removed"],
        seconds=told["seconds"],
        generation=told["generation"],
    )


def _numbers(run: RunRow) -> tuple[int, ...] | None:
    """What is drawn of a harvest; None of one that failed or goes on."""
    told = (run.received, run.quarantined, run.added, run.changed, run.removed)
    return told if run.state == "done" else None


def source_page(name: str, runs: Iterable[Run]) -> SourcePage:
    manifest, validity = view().generation.manifest, validity_of_source(name)
    state, history = manifest.sources[name], tuple(map(_harvest, runs))
    addresses = {public_address(document["url"] or "") for document in state["documents"]}
    kinds, numbers = view().kinds_of(name), urls().resource(f"/sources/{name}.{JSON.extension}")
    listed = [(gettext(KIND_NAMES[kind]), kinds[kind]) for kind in KIND_NAMES if kind in kinds]
    return SourcePage(
        title=name,
        history=history,
        beside=Beside(query=beside.of_resource(portal().iris.described_source(name).value)),
        addresses=tuple(sorted(address for address in addresses if address)),
        since=datetime.fromisoformat(state["since"]),
        seen=datetime.fromisoformat(state["seen"]),
        records=tuple(listed),
        quarantined=state.get("quarantined", 0),
        triples=manifest.graphs.get(portal().iris.source(name).value, 0),
        validity=validity,
        terms=invitation.shown(_terms(name)),
        harvests=courses.harvests([(run.began, _numbers(run)) for run in history], numbers),
        quality=figures.severities(dict(validity.counts), numbers) if validity else None,
    )
