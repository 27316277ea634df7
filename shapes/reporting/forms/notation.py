"""How terms and texts of a catalogue are shown to people: short, harmless, and never longer than a reader can take."""

import re
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from shapes.components.constraints import Source, Term
from vocabularies.namespaces import PREFIXES, SH, XSD

LONGEST: Final = 200
"""How much of a value is shown; JSON and RDF give all of it."""

_HARMFUL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
"""Controls of terminals, and those that let a text read otherwise than it is written."""

_FRENCH: Final = re.compile(r" (?=[:;!?»])|(?<=«) |(?<=p\.) (?=ex\.)")
_SENTENCE: Final = re.compile(r"(?:(?<=\w{3})|(?<=[”»“)]))(?:[.]|\s?:)(?=\s)")
"""Where what is wrong has been said: a full stop, but not that of an abbreviation, or a colon."""

_STEP: Final = re.compile(r"<([^<>]*)>")
_LABEL: Final = re.compile(r"[A-Za-z_][\w.-]*(?<!\.)\Z")


def harmless(text: str) -> str:
    """The text with controls spelled out."""
    return _HARMFUL.sub(lambda found: f"\\u{ord(found.group()):04X}", text)


def shorten(iri: str) -> str:
    """The prefixed name where we know the prefix."""
    for name, prefix in PREFIXES.items():
        rest = iri.removeprefix(prefix)
        if rest != iri and _LABEL.match(rest):
            return f"{name}:{rest}"
    return iri


def abbreviated(text: str) -> str:
    """Statements or a path in which IRIs have their short names, where there are any."""
    short = _STEP.sub(lambda found: name if (name := shorten(found[1])) != found[1] else found[0], text)
    return short.replace(" rdf:type ", " a ")


def shown_text(text: str, cut: str = "…") -> str:
    """The beginning of a text, harmless; `cut` is told behind it, with {} for how long the whole is."""
    if len(text) <= LONGEST:
        return harmless(text)
    return harmless(text[:LONGEST]) + cut.replace("{}", f"{len(text):,}")


def shown(term: Term, unnamed: str, cut: str = "…") -> str:
    """A term as Turtle would have it; `unnamed` is what a blank node is called."""
    if isinstance(term, BlankNode):
        return unnamed
    if isinstance(term, NamedNode):
        return f"<{shown_text(term.value, cut)}>"
    return _literal(term, cut) if isinstance(term, Literal) else shown_text(str(term), cut)


def _literal(term: Literal, cut: str) -> str:
    text = f'"{shown_text(term.value, cut)}"'
    if term.language:
        return f"{text}@{shown_text(term.language, cut)}"
    if term.datatype == XSD.string:
        return text
    iri = term.datatype.value
    short = shorten(iri)
    return f"{text}^^{short if short != iri else shown(term.datatype, '', cut)}"


def message_of(source: Source, language: str) -> str:
    """The shape's message; in English, or whatever there is, where it has none in the language."""
    messages = dict(source.messages)
    return messages.get(language) or messages.get("en") or next(iter(messages.values()), _unworded(source))


def _unworded(source: Source) -> str:
    component = SH.local(source.component).removesuffix("ConstraintComponent")
    return f"{shorten(source.path_text)}: {component}" if source.path_text else component


def typeset(text: str, language: str) -> str:
    """With the blanks of French punctuation kept where they are when lines are broken."""
    return _FRENCH.sub("\u00a0", text) if language == "fr" else text


def first_sentence(message: str) -> str:
    """What is wrong, without what to do about it."""
    end = _SENTENCE.search(message)
    return message if end is None else f"{message[: end.start()]}."


def label_of(source: Source, language: str) -> str | None:
    """What the shape calls its field."""
    names = dict(source.names)
    return names.get(language) or names.get("en") or next(iter(names.values()), None)


def field_of(source: Source, language: str) -> str | None:
    """The field in the reader's language with its predicate; None for a result on the record as a whole."""
    label = label_of(source, language)
    if source.path_text is None:
        return label
    if not isinstance(source.path, NamedNode):  # a way over several predicates: told only where nothing else is
        return label or abbreviated(source.path_text)
    path = shorten(source.path_text)
    return f"{label} ({path})" if label and label != path else path
