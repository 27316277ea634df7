"""A search index as an older program made it: without what was added since the first version."""

from pathlib import Path

import tantivy

from graph.indexing.schema import FACETS, LANGUAGES, ORDERS, PARTS, register


def make_outdated(folder: Path, iri: str, **fields: str) -> None:
    """With one dataset, called Air."""
    builder = tantivy.SchemaBuilder()
    for part in PARTS:
        for language in LANGUAGES:
            builder.add_text_field(f"{part}_{language}", tokenizer_name=language, index_option="freq")
    builder.add_text_field("iri", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("modified", fast=True)
    for name in (*(facet for facet in FACETS if facet != "source"), *(f"order_{language}" for language in ORDERS)):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    index = tantivy.Index(builder.build(), str(folder))
    register(index)
    writer = index.writer(15_000_000, 1)
    writer.add_document(tantivy.Document(iri=iri, kind="datasets", modified=1, title_en="Air", **fields))
    writer.commit()
    writer.wait_merging_threads()
