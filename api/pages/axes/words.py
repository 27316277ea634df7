"""Keywords, which are words and no concepts: a word as it is written, in whatever language it is said to be in."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Final
from urllib.parse import quote

from flask import Response
from pyoxigraph import DefaultGraph, Literal, NamedNode

from api import answers, beside
from api.answers import Resource
from api.asking import packed
from api.browsed import Datasets, Overview, ValuePage
from api.contexts import Beside, Counted, Text
from api.filters import shortened
from api.languages import LOOKED_UP
from api.links import LONGEST_KEYWORD
from api.pages.axes.overviews import elsewhere
from api.pages.finding import querying
from api.pages.finding.asked import Asking
from api.pages.items import items, page_number, pager
from api.portal import gettext, portal, presenter, urls, view
from graph.errors import NotFound
from graph.record import DATASETS
from queries.answers import BLOCK, PAGES
from queries.answers import page as block
from queries.library import load
from queries.pointing import MOST
from vocabularies.namespaces import DCAT, DCT

PATH: Final = "/keywords"
ABOUT: Final = "The words that publishers give to their datasets, each as it is written."
_COUNTING: Final = "catalogue/keywords"
_COUNTED: Final = 500
"""Datasets of which it is told whose they are; of more it would take too long to find out."""
_SHOWN: Final = 8


def keywords() -> Response:
    """Those that most datasets have, page by page."""
    page = page_number()
    parameters = (("page", str(page)),) if page > 1 else ()
    resource = Resource(PATH, view().generation.manifest.sealed_at, rdf=False, parameters=parameters)
    return answers.respond(answers.chosen(None, rdf=False), resource, partial(keywords_page, page), tuple)


def keywords_page(page: int) -> Overview:
    rows, total = block(packed(load(_COUNTING), PAGES).body, page)
    found = ((str(row["word"]["value"]), int(row["resources"]["value"])) for row in rows)
    return Overview(
        title=gettext("Keywords"),
        about=gettext(ABOUT),
        rows=tuple(Counted(Text(shortened(word, 80)), count, address_of(word)) for word, count in found),
        pager=pager(PATH, (), page, total, BLOCK),
        beside=Beside(summary=gettext(ABOUT), query=beside.question(_COUNTING)),
        others=elsewhere(PATH),
    )


def address_of(word: str) -> str | None:
    """Where a keyword has its page."""
    return urls().keyword(word)


def keyword(name: str) -> Response:
    """What bears a keyword. Raises NotFound where nothing does."""
    page = page_number()
    found = subjects(name) if len(name) <= LONGEST_KEYWORD else []
    if not found:
        raise NotFound("keyword", shortened(name, 60))
    path = f"{PATH}/{quote(name, safe='')}"
    parameters = (("page", str(page)),) if page > 1 else ()
    crumbs = ((gettext("Keywords"), urls().page(PATH)),)
    sealed = view().generation.manifest.sealed_at
    resource = Resource(path, sealed, rdf=False, parameters=parameters, crumbs=crumbs)
    made = partial(keyword_page, name, found, path, page)
    return answers.respond(answers.chosen(None, rdf=False), resource, made, tuple)


def keyword_page(word: str, found: Sequence[str], path: str, page: int) -> ValuePage:
    size = portal().settings.page_size
    listed = Datasets(
        items=items(found[(page - 1) * size : page * size]),
        total=len(found),
        pager=pager(path, (), page, len(found), size),
        listed=urls().listed(DATASETS, [("q", word)]),
        counts=tuple(_publishers(found)),
        mixed=True,
    )
    return ValuePage(
        title=Text(word),
        kind_name=gettext("Keyword"),
        definitions=(),
        other_names=(),
        facts=(),
        iri="",
        above=(),
        below=(),
        datasets=listed,
        others=(),
        beside=Beside(
            summary=f"{gettext('Keyword')}: {word} ({len(found)})",
            query=querying.query(Asking(None), word),
        ),
        spellings=tuple(_spellings(word)),
    )


def subjects(word: str) -> list[str]:
    """What bears the keyword, in the store's order, which is the same in a generation; some thousands at most."""
    store = view().store
    said = (
        store.quads_for_pattern(None, DCAT.keyword, literal, DefaultGraph())
        for literal in (Literal(word, language=tag) if tag else Literal(word) for tag in LOOKED_UP)
    )
    named = (quad.subject.value for quad in chain.from_iterable(said) if isinstance(quad.subject, NamedNode))
    return list(dict.fromkeys(islice(named, MOST)))


def _spellings(word: str) -> Iterator[Counted]:
    """The same word in small letters, in capitals, or beginning with one, where datasets have it so."""
    for other in dict.fromkeys((word.lower(), word.capitalize(), word.title(), word.upper())):
        found = len(subjects(other)) if other != word else 0
        if found:
            yield Counted(Text(other), found, address_of(other))


def _publishers(found: Sequence[str]) -> Iterator[tuple[str, tuple[Counted, ...]]]:
    if len(found) > _COUNTED:
        return
    store, counts = view().store, Counter[str]()
    for one in found:
        quads = store.quads_for_pattern(NamedNode(one), DCT.publisher, None, DefaultGraph())
        counts.update(quad.object.value for quad in quads if isinstance(quad.object, NamedNode))
    rows = tuple(_publisher(*one) for one in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_SHOWN])
    if rows:
        yield gettext("By organisation"), rows


def _publisher(iri: str, count: int) -> Counted:
    entry = view().entry(iri)
    return Counted(presenter().label(iri), count, urls().record(entry) if entry else None)
