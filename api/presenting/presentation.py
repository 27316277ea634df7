"""From statements to what a page shows: texts in the reader's language, labels for codes, links where they are safe."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from babel import Locale
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Triple

from api.contexts.pages import Fact, Text, Value
from api.declared import Declared, capitalised
from api.languages import NEXT_BEST
from api.links import Urls
from api.presenting.filters import area, day, duration, link, shortened
from api.presenting.properties import FILTERED, HEADING, OUTWARD, short
from api.presenting.visible import is_blank, visible
from api.views import View
from graph.model.declarations import Class
from graph.profile import language_tag
from graph.record import OTHER, PAGED, TITLES
from vocabularies.namespaces import AUTHORITY, DCAT, GSP, RDF, RDFS, XSD

_DATED: Final = frozenset({XSD.date, XSD.dateTime})
_SHAPED: Final = frozenset({GSP.wktLiteral, GSP.geoJSONLiteral})
_LONGEST: Final = 600
"""Characters of one literal in a table of facts: geometries have thousands."""
_LONGEST_CODE: Final = 100
"""Characters of a text that stands for a code, as long as a list is filtered by it."""
_LONGEST_NAME: Final = 300
"""Characters of a name or title where it is not told for its own sake."""
_MOST: Final = 60
"""Values of one property in a table of facts; the RDF has them all."""
_MOST_TOLD: Final = 500
"""Values of a table of facts with all that is told inside it."""
_DEPTH: Final = 3
_TRANSFORMED: Final = re.compile(r"^[a-z]{2,8}(?:-[a-z0-9]{2,8})*?-t(?:-([a-z]{2,3}))?(?:-|$)")
_NESTED: Final = frozenset({"contacts", OTHER})
"""Kinds without a page of their own that are told where they are named."""

_Value = TypeVar("_Value")

Statements = Mapping[NamedNode | BlankNode | Triple, Sequence[Triple]]


@dataclass(slots=True)
class Room:
    """How many more values a table of facts has room for."""

    left: int = _MOST_TOLD

    def take(self, wanted: int) -> int:
        taken = min(wanted, self.left, _MOST)
        self.left -= taken
        return taken


def by_subject(triples: Iterable[Triple]) -> dict[NamedNode | BlankNode | Triple, list[Triple]]:
    parts: dict[NamedNode | BlankNode | Triple, list[Triple]] = {}
    for triple in triples:
        parts.setdefault(triple.subject, []).append(triple)
    return parts


def by_property(said: Iterable[tuple[NamedNode, _Value]]) -> dict[NamedNode, list[_Value]]:
    """What is said of one thing, each property with its values in the order given."""
    found: dict[NamedNode, list[_Value]] = {}
    for predicate, value in said:
        found.setdefault(predicate, []).append(value)
    return found


def best_tag(tags: Iterable[str], language: str) -> str | None:
    """The tag to show: the reader's language, a variety of it, the next best language, none given, any."""
    known = set(tags)
    if language in known:
        return language
    for wanted in NEXT_BEST.get(language, (language,)):
        found = [tag for tag in known if tag == wanted or tag.startswith(f"{wanted}-")]
        if found:
            return min(found)
    return min(known, default=None)


def translated_from(tag: str) -> str | None:
    """The language that a machine translated from, as BCP 47 extension T says it (`fr-t-nl`); None for other tags.

    https://www.rfc-editor.org/rfc/rfc6497: behind the singleton comes a tag, and behind that fields such as `t0-mtec`.
    """
    match = _TRANSFORMED.search(tag.lower())
    if match is None:
        return None
    return match[1] or ""


def cut(text: Text) -> Text:
    """A name no longer than a reader takes for one."""
    return replace(text, value=shortened(text.value, _LONGEST_NAME)) if len(text.value) > _LONGEST_NAME else text


class Presenter:
    """Presents what one generation says in one language."""

    def __init__(self, view: View, language: str, locale: Locale, urls: Urls, declared: Declared) -> None:
        self._view = view
        self._declared = declared
        self._language = language
        self._locale = locale
        self._urls = urls
        self._labels: dict[str, Text] = {}

    def text(self, value: str, tag: str) -> Text:
        """The text, marked with its language where that is not the page's."""
        own = not tag or tag == self._language
        return Text(value, None if own else language_tag(tag), self._translated(tag))

    def _translated(self, tag: str) -> str | None:
        """The language that a machine translated from, by name; None for what people wrote."""
        origin = translated_from(tag)
        return origin and (self._locale.languages.get(origin) or origin)

    def best(self, labels: Mapping[str, str]) -> Text | None:
        tag = self._best_tag(labels)
        return None if tag is None else self.text(labels[tag], tag)

    def _best_tag(self, labels: Mapping[str, str]) -> str | None:
        """Of the texts in which there is something to be seen."""
        own = labels.get(self._language)
        if own is not None and not is_blank(visible(own)):
            return self._language
        return best_tag((tag for tag, text in labels.items() if not is_blank(visible(text))), self._language)

    def label(self, iri: str) -> Text:
        """What a thing is called; the last resort is its IRI. Lists ask for the same few again and again."""
        known = self._labels.get(iri)
        if known is None:
            known = cut(self.best(self._view.labels(iri)) or Text(_code(iri) or short(iri)))
            self._labels[iri] = known
        return known

    def _every(self, literals: Iterable[Literal]) -> Iterator[Value]:
        """The literals of all languages, each with the tag of its own."""
        ordered = sorted(literals, key=lambda one: (one.language or "", one.value))
        texts = ((self._literal(each, whole=False), each.language or "") for each in ordered)
        return (Value(self.text(text, tag), note=language_tag(tag) if tag else "") for text, tag in texts)

    def texts(self, literals: Iterable[Literal], *, whole: bool = False) -> list[Text]:
        """The literals of the best language, and those that say no language; long ones cut unless `whole`."""
        groups: dict[str, list[Literal]] = {}
        for literal in literals:
            groups.setdefault(literal.language or "", []).append(literal)
        tag = best_tag((tag for tag in groups if tag), self._language)
        chosen = groups.get("", []) + (groups[tag] if tag else [])
        return [
            self.text(self._in_words(each, whole=whole), each.language or "") for each in sorted(chosen, key=_by_text)
        ]

    def _in_words(self, literal: Literal, *, whole: bool) -> str:
        """What machines write and people do not: durations and shapes; all else as it is."""
        if literal.datatype == XSD.duration:
            return duration(literal.value, self._locale)
        shown = area(literal.value, self._locale) if literal.datatype in _SHAPED else literal.value
        return shown if shown != literal.value else self._literal(literal, whole=whole)

    def _literal(self, literal: Literal, *, whole: bool) -> str:
        if literal.datatype in _DATED:
            return day(literal.value, self._locale)
        return literal.value if whole or len(literal.value) <= _LONGEST else shortened(literal.value, _LONGEST)

    def facts(
        self,
        statements: Statements,
        subject: NamedNode | BlankNode,
        depth: int = 0,
        *,
        whole: bool = False,
        room: Room | None = None,
    ) -> tuple[Fact, ...]:
        """The properties of a subject as the declared model orders and names them, those not declared last, by IRI.

        Where the `whole` is wanted, with those that have a place of their own at the head of a page, in every language.
        """
        grouped: dict[NamedNode, list[Triple]] = {}
        classes = self._declared.classes(_types(statements.get(subject, ())))
        for triple in statements.get(subject, ()):
            if whole or triple.predicate not in HEADING or (depth and triple.predicate != RDF.type):
                grouped.setdefault(triple.predicate, []).append(triple)
        ordered = sorted(grouped, key=lambda one: (self._declared.place(one, classes), one.value))
        room, told, untold = room or Room(), list[Fact](), 0
        for one in ordered:
            if room.left:
                told.append(self._fact(statements, one, classes, grouped[one], depth, room, whole=whole))
            else:
                untold += len(grouped[one])
        last = (Fact("…", (), plain=True, more=untold),) if untold else ()
        return (*(fact for fact in told if fact.values), *last)

    def _fact(
        self,
        statements: Statements,
        predicate: NamedNode,
        classes: Sequence[Class],
        triples: Sequence[Triple],
        depth: int,
        room: Room,
        *,
        whole: bool,
    ) -> Fact:
        literals = [triple.object for triple in triples if isinstance(triple.object, Literal)]
        things = [triple.object for triple in triples if isinstance(triple.object, NamedNode | BlankNode)]
        texts = list(self._every(literals) if whole else self._told(predicate, literals))
        values, shown = texts[: room.take(len(texts))], things[: room.take(len(things))]
        found = [self._linked(predicate, self.value(thing, statements, depth, room), thing) for thing in shown]
        more = len(texts) + len(things) - len(values) - len(found)
        values += sorted(found, key=lambda value: (not value.text.value, value.text.value, value.href or ""))
        name = self._declared.label(predicate, classes, self._language)
        return Fact(name or short(predicate.value), tuple(values), plain=name is None, hint=predicate.value, more=more)

    def _told(self, predicate: NamedNode, literals: Sequence[Literal]) -> list[Value]:
        """The texts for the reader; a keyword leads to all that have it, so does a text in the place of a code."""
        return [Value(text, self._having(predicate, text.value)) for text in self.texts(literals)]

    def _having(self, predicate: NamedNode, text: str) -> str | None:
        if predicate == DCAT.keyword:
            return self._urls.keyword(text)
        parameter = FILTERED.get(predicate) if len(text) <= _LONGEST_CODE else None
        return self._urls.listed("datasets", [(parameter, text)]) if parameter else None

    def _linked(self, predicate: NamedNode, value: Value, thing: NamedNode | BlankNode) -> Value:
        """A value leads to all that have it: in a list, or on the page of what is said of it; documents lead out."""
        if not isinstance(thing, NamedNode):
            return value
        parameter = FILTERED.get(predicate)
        if parameter is not None:
            return Value(value.text, self._urls.listed("datasets", [(parameter, thing.value)]), facts=value.facts)
        if predicate == RDF.type:
            known = self._declared.model.classes.get(thing)
            name = capitalised(known.labels[self._language]) if known else short(thing.value)
            return Value(Text(name), self._urls.page("/resource", [("iri", thing.value)]))
        concept = self._declared.concepts.get(thing)
        if concept is not None and concept.notation:
            return Value(value.text, self._urls.page(f"/vocabularies/{concept.table}/{concept.notation}"))
        if value.external and predicate not in OUTWARD and not thing.value.lower().startswith("mailto:"):
            unnamed = value.text.value == thing.value  # what nobody describes here may be told there
            out = value.href if unnamed else None
            return Value(value.text, self._urls.page("/resource", [("iri", thing.value)]), facts=value.facts, out=out)
        return value

    def value(
        self, thing: NamedNode | BlankNode, statements: Statements, depth: int = 0, room: Room | None = None
    ) -> Value:
        if isinstance(thing, BlankNode):
            return self._nameless(thing, statements, depth, room)
        entry = self._view.entry(thing.value)
        if entry is not None and entry.kind in PAGED:
            return Value(self.label(thing.value), self._urls.record(entry))
        found = self.best(self._view.labels(thing.value))
        name = found and cut(found)
        inside: tuple[Fact, ...] = ()
        if entry is not None and entry.kind in _NESTED and depth < _DEPTH:
            told = by_subject(self._view.closure(thing))
            inside = _without_name(self.facts(told, thing, depth + 1, room=room), name)
        href = link(thing.value)
        shown = name or Text(thing.value.removeprefix("mailto:").removeprefix("tel:"))
        return Value(shown, href, external=href is not None, facts=inside)

    def _nameless(self, node: BlankNode, statements: Statements, depth: int, room: Room | None) -> Value:
        name = self.best(_labels_in(statements.get(node, ())))
        inside = self.facts(statements, node, depth + 1, room=room) if depth < _DEPTH else ()
        return Value(name or Text(""), facts=_without_name(inside, name))

    def titles(self, iri: str) -> tuple[Text, tuple[Text, ...]]:
        """The title for the reader, and those in the other languages."""
        return self.titles_of(iri, self._view.labels(iri))

    def titles_of(self, iri: str, known: Mapping[str, str]) -> tuple[Text, tuple[Text, ...]]:
        """The same of what is known by language."""
        tag = self._best_tag(known)
        if tag is None:
            return Text(iri), ()
        others = (self.text(known[other], other) for other in sorted(known) if other != tag)
        return self.text(known[tag], tag), tuple(others)

    def heading(self, iri: str) -> Text:
        """The title for the reader, no longer than a heading can be."""
        return cut(self.titles(iri)[0])

    def first(self, iri: str, predicates: Iterable[NamedNode]) -> list[Literal]:
        """The literals of the first of the predicates that has any."""
        for predicate in predicates:
            quads = self._view.store.quads_for_pattern(NamedNode(iri), predicate, None, DefaultGraph())
            found = [quad.object for quad in quads if isinstance(quad.object, Literal)]
            if found:
                return found
        return []


_NAMING: Final = (RDFS.label, *TITLES)


def _code(iri: str) -> str:
    """What stands behind the name of a table of the Union, where the table does not have it; empty for other IRIs."""
    table, _, code = iri.removeprefix(AUTHORITY.prefix).partition("/")
    return code if iri.startswith(AUTHORITY.prefix) and table and "/" not in code else ""


def _labels_in(triples: Iterable[Triple]) -> dict[str, str]:
    labels = ((t.object.language or "", t.object.value) for t in triples if _names(t) and isinstance(t.object, Literal))
    return dict(sorted(labels, reverse=True))


def _names(triple: Triple) -> bool:
    return triple.predicate in _NAMING


def _without_name(facts: Iterable[Fact], name: Text | None) -> tuple[Fact, ...]:
    """The facts but for those that only repeat the name."""
    if name is None:
        return tuple(facts)
    return tuple(fact for fact in facts if {value.text.value for value in fact.values} != {name.value})


def _types(triples: Iterable[Triple]) -> list[NamedNode]:
    found = (triple.object for triple in triples if triple.predicate == RDF.type)
    return sorted((one for one in found if isinstance(one, NamedNode)), key=str)


def _by_text(literal: Literal) -> tuple[str, str]:
    return literal.value, literal.language or ""
