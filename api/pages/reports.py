"""What validation found: of one record with its distributions, and of a source, page by page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from flask import Response
from pyoxigraph import NamedNode, Triple

from api import answers
from api.answers import Resource
from api.contexts.accounts import ReportPage
from api.contexts.pages import Pager, Text, Value
from api.pages.items import page_number, pager
from api.pages.judgements import on_page, on_records, on_source, parts_of
from api.pages.records import find
from api.portal import gettext, language, portal, presenter, urls, view
from api.presenting.properties import KIND_NAMES
from graph.errors import NotFound
from graph.formats import Format
from shapes.profiles import PROFILES, SHAPES_BASE
from shapes.reporting.forms.style import Entry as Shown
from shapes.reporting.forms.style import counted, entries_of, verdict_of, worst_of
from shapes.reporting.forms.turtle import statements as report_statements
from shapes.reporting.rendering import Style, pieces
from shapes.reporting.report import Report
from shapes.results import Results
from vocabularies.namespaces import HYDRA, RDF

JSON: Final = Format("report", "JSON", ("json",), "application/json")
"""The shape that `catalograph validate --format json` writes."""

PAGE: Final = 50
"""Records on one page of a source's report."""
_FEW: Final = 5
"""Records with results that one sees without a table of what to correct first."""


def of_record(kind: str, slug: str, extension: str | None = None) -> Response:
    """The report on a record and its distributions."""
    entry = find(kind, slug)
    path = f"{urls().record_path(entry)}/report"
    crumbs = (
        (gettext(KIND_NAMES[kind]), urls().listed(kind)),
        (presenter().label(entry.iri).value, urls().record(entry)),
    )
    page = page_number()
    parameters = (("page", str(page)),) if page > 1 else ()
    sealed = view().generation.manifest.sealed_at
    resource = Resource(path, sealed, others=(JSON,), parameters=parameters, whole=True, crumbs=crumbs)
    about = Value(presenter().label(entry.iri), urls().record(entry))
    records = parts_of(entry)
    made = _Made(lambda results: on_records(results, records), about, resource)
    form = answers.chosen(extension, others=(JSON,))
    return answers.respond(form, resource, partial(made.part, path, page), made.rdf, made.json)


def of_source(name: str, extension: str | None = None) -> Response:
    """The report on all records of a source; the counts are of all, the records and results of one page."""
    if name not in view().generation.manifest.sources:
        raise NotFound("source", name)
    page = page_number()
    with view().results() as results:
        summary = on_source(_there(results), name).summary
    pages = pager(f"/sources/{name}/report", (), page, summary.flawed, PAGE)
    parameters = (("page", str(page)),) if page > 1 else ()
    crumbs = ((gettext("Sources"), urls().page("/sources")), (name, urls().page(f"/sources/{name}")))
    sealed = view().generation.manifest.sealed_at
    resource = Resource(f"/sources/{name}/report", sealed, others=(JSON,), parameters=parameters, crumbs=crumbs)
    about = Value(Text(name), urls().page(f"/sources/{name}"))
    here = partial(on_page, name=name, offset=(page - 1) * PAGE, limit=PAGE)
    made = _Made(here, about, resource, page, -(-summary.flawed // PAGE) or 1)
    form = answers.chosen(extension, others=(JSON,))
    return answers.respond(form, resource, lambda: made.page(pages), made.rdf, made.json)


def _there(results: Results | None) -> Results:
    """Raises NotFound."""
    if results is None:
        raise NotFound("validation report", f"of generation {view().number}")
    return results


@dataclass(frozen=True, slots=True)
class _Made:
    """A report in each form, read when the form is known to be wanted."""

    read: Callable[[Results], Report]
    about: Value
    resource: Resource
    number: int = 1
    pages: int = 1

    def _report(self) -> Report:
        with view().results() as results:
            return self.read(_there(results))

    @property
    def _style(self) -> Style:
        return Style(language(), values=20, suggestions=portal().declared.suggestions)

    def json(self) -> bytes:
        return "".join(pieces(self._report(), "json", self._style)).encode()

    def rdf(self) -> Iterator[Triple]:
        """The SHACL report; with several pages, this one and the ways to the others."""
        itself = NamedNode(portal().iris.base + self.resource.path)
        for triple in report_statements(self._report(), itself):
            yield _published(triple)
        if self.pages > 1:
            yield from self._paging(itself)

    def _paging(self, itself: NamedNode) -> Iterator[Triple]:
        def page(number: int) -> NamedNode:
            return NamedNode(f"{itself.value}?page={number}" if number > 1 else itself.value)

        here = NamedNode(f"{itself.value}?page={self.number}")
        yield Triple(itself, HYDRA.view, here)
        yield Triple(here, RDF.type, HYDRA.PartialCollectionView)
        yield Triple(here, HYDRA.first, page(1))
        yield Triple(here, HYDRA.last, page(self.pages))
        if self.number > 1:
            yield Triple(here, HYDRA.previous, page(self.number - 1))
        if self.number < self.pages:
            yield Triple(here, HYDRA.next, page(self.number + 1))

    def part(self, path: str, page: int) -> ReportPage:
        """A page of a report that has the results of all pages. Raises NotFound for one after the last."""
        report = self._report()
        pages = pager(path, (), page, report.summary.flawed, PAGE)
        return self._told(report, pages, (page - 1) * PAGE)

    def page(self, pages: Pager) -> ReportPage:
        """The page that the report is of."""
        return self._told(self._report(), pages)

    def _told(self, report: Report, pages: Pager, first: int = 0) -> ReportPage:
        style = replace(self._style, limit=PAGE)
        words, summary = style.words, report.summary
        return ReportPage(
            title=f"{words['title']}{words['colon']}{self.about.text.value}",
            about=self.about,
            verdict=words[verdict_of(report)],
            conforms=verdict_of(report),
            checked=words.counted("records", report.records),
            received=counted(words, report.counts),
            published=counted(words, summary.remaining) if summary.repaired else None,
            profiles=tuple(_profile(name) for name in report.profiles),
            worst=tuple(worst_of(report, style)) if summary.flawed > _FEW else (),
            entries=tuple((entry, _address(entry)) for entry in entries_of(report, style, first)),
            words=words,
            forms=answers.forms(self.resource),
            pager=pages,
        )


def _address(entry: Shown) -> str | None:
    """Our page of a record that has results."""
    known = view().entry(entry.iri)
    return presenter().value(NamedNode(entry.iri), {}).href if known is not None else None


def _profile(name: str) -> Value:
    title = PROFILES[name].title if name in PROFILES else name
    return Value(Text(title), urls().page(f"/shapes/{name}"))


def _published(triple: Triple) -> Triple:
    """A shape of ours under the address at which this portal publishes it."""
    subject = _here(triple.subject) if isinstance(triple.subject, NamedNode) else triple.subject
    value = _here(triple.object) if isinstance(triple.object, NamedNode) else triple.object
    return Triple(subject, triple.predicate, value)


def _here(iri: NamedNode) -> NamedNode:
    local = iri.value.removeprefix(SHAPES_BASE)
    return iri if local == iri.value else NamedNode(f"{portal().iris.base}/shapes/{local}")
