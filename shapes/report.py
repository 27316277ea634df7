"""A validation report: a value, never an exception; what it looks like is rendering.py's matter."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from graph.record import TITLES
from shapes.constraints import Result, Source, Term
from shapes.evaluate import Groups
from vocabularies.namespaces import SH

SEVERITIES: Final = ("violation", "warning", "info")
"""In order of weight; the local names of SHACL's severities in lower case."""

_LANGUAGES: Final = ("fr", "de", "en", "lb")
_NAMES: Final = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


def severity_of(source: Source) -> str:
    """One of SEVERITIES; a severity of somebody's own counts as a violation, which SHACL leaves open."""
    return _NAMES.get(source.severity, "violation")


def text_of(term: Term) -> str:
    """An IRI or a literal's text as it is, a blank node as _:label."""
    return term.value if isinstance(term, (NamedNode, Literal)) else str(term)


@dataclass(frozen=True, slots=True)
class Finding:
    """A result and the record it belongs to: the focus node, or what leads to it where that is a blank node."""

    record: Term
    result: Result

    def order(self) -> tuple[str, int, str, str, str, str]:
        source, value = self.result.source, self.result.value
        return (
            text_of(self.record),
            SEVERITIES.index(severity_of(source)),
            source.path_text or "",
            f"{source.shape} {source.component}",
            text_of(self.result.focus),
            "" if value is None else str(value),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """`records` is how many were checked, `titles` what those with findings are called, by language."""

    profiles: tuple[str, ...]
    records: int
    findings: tuple[Finding, ...]
    titles: Mapping[Term, Mapping[str, str]]

    @property
    def conforms(self) -> bool:
        """As SHACL has it: there is no result at all, of whatever severity."""
        return not self.findings

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(severity_of(finding.result.source) for finding in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}

    def grouped(self) -> Iterator[tuple[Term, list[tuple[Source, list[Result]]]]]:
        """By record, then by message: one source has one message."""
        for record, findings in groupby(self.findings, lambda finding: finding.record):
            results = (finding.result for finding in findings)
            yield record, [(source, list(ones)) for source, ones in groupby(results, lambda one: one.source)]

    def title(self, record: Term, language: str) -> str | None:
        """In the language, else in the first of the portal's languages it has, else as it comes."""
        titles = self.titles.get(record, {})
        ordered = (titles[one] for one in (language, *_LANGUAGES) if one in titles)
        return next(ordered, None) or next(iter(titles.values()), None)


def report_of(profiles: Sequence[str], groups: Groups, results: Iterable[Result], focuses: Iterable[Term]) -> Report:
    """The report of a graph given by_subject."""
    owners = _owners(groups)
    findings = sorted((Finding(_owner(result.focus, owners), result) for result in results), key=Finding.order)
    named = dict.fromkeys(finding.record for finding in findings)
    return Report(
        profiles=tuple(profiles),
        records=len({_owner(focus, owners) for focus in focuses}),
        findings=tuple(findings),
        titles={record: titles for record in named if (titles := titles_of(groups, record))},
    )


def titles_of(groups: Groups, record: Term) -> dict[str, str]:
    """Language to title, by the best of the title predicates that the record has; "" for no language."""
    statements = groups.get(record, ())
    for predicate in TITLES:
        found = [one.object for one in statements if one.predicate == predicate and isinstance(one.object, Literal)]
        if found:
            return {one.language or "": one.value for one in sorted(found, key=str, reverse=True)}
    return {}


def _owners(groups: Groups) -> dict[Term, Term]:
    """Blank node to the first subject that refers to it."""
    owners: dict[Term, Term] = {}
    for subject, group in groups.items():
        for statement in group:
            if isinstance(statement.object, BlankNode):
                owners.setdefault(statement.object, subject)
    return owners


def _owner(node: Term, owners: Mapping[Term, Term]) -> Term:
    seen = set[Term]()
    while isinstance(node, BlankNode) and node in owners and node not in seen:
        seen.add(node)
        node = owners[node]
    return node
