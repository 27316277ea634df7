"""How terms and texts of a catalogue are shown to people: short, harmless, and never longer than a reader can take."""

import json
import re
from typing import Final
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode

from shapes.components.constraints import Source, Term
from vocabularies.namespaces import PREFIXES, SH, XSD

LONGEST: Final = 200
"""How much of a value is shown; JSON and RDF give all of it."""

UNSEEN: Final = (
    "\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
"""Controls and formats of no width, for a set of characters in an expression; joiners are not among them: scripts and
emoji need them."""
_HARMFUL: Final = re.compile(f"[\x00-\x1f{UNSEEN}]")
"""Controls of terminals, and those that let a text read otherwise than it is written."""

_HARMFUL_IN_LINES: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f{UNSEEN}]")
"""The same in what has lines of its own."""

_FRENCH: Final = re.compile(r" (?=[:;!?»])|(?<=«) |(?<=p\.) (?=ex\.)")
_SENTENCE: Final = re.compile(r"(?:(?<=\w{3})|(?<=[”»“)]))(?:[.]|\s?:)(?=\s)")
"""Where what is wrong has been said: a full stop, but not that of an abbreviation, or a colon."""

_STEP: Final = re.compile(r"<([^<>]*)>")
_LABEL: Final = re.compile(r"[A-Za-z_][\w.-]*(?<!\.)\Z")


def harmless(text: str) -> str:
    """The text with controls spelled out."""
    return _HARMFUL.sub(lambda found: _spelled(found.group()), text)


def harmless_json(text: str) -> str:
    """The same in JSON, whose escapes are all of four digits."""
    return _HARMFUL.sub(lambda found: json.dumps(found.group())[1:-1], text)


def harmless_turtle(text: str) -> str:
    """The same in Turtle, whose literals and IRIs have these escapes; elsewhere none of the characters may stand."""
    return _HARMFUL_IN_LINES.sub(lambda found: _spelled(found.group()), text)


def has_controls(text: str) -> bool:
    """Whether any of these is in lines of text."""
    return _HARMFUL_IN_LINES.search(text) is not None


def harmless_link(iri: str) -> str:
    """An address that leads to the same place, and shows what it is."""
    return _HARMFUL.sub(lambda found: quote(found.group()), iri)


def _spelled(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


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
