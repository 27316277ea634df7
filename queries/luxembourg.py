"""What DCAT-AP-LU wants otherwise than DCAT-AP, where that can be told without inventing anything.

Dates are dates with time there; a dataset's identifier is an address under which it is found, so what is no address
becomes an identifier of the other kind (adms:identifier), and one that has none is identified by itself.

https://mindig_lu.gitlab.io/DCAT-AP-LU
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Final

from graph.model.declarations import Model
from graph.serialise import Row
from vocabularies.namespaces import ADMS, DCAT, DCT, RDF, SKOS, XSD

PROFILE: Final = "dcat-ap-lu"

Address = Callable[[str], str | None]
"""Where the page of a resource is, by IRI; None of one that has none."""

_TYPE: Final = str(RDF.type)
_IDENTIFIER: Final = str(DCT.identifier)
_END: Final = str(DCAT.endDate)
_IDENTIFIED: Final = frozenset(map(str, (DCAT.Dataset, DCAT.DatasetSeries)))
_ADDRESS: Final = re.compile(r"https?://[^ ]+")
_TEXT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_DATE: Final = re.compile(rf'"(-?[0-9]{{4,}}-[0-9]{{2}}-[0-9]{{2}})(Z|[+-][0-9]{{2}}:[0-9]{{2}})?"\^\^{XSD.date}')


def adapted(told: Iterable[Row], address: Address) -> Iterator[Row]:
    """The statements as the profile wants them; `told` are those of a page, with the classes of all subjects."""
    rows = list(told)
    classes: dict[str, set[str]] = {}
    for subject, predicate, value in rows:
        if predicate == _TYPE:
            classes.setdefault(subject, set()).add(value)
    identified = {subject for subject, its in classes.items() if not its.isdisjoint(_IDENTIFIED)}
    found: set[str] = set()
    for row in rows:
        subject, predicate, value = row
        if predicate == _IDENTIFIER and subject in identified:
            if _is_address(value):
                found.add(subject)
            else:
                yield from _as_other(subject, value)
                continue
        yield _dated(row, classes) if value.endswith(_OF_DATES) else row
    for subject in sorted(identified - found):
        own = subject[1:-1] if _ADDRESS.fullmatch(subject[1:-1]) else address(subject[1:-1])
        if own is not None:
            yield subject, _IDENTIFIER, f'"{own}"'


_OF_DATES: Final = f"^^{XSD.date}"


def _is_address(value: str) -> bool:
    text = _TEXT.match(value)
    return text is not None and _ADDRESS.fullmatch(text[1]) is not None


def _as_other(subject: str, value: str) -> Iterator[Row]:
    node = f"_:identifier{sha256(f'{subject} {value}'.encode()).hexdigest()[:16]}"
    yield subject, str(ADMS.identifier), node
    yield node, _TYPE, str(ADMS.Identifier)
    yield node, str(SKOS.notation), value


def _dated(row: Row, classes: Mapping[str, set[str]]) -> Row:
    """A date with the time at which it begins; one that ends a period, at which it ends."""
    subject, predicate, value = row
    date = _DATE.fullmatch(value)
    if date is None or _with_time().get(predicate, frozenset()).isdisjoint(classes.get(subject, ())):
        return row
    time = "T23:59:59" if predicate == _END else "T00:00:00"
    return subject, predicate, f'"{date[1]}{time}{date[2] or ""}"^^{XSD.dateTime}'


@cache
def _with_time() -> Mapping[str, frozenset[str]]:
    """The properties that have a date with time, and of members of which classes."""
    found: dict[str, set[str]] = {}
    for use in Model.load().uses:
        if use.profile == PROFILE and use.datatypes == (XSD.dateTime,) and use.predicate is not None:
            found.setdefault(str(use.predicate), set()).add(str(use.on))
    return {predicate: frozenset(its) for predicate, its in found.items()}
