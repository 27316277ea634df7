"""The fields of the search index and how their texts become words."""

import json
from pathlib import Path
from typing import Final

from tantivy import Filter, Index, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

STEMMED: Final = {"fr": "french", "de": "german", "en": "english"}
"""Languages whose words are reduced to stems by rules of their own."""

OTHER: Final = "xx"
"""The texts in any other language, stemmed as German: the endings of Luxembourgish and Dutch are nearly its own."""

LANGUAGES: Final = (*STEMMED, OTHER)

PARTS: Final = {"title": 4.0, "keyword": 2.0, "text": 1.0}
"""Where a word is found, and how much it counts there."""

FACETS: Final = (
    "publisher", "theme", "format", "license", "language", "frequency", "access", "hvd_category", "hvd", "series",
    "type", "spatial", "source", "missing",
)  # fmt: skip
"""What can be filtered by and counted, besides the kind; values are IRIs, or the text where the data has a text."""

WORDS: Final = "words"
"""The field of the words of titles and keywords as they are written, in all languages."""

ORDERS: Final = {
    "fr": ("fr", "en", "de", "lb"),
    "de": ("de", "en", "fr", "lb"),
    "en": ("en", "fr", "de", "lb"),
}
"""Field language to the languages in which a title is taken for sorting, the first there is."""

ORDER_OF: Final = {"fr": "order_fr", "de": "order_de", "en": "order_en", "lb": "order_de"}
"""Reader's language to the field that lists are sorted by. Luxembourgish readers get the German order: each field
costs a tenth of the indexing, and few titles are in Luxembourgish."""

_UNSEARCHED: Final = "unsearched"
_LONGEST_WORD: Final = 60
_LETTERS: Final = r"\p{L}{3,}"


def names() -> frozenset[str]:
    """The fields of an index that this program makes."""
    texts = (f"{part}_{language}" for part in PARTS for language in LANGUAGES)
    return frozenset((*texts, WORDS, "iri", "kind", "modified", *FACETS, *(f"order_{each}" for each in ORDERS)))


def fields(folder: Path) -> frozenset[str]:
    """Those of the index in a folder, which may be an older program's. Raises ValueError for a damaged one."""
    try:
        told = json.loads((folder / "meta.json").read_bytes())
        return frozenset(str(field["name"]) for field in told["schema"])
    except (OSError, KeyError, TypeError) as error:
        raise ValueError(f"it cannot be read: {error}") from error


def schema() -> Schema:
    builder = SchemaBuilder()
    for part in PARTS:
        for language in LANGUAGES:
            builder.add_text_field(f"{part}_{language}", tokenizer_name=language, index_option="freq")
    builder.add_text_field(WORDS, tokenizer_name=WORDS, index_option="basic")
    builder.add_text_field("iri", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("modified", fast=True)
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for language in ORDERS:
        builder.add_text_field(f"order_{language}", fast=True, tokenizer_name=_UNSEARCHED, index_option="basic")
    return builder.build()


def analyzers() -> dict[str, TextAnalyzer]:
    """For each language what makes words of a text: the index and the question must use the same."""
    return {language: _analyzer(language) for language in LANGUAGES}


def _spelled() -> TextAnalyzer:
    """Runs of letters: numbers need no completing, and each would be a word of its own."""
    builder = TextAnalyzerBuilder(Tokenizer.regex(_LETTERS))
    return builder.filter(Filter.remove_long(_LONGEST_WORD)).filter(Filter.lowercase()).build()


def register(index: Index) -> None:
    """The index file names the analyzers; each process that opens it brings them."""
    for language, analyzer in analyzers().items():
        index.register_tokenizer(language, analyzer)
    index.register_tokenizer(WORDS, _spelled())
    index.register_tokenizer(_UNSEARCHED, _without_words())
    index.register_fast_field_tokenizer(_UNSEARCHED, TextAnalyzerBuilder(Tokenizer.raw()).build())  # what is sorted by


def _without_words() -> TextAnalyzer:
    """For what is only sorted by: no field can be left out of the index, but it need not have words."""
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.remove_long(1)).build()


def _analyzer(language: str) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.simple())
    builder = builder.filter(Filter.remove_long(_LONGEST_WORD)).filter(Filter.lowercase())
    builder = builder.filter(Filter.stemmer(STEMMED.get(language, STEMMED["de"])))
    return builder.filter(Filter.ascii_fold()).build()
