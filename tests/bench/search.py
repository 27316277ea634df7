"""How well a search answers the judged questions, beside SPARQL's CONTAINS and SQLite's FTS5 on the same records.

`python -m tests.bench.search` prints it for both halves, by kind, language and portal; while a ranking is tuned, ask
for `--half tuning` only, and `--misses` lists the questions of that half that are not answered first.
"""

import argparse
import sqlite3
import statistics
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store

from graph.generations import Generation, Generations
from graph.index import DEEPEST
from tests.bench.process import MeasurementFailed
from tests.bench.table import Row, Target
from tests.bench.workbench import BELGIAN as BELGIAN_FILE
from tests.bench.workbench import Workbench, load, workbench
from tests.support.judgements import BELGIAN, EXAMPLE, KINDS, LANGUAGES, Half, Judgement, judgements
from tests.support.portal import EXAMPLE as EXAMPLE_FOLDER
from vocabularies.namespaces import DCAT, DCT, FOAF, SCHEMA, SKOS

CUT: Final = 10
"""A record that comes later than this is not found: nobody reads on."""

RECIPROCAL_RANK: Final = Target("floor", 0.85, noise=0)
ABOVE_PEER: Final = Target("at least", 1, noise=0)

Engine = Callable[[str, str], Sequence[str]]
"""What answers a question of a reader of a language by the IRIs of records, the best first."""

OURS: Final = "ours"
CONTAINS: Final = "CONTAINS"
FTS5: Final = "FTS5"
ENGINES: Final = (OURS, CONTAINS, FTS5)

PORTALS: Final[Mapping[str, Path]] = {EXAMPLE: EXAMPLE_FOLDER, BELGIAN: BELGIAN_FILE}

_PARTS: Final = {
    DCT.title: DCT.title,
    FOAF.name: DCT.title,
    SCHEMA.name: DCT.title,
    SKOS.prefLabel: DCT.title,
    DCAT.keyword: DCAT.keyword,
    DCT.description: DCT.description,
    SCHEMA.description: DCT.description,
    DCT.modified: DCT.modified,
    DCT.issued: DCT.modified,
}
"""What peers are given of a record, by one name each: they know no kinds of records."""

_QUERY: Final = Path(__file__).with_name("contains.rq")
_TABLE: Final = """
    CREATE VIRTUAL TABLE records USING fts5(
        iri UNINDEXED, modified UNINDEXED, title, keyword, description, tokenize = 'unicode61 remove_diacritics 2')
"""
_BEST: Final = """
    SELECT iri FROM records WHERE records MATCH ? ORDER BY bm25(records, 0, 0, 4, 2, 1), modified DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Text:
    """`part` is dct:title, dcat:keyword, dct:description, or dct:modified."""

    record: str
    part: NamedNode
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, and for each engine one over the rank of the first record that answers it; 0 beyond the cut."""

    judgement: Judgement
    ranks: Mapping[str, float]


def reciprocal_rank(found: Sequence[str], relevant: Collection[str]) -> float:
    return next((1 / place for place, iri in enumerate(found[:CUT], 1) if iri in relevant), 0)


def mean(answered: Iterable[Answered], engine: str) -> float:
    return statistics.fmean(each.ranks[engine] for each in answered)


def rows(bench: Workbench) -> Iterator[Row]:
    """The half that no ranking was tuned on, which is the figure that counts."""
    held = [each for each in answers(bench) if each.judgement.half == "held"]
    ours = mean(held, OURS)
    yield Row(f"search, mean reciprocal rank of {len(held)} questions", ours, None, "MRR", RECIPROCAL_RANK)
    for peer in (CONTAINS, FTS5):
        yield Row(f"search, beside {peer}", ours, mean(held, peer), "MRR", ABOVE_PEER, peer)


def answers(bench: Workbench) -> list[Answered]:
    """All questions to the portals that can be loaded here."""
    told = []
    for portal, source in PORTALS.items():
        if source.exists():
            asked = [each for each in judgements() if each.portal == portal]
            told += answers_of(bench.folder / portal, source, asked)
    return told


def answers_of(data: Path, source: Path, asked: Iterable[Judgement]) -> list[Answered]:
    """The questions to a source, which is loaded into a new data directory."""
    load(data, source)
    with Generations(data).current() as generation:
        told = engines(generation)
        return [Answered(one, {name: _rank(one, answer) for name, answer in told.items()}) for one in asked]


def _rank(one: Judgement, answer: Engine) -> float:
    return reciprocal_rank(answer(one.query, one.language), one.relevant)


def engines(generation: Generation) -> dict[str, Engine]:
    """Ours as the search page asks it, for records of all kinds; the peers on the same records."""

    def ours(query: str, language: str) -> list[str]:
        return [hit.iri for hit in generation.search.search(query, language=language, limit=CUT).hits]

    texts = list(_texts(generation))
    return {OURS: ours, CONTAINS: contains(texts), FTS5: full_text(texts)}


def _texts(generation: Generation) -> Iterator[Text]:
    """Titles, keywords, descriptions and dates of all that our index holds."""
    found = generation.search.search(limit=DEEPEST)
    if found.total > len(found.hits):
        raise MeasurementFailed(f"{found.total} records are more than a search lists")
    for hit in found.hits:
        for quad in generation.store.quads_for_pattern(NamedNode(hit.iri), None, None, DefaultGraph()):
            if quad.predicate in _PARTS and isinstance(quad.object, Literal):
                yield Text(hit.iri, _PARTS[quad.predicate], quad.object.value)


def contains(texts: Iterable[Text]) -> Engine:
    """All words, wherever they are, by the query beside this module."""
    store = Store()
    store.extend(Quad(NamedNode(each.record), each.part, Literal(each.text)) for each in texts)
    question = _QUERY.read_text("utf-8")

    def answer(query: str, language: str) -> list[str]:
        words = [word for word in (part.strip(",.;:!?") for part in query.lower().split()) if word]
        told = store.query(question.replace('"words"', " ".join(str(Literal(word)) for word in words)))
        assert isinstance(told, QuerySolutions)
        return [row["record"].value for row in told if int(row["found"].value) == len(set(words))][:CUT]

    return answer


def full_text(texts: Iterable[Text]) -> Engine:
    """All words; where few records have them, those come after that have words which begin so."""
    database = sqlite3.connect(":memory:")
    database.execute(_TABLE)
    database.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", _records(texts))

    def matching(words: Iterable[str]) -> list[str]:
        return [iri for (iri,) in database.execute(_BEST, (" AND ".join(words), CUT))]

    def answer(query: str, language: str) -> list[str]:
        words = ['"{}"'.format(word.replace('"', '""')) for word in query.split()]
        found = matching(words)
        if len(found) < CUT:
            found += matching(f"{word} *" for word in words)
        return list(dict.fromkeys(found))[:CUT]

    return answer


def _records(texts: Iterable[Text]) -> Iterator[tuple[str, str, str, str, str]]:
    """A line for each record: its IRI, the last date, and the texts of each part in all languages."""
    parts: dict[str, dict[NamedNode, list[str]]] = {}
    for each in texts:
        parts.setdefault(each.record, {}).setdefault(each.part, []).append(each.text)
    for iri, told in parts.items():
        title, keyword, text = ("\n".join(told.get(part, ())) for part in (DCT.title, DCAT.keyword, DCT.description))
        yield iri, max(told.get(DCT.modified, [""])), title, keyword, text


def table(answered: Sequence[Answered], halves: Sequence[Half]) -> Iterator[str]:
    """A line for all, for each kind, language and portal, and in each half every engine's figure."""
    yield "".join([" " * 20, *(f"{half:>10}{''.join(f'{name:>10}' for name in ENGINES)}" for half in halves)])
    for name, chosen in _groups(answered):
        cells = [_cells([each for each in chosen if each.judgement.half == half]) for half in halves]
        yield "".join([f"{name:20}", *cells])


def _groups(answered: Sequence[Answered]) -> Iterator[tuple[str, list[Answered]]]:
    yield "all", list(answered)
    for kind in KINDS:
        yield kind, [each for each in answered if each.judgement.kind == kind]
    for language in LANGUAGES:
        yield language, [each for each in answered if each.judgement.language == language]
    for portal in PORTALS:
        yield portal, [each for each in answered if each.judgement.portal == portal]


def _cells(chosen: Sequence[Answered]) -> str:
    figures = [f"{mean(chosen, name):10.2f}" if chosen else " " * 10 for name in ENGINES]
    return f"{len(chosen):10}{''.join(figures)}"


def misses(answered: Iterable[Answered]) -> Iterator[str]:
    """The questions of the tuning half that ours does not answer first: those of the other are nobody's business."""
    for each in answered:
        if each.judgement.half == "tuning" and each.ranks[OURS] < 1:
            one = each.judgement
            figures = " ".join(f"{each.ranks[name]:.2f}" for name in ENGINES)
            yield f"{figures}  {one.kind:15}{one.language}  {one.portal:20}{one.query}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--half", choices=get_args(Half), help="one half only")
    parser.add_argument("--misses", action="store_true", help="list what of the tuning half is not answered first")
    asked = parser.parse_args()
    with workbench(0, 1) as bench:
        answered = answers(bench)
    print("\n".join(table(answered, [asked.half] if asked.half else get_args(Half))))
    if asked.misses:
        print("\n".join(misses(answered)))
    if not BELGIAN_FILE.exists():
        print(f"left out: {BELGIAN}, no shared folder beside the repository")
    return 0


if __name__ == "__main__":
    sys.exit(main())
