"""The statements of one record as received to those that are published, with what was changed and by which rule.

Nearly all lines need nothing, and there are millions: which ones need a look is told by the bytes of the predicate and
the end of the line (a language or a datatype stands there), and what the look gave is remembered.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode

from loaders.handover import Repair
from loaders.mending.standing import MARKS, Stand, Standing
from loaders.mending.tables import Expected, Replacement
from loaders.mending.terms import blank_object, split, term, token
from loaders.mending.treatments import Treatment, Treatments, Value, literal_to_iri
from shapes.components.datatypes import check_of
from vocabularies.namespaces import RDF, XSD

_TYPE: Final = str(RDF.type).encode()
_PLAIN: Final = b'" .\n'
_NO_LITERAL: Final = b"\n"
"""What `rest[rest.rfind(b'"'):]` is for an IRI or a blank node."""

_REMEMBERED: Final = 20_000
_MEMORABLE: Final = 500
"""Values kept for each predicate of a vocabulary, and how many bytes one of them may have; datatypes that are counted
by name. A hostile source has as many, and as long ones, as it likes.
"""
_NAMED: Final = 1000
_ELSE: Final = "others"

_RIGHT_DATE: Final = re.compile(
    rb'"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])'
    rb'(?:"\^\^<%(xsd)bdate> |T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"\^\^<%(xsd)bdateTime> )'
    % {b"xsd": re.escape(XSD.prefix).encode()}
)
"""Most dates; those at the end of a month are looked at."""

_ROUNDS: Final = 4


@dataclass(frozen=True, slots=True)
class Mended:
    """A record's lines as published, in order and each once, and the repairs that led there."""

    lines: list[bytes]
    repairs: list[Repair]


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of a value. `on` are the classes of subjects for which it holds; empty for all."""

    token: bytes
    rule: str
    on: frozenset[bytes]


@dataclass(slots=True)
class _Record:
    """The lines of a record on their way."""

    lines: Sequence[bytes]
    repairs: list[Repair] = field(default_factory=list)
    stands: dict[bytes, bytes] = field(default_factory=dict)
    """A line that points to a blank node which only stands for an IRI, to the line that takes its place."""
    dropped: set[bytes] = field(default_factory=set)
    """Blank nodes nobody points to any more."""

    _said: dict[bytes, set[bytes]] | None = None
    _pointers: dict[bytes, list[bytes]] | None = None

    def about(self, subject: bytes, predicate: bytes) -> set[bytes]:
        if self._said is None:  # once for all lines: some records have many, and few need to know
            self._said = {}
            for line in self.lines:
                of, by, value = split(line)
                self._said.setdefault(of + b" " + by, set()).add(value)
        return self._said.get(subject + b" " + predicate, set())

    def has_class(self, subject: bytes, classes: frozenset[bytes]) -> bool:
        return not classes or not classes.isdisjoint(self.about(subject, _TYPE))

    def pointers(self, label: bytes) -> list[bytes]:
        """The lines that point to a blank node."""
        if self._pointers is None:
            self._pointers = {}
            for line in self.lines:
                if (pointed := blank_object(line)) is not None:
                    self._pointers.setdefault(pointed, []).append(line)
        return self._pointers.get(label, [])


class Mender:
    """Repairs records; `counts` and `unknown_datatypes` are of all records so far."""

    def __init__(self, treatments: Treatments | None = None) -> None:
        self._treatments = treatments or Treatments()
        self._tables = self._treatments.tables
        self._standing = Standing(self._treatments)
        self.counts: Counter[str] = Counter()
        self.unknown_datatypes: Counter[str] = Counter()
        self._others: set[bytes] = {_NO_LITERAL, _PLAIN}
        self._clean: dict[bytes, set[bytes]] = {}
        self._values: dict[bytes, dict[bytes, _Change | None]] = {}
        self._dates: set[bytes] = set()
        for predicate, expected in self._tables.expected.items():
            self._prepare(predicate, expected)
        self._replacements: dict[bytes, Replacement] = {}
        for predicate, replacement in self._tables.replacements.items():
            self._replacements[str(predicate).encode()] = replacement
            self._clean[str(predicate).encode()] = set()
        self._oddities = tuple(b"<" + each.encode() for each in self._tables.namespaces)

    def _prepare(self, predicate: NamedNode, expected: Expected) -> None:
        """Note by which ends a line of the predicate needs no look."""
        spelled = str(predicate).encode()
        match expected.treatment:
            case "concept":
                self._values[spelled] = {}
            case "text":
                self._clean[spelled] = {_PLAIN}
            case "date":
                self._clean[spelled] = {_NO_LITERAL}
                self._dates.add(spelled)
            case "number" | "duration":
                self._clean[spelled] = {_NO_LITERAL, b'"^^<%b> .\n' % expected.table.encode()}
            case _:
                self._clean[spelled] = {_NO_LITERAL}

    def stand(self, pointer: bytes, lines: Sequence[bytes]) -> Stand | None:
        """What a blank node stands for; `pointer` is the predicate's token of a statement that points to it."""
        return self._standing.stand(NamedNode(pointer[1:-1].decode()), lines)

    def mend(
        self, lines: Sequence[bytes], shared: Callable[[bytes], Sequence[bytes] | None] | None = None
    ) -> Mended | None:
        """The record as published; None where it is as received.

        Statements about blank nodes come last. `shared` says of a blank node that other records point to as well what
        is said of it, if it may be replaced, else nothing; None where only this record does.
        """
        suspects = self._suspects(lines)
        pointing = self._pointing(lines) if lines[-1].startswith(b"_:") else {}
        if shared is not None:
            pointed = {label: shared(label) for line in lines if (label := blank_object(line))}
            pointing |= {label: about for label, about in pointed.items() if about is not None}
        if not suspects and not pointing:
            return None
        record = _Record(lines)
        for label, about in pointing.items():
            self._replace(record, label, about)
        changed = {line: self._mend_line(record, line) for line in suspects}
        if not record.repairs:
            return None
        self.counts.update(repair.rule for repair in record.repairs)
        return Mended(sorted(set(_published(record, changed))), record.repairs)

    def _suspects(self, lines: Iterable[bytes]) -> list[bytes]:
        """The lines that need a look; this loop sees every line of a load."""
        values, clean, others, dates, odd = self._values, self._clean, self._others, self._dates, self._oddities
        suspects = []
        for line in lines:
            _, predicate, rest = line.split(b" ", 2)
            known = values.get(predicate)
            if known is not None:
                if known.get(rest, known) is None:
                    continue
            elif rest[rest.rfind(b'"') :] in clean.get(predicate, others):
                if not rest.startswith(odd):
                    continue
            elif predicate in dates and _RIGHT_DATE.match(rest):
                continue
            suspects.append(line)
        return suspects

    def _mend_line(self, record: _Record, line: bytes) -> bytes:
        subject, predicate, value = split(line)
        if line in record.stands or subject in record.dropped:
            return line
        predicate = self._mend_predicate(record, line, value)
        change = self._change(predicate, value)
        if change is not None and record.has_class(subject, change.on):
            record.repairs.append(Repair(_iri(predicate), value.decode(), change.token.decode(), change.rule))
            value = change.token
        return b"%b %b %b .\n" % (subject, predicate, value)

    def _mend_predicate(self, record: _Record, line: bytes, value: bytes) -> bytes:
        """The predicate of a line as published, where its value is published as this."""
        predicate = split(line)[1]
        replacement = self._replacements.get(predicate)
        if replacement is None or not self._may_replace(record, line, replacement):
            return predicate
        new = replacement.predicate
        record.repairs.append(Repair(_iri(predicate), value.decode(), value.decode(), replacement.rule, new.value))
        return str(new).encode()

    def _may_replace(self, record: _Record, line: bytes, replacement: Replacement) -> bool:
        subject, _, value = split(line)
        if not self._takes(replacement, value):
            return False
        pointed = replacement.pointed and any(split(one)[1] == replacement.pointed for one in record.pointers(subject))
        if not (pointed or record.has_class(subject, replacement.on)):
            return False
        new = replacement.predicate
        alike = [predicate for predicate, other in self._replacements.items() if other.predicate == new]
        said = [record.about(subject, each) for each in (str(new).encode(), *alike)]
        return not replacement.single or all(values <= {value} for values in said)

    def _takes(self, replacement: Replacement, value: bytes) -> bool:
        """Whether the value is one that the other predicate can have, as it would be published."""
        literal = value.startswith(b'"')
        if replacement.received == ("iri" if literal else "literal"):
            return False
        if not literal or not replacement.datatypes:
            return True
        change = self._change(str(replacement.predicate).encode(), value)
        published = term(change.token if change else value)
        return (
            isinstance(published, Literal)
            and published.datatype in replacement.datatypes
            and check_of(published.datatype)(published.value)
        )

    def _change(self, predicate: bytes, value: bytes) -> _Change | None:
        known = self._values.get(predicate)
        rest = value + b" .\n"
        if known is not None and rest in known:
            return known[rest]
        if value.startswith(b"_:"):
            return None
        change = self._found(NamedNode(_iri(predicate)), value)
        if known is not None and len(rest) <= _MEMORABLE:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[rest] = change
        if change is None:
            self._learn(predicate, rest[rest.rfind(b'"') :])
        return change

    def _learn(self, predicate: bytes, end: bytes) -> None:
        """Remember that a line of this end needs no look, where the end decides; count what nobody knows."""
        _, carets, spelled = end[:-3].partition(b"^^")
        datatype = _iri(spelled)
        if carets and datatype.lower() not in self._tables.datatypes:
            counted = self.unknown_datatypes
            counted[datatype if datatype in counted or len(counted) < _NAMED else _ELSE] += 1
            return
        expected = self._tables.expected.get(NamedNode(_iri(predicate)))
        clean = self._clean.get(predicate, self._others)
        decides = end != _NO_LITERAL and (expected is None or expected.treatment == "text")
        if decides and predicate not in self._replacements and len(end) <= _MEMORABLE and len(clean) < _REMEMBERED:
            clean.add(end)

    def _found(self, predicate: NamedNode, value: bytes) -> _Change | None:
        """Apply what can be applied until nothing can; the rule that was first is the one that is told."""
        received = term(value)
        if not isinstance(received, NamedNode | Literal):
            return None
        expected = self._tables.expected.get(predicate)
        treatment = self._treatments.of(expected) if expected and expected.rule else None
        now, first, on = received, "", frozenset[bytes]()
        for _ in range(_ROUNDS):
            step = self._step(now, expected, treatment)
            if step is None:
                break
            now, rule = step
            if expected and rule == expected.rule:
                on = expected.on
            first = first or rule
        return _Change(token(now), first, on) if now != received else None

    def _step(self, value: Value, expected: Expected | None, treatment: Treatment | None) -> tuple[Value, str] | None:
        treatments = self._treatments
        if expected and treatment and _may(value, expected) and (found := treatment(value)):
            return found, expected.rule
        if expected and expected.treatment == "concept" and (found := literal_to_iri(value)):
            return found, "literal-to-iri"
        if found := treatments.datatype(value):
            return found, "datatype-spelling"
        if (expected is None or expected.treatment != "link") and (moved := treatments.namespace(value)):
            return moved
        if isinstance(value, Literal) and value.language and (tag := treatments.language(value.language)):
            return Literal(value.value, language=tag), "language-tag-iso-639-2"
        return None

    def _pointing(self, lines: Sequence[bytes]) -> dict[bytes, Sequence[bytes]]:
        """The blank nodes that may stand for something, with what is said of them."""
        said: dict[bytes, list[bytes]] = {}
        candidates: dict[bytes, None] = {}
        for line in reversed(lines):
            if not line.startswith(b"_:"):
                break
            label = line[: line.index(b" ")]
            said.setdefault(label, []).append(line)
            if line.startswith(MARKS, len(label)):
                candidates[label] = None
        return {label: said[label] for label in candidates}

    def _replace(self, record: _Record, label: bytes, about: Sequence[bytes]) -> None:
        """Put what the blank node stands for in its place, if it can be everywhere."""
        pointers = record.pointers(label)
        stands = [self.stand(split(line)[1], about) for line in pointers] if about else []
        if not stands or None in stands:
            return
        told = "[ " + " ; ".join(line[len(label) + 1 : -3].decode() for line in sorted(about)) + " ]"
        for line, stand in zip(pointers, stands, strict=True):
            assert stand is not None  # noqa: S101  none of them is
            subject, predicate, _ = split(line)
            named = token(stand.iri)
            change = self._change(predicate, named)
            published = change.token if change and record.has_class(subject, change.on) else named
            record.repairs.append(Repair(_iri(predicate), told, published.decode(), stand.rule))
            record.stands[line] = self._mend_line(record, b"%b %b %b .\n" % (subject, predicate, published))
        record.dropped.add(label)


def _published(record: _Record, changed: Mapping[bytes, bytes]) -> Iterable[bytes]:
    for line in record.lines:
        if line[: line.index(b" ")] not in record.dropped:
            yield record.stands.get(line) or changed.get(line, line)


def _may(value: Value, expected: Expected) -> bool:
    """Whether values of this kind may be changed at all."""
    wanted = {"literal": Literal, "iri": NamedNode}.get(expected.received)
    return wanted is None or isinstance(value, wanted)


def _iri(predicate: bytes) -> str:
    return predicate[1:-1].decode()
