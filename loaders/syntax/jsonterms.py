"""Repairs inside one JSON-LD object: identifiers, types, references and language tags."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from loaders.repair import repaired_datatype, repaired_iri, repaired_label, repaired_language
from loaders.syntax.contexts import Json, Node, Terms

_NO_LANGUAGE: Final = "@none"


@dataclass(frozen=True, slots=True)
class Change:
    """`lost` where the value could only be left out and a statement with it."""

    original: str
    reason: str
    lost: bool = False


def mend(node: Node, terms: Terms) -> Iterator[Change]:
    """Repair the object's own values in place."""
    is_value = not terms.values.isdisjoint(node)
    for key in list(node):
        value = node[key]
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            yield Change(ascii(value), "half a surrogate pair, replaced")
            value = node[key] = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if key in terms.identifiers:
            yield from _identifier(node, key)
        elif key in terms.types:
            yield from _datatype(node, key) if is_value else _references(node, key, "type")
        elif key in terms.languages and is_value:
            yield from language(node, key)
        elif key in terms.references:
            yield from _references(node, key, "IRI")
        elif key in terms.language_maps and isinstance(value, dict):
            yield from _language_map(value)


def _identifier(node: Node, key: str) -> Iterator[Change]:
    value = node[key]
    repaired = _reference(value) if isinstance(value, str) else None
    if repaired is not None and repaired != value:
        node[key] = repaired
        yield Change(str(value), f"not a valid IRI, {_how(repaired)}")


def _reference(value: str) -> str | None:
    return f"_:{repaired_label(value[2:])}" if value.startswith("_:") else repaired_iri(value)


def _how(repaired: str) -> str:
    return "replaced by a label that is" if repaired.startswith("_:") else "percent-encoded"


def _references(node: Node, key: str, kind: str) -> Iterator[Change]:
    """Of a key whose strings are IRIs; one that cannot be repaired would be dropped, or refuse the document."""
    value = node[key]
    kept = list[Json]()
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, str):
            kept.append(one)
            continue
        repaired = _reference(one)
        if repaired is None:
            yield Change(one, f"not a valid {kind}", lost=True)
            continue
        if repaired != one:
            yield Change(one, f"not a valid {kind}, {_how(repaired)}")
        kept.append(repaired)
    if isinstance(value, list):
        node[key] = kept
    elif kept:
        node[key] = kept[0]
    else:
        del node[key]


def _datatype(node: Node, key: str) -> Iterator[Change]:
    value = node[key]
    if not isinstance(value, str) or repaired_iri(value) == value:
        return
    repaired = repaired_datatype(value)
    if repaired is None:
        del node[key]
    else:
        node[key] = repaired
    yield Change(value, "not a valid datatype, " + ("corrected" if repaired else "left out"))


def language(node: Node, key: str) -> Iterator[Change]:
    """The language of a literal, or the default one of a context."""
    tag = node[key]
    if not isinstance(tag, str):
        return
    repaired = repaired_language(tag)
    if repaired == tag:
        return
    if repaired is None:
        del node[key]
    else:
        node[key] = repaired
    yield Change(tag, "not a valid language tag, " + ("corrected" if repaired else "left out"))


def _language_map(texts: Node) -> Iterator[Change]:
    for tag in list(texts):
        if tag.startswith("@"):
            continue
        repaired = repaired_language(tag) or _NO_LANGUAGE
        if repaired != tag:
            there, more = texts.get(repaired), texts.pop(tag)
            texts[repaired] = more if there is None else [*_list(there), *_list(more)]
            yield Change(tag, "not a valid language tag, " + ("left out" if repaired == _NO_LANGUAGE else "corrected"))


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
