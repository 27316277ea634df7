"""Keywords, which are words and no concepts: a word as it is written, in whatever language it is said to be in."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Final
from urllib.parse import quote

from flask import Response
from pyoxigraph import DefaultGraph, Literal, NamedNode

from api import answers
from api.answers import Resource
from api.contexts.browsed import Datasets, Overview, ValuePage
from api.contexts.charts import Bars
from api.contexts.pages import Beside, Counted, Text
from api.languages import LOOKED_UP
from api.library.asking import packed
from api.links import LONGEST_KEYWORD
from api.pages import figures
from api.pages.axes.overviews import elsewhere
from api.pages.finding import querying
from api.pages.finding.asked import Asking
from api.pages.items import items, page_number, pager
from api.portal import gettext, portal, presenter, urls, view
from api.presenting import beside
from api.presenting.filters import shortened
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
_READ, _TAGS = 1_000_000, 200


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
        rows=tuple(Counted(Text(shortened(word, 80)), count, urls().keyword(word)) for word, count in found),
        pager=pager(PATH, (), page, total, BLOCK),
        beside=Beside(summary=gettext(ABOUT), query=beside.question(_COUNTING)),
        others=elsewhere(PATH),
    )


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
        charts=tuple(_publishers(word, found)),
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
    named = chain.from_iterable(map(_bearing, _literals(word)))
    return list(dict.fromkeys(islice(named, MOST)))


def _literals(word: str) -> list[Literal]:
    """The word as something bears it: in which languages."""
    return _borne(word, LOOKED_UP) or _borne(word, view().once("languages of keywords", _tags))


def _borne(word: str, tags: Iterable[str]) -> list[Literal]:
    literals = (Literal(word, language=tag) if tag else Literal(word) for tag in tags)
    return [each for each in literals if next(_bearing(each), None) is not None]


def _bearing(keyword: Literal) -> Iterator[str]:
    for quad in view().store.quads_for_pattern(None, DCAT.keyword, keyword, DefaultGraph()):
        if isinstance(quad.subject, NamedNode):
            yield quad.subject.value


def _tags() -> list[str]:
    """The other languages that keywords are said to be in, as many as may be looked up one by one."""
    quads = view().store.quads_for_pattern(None, DCAT.keyword, None, DefaultGraph())
    literals = (quad.object for quad in islice(quads, _READ) if isinstance(quad.object, Literal))
    return sorted({each.language for each in literals if each.language} - set(LOOKED_UP))[:_TAGS]


def _spellings(word: str) -> Iterator[Counted]:
    """The same word in small letters, in capitals, or beginning with one, where datasets have it so."""
    for other in dict.fromkeys((word.lower(), word.capitalize(), word.title(), word.upper())):
        found = len(subjects(other)) if other != word else 0
        if found:
            yield Counted(Text(other), found, urls().keyword(other))


def _publishers(word: str, found: Sequence[str]) -> Iterator[tuple[str, Bars]]:
    if len(found) > _COUNTED:
        return
    store, counts = view().store, Counter[str]()
    for one in found:
        quads = store.quads_for_pattern(NamedNode(one), DCT.publisher, None, DefaultGraph())
        counts.update(quad.object.value for quad in quads if isinstance(quad.object, NamedNode))
    rows = [_publisher(*one) for one in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_SHOWN]]
    asked = querying.counting(Asking(None), "organisation", _literals(word))
    chart = figures.publishers(rows, len(found), asked)
    if chart is not None:
        yield gettext("By organisation"), chart


def _publisher(iri: str, count: int) -> Counted:
    entry = view().entry(iri)
    return Counted(presenter().label(iri), count, urls().record(entry) if entry else None)
