"""Synthetic catalogues of any size as N-Triples: `python -m tests.bench.synthetic 75000 --order shuffled -o FILE`.

About 50 triples per dataset, as in national catalogues: organisations shared by many datasets (few of them by very
many), contacts and periods as blank nodes, distributions, services, one catalogue that lists every dataset, texts in
three or four languages, and references to what is described later in the file. Each dataset comes from the seed and
its number alone, so that a changed variant differs in the chosen datasets only.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import IO, Final, Literal, TextIO

from tests.bench.words import PLACES, WORDS
from vocabularies.namespaces import AUTHORITY, DCAT, DCT, FOAF, RDF, VCARD, XSD

Order = Literal["sorted", "shuffled"]

BASE: Final = "https://synthetic.example"
_BUCKET: Final = 250_000
"""Lines shuffled in memory at once: about 60 MiB."""

_TYPE = str(RDF.type)
THEMES: Final = ("AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "JUST", "REGI", "SOCI", "TECH", "TRAN")
FORMATS: Final = (("CSV", "text/csv"), ("JSON", "application/json"), ("XLSX", "application/zip"), ("XML", "text/xml"))
_FREQUENCIES: Final = ("ANNUAL", "DAILY", "IRREG", "MONTHLY", "QUARTERLY", "WEEKLY")
LICENCES: Final = ("CC0", "CC_BY_4_0", "CC_BYSA_4_0")


def _iri(*parts: object) -> str:
    return f"<{'/'.join(map(str, (BASE, *parts)))}>"


def _date(random: Random, first: int = 2010, last: int = 2025) -> str:
    day = f"{random.randint(first, last)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    return f'"{day}"^^{XSD.date}'


def _text(words: str, language: str) -> str:
    return f'"{words}"@{language}'


@dataclass(frozen=True)
class Catalogue:
    """`labels` begins the blank-node labels: another one gives the same graph under other labels."""

    size: int
    seed: int = 42
    changed_percent: float = 0.0
    labels: str = "b"

    @cached_property
    def changed(self) -> frozenset[int]:
        """The numbers of the datasets that differ from those of the same seed with nothing changed."""
        count = round(self.size * self.changed_percent / 100)
        return frozenset(Random(f"{self.seed} changes").sample(range(self.size), count))

    @property
    def organisations(self) -> int:
        return max(self.size // 50, 1)

    @property
    def services(self) -> int:
        return self.size // 50

    def blocks(self) -> Iterator[tuple[list[str], list[str]]]:
        """What is said, thing by thing in the order of their IRIs: lines on IRIs, and lines on blank nodes."""
        for number in range(self.organisations):
            yield self._organisation(number), []
        yield self._catalogue(), []
        for number in range(self.size):
            yield from self._dataset(number)
        for number in range(self.services):
            yield self._service(number), []

    def _organisation(self, number: int) -> list[str]:
        subject = _iri("agent", f"{number:07}")
        place = PLACES[number % len(PLACES)]
        names = {"fr": f"Administration de {place}", "de": f"Verwaltung {place}", "en": f"Administration of {place}"}
        lines = [f"{subject} {FOAF.name} {_text(f'{name} {number}', each)} .\n" for each, name in names.items()]
        lines.append(f"{subject} {_TYPE} {FOAF.Agent} .\n")
        lines.append(f"{subject} {FOAF.homepage} {_iri('home', number)} .\n")
        if number:  # every office has one above it: a tree with office 0 at its root
            lines.append(f"{subject} {DCT.isPartOf} {_iri('agent', f'{number // 8:07}')} .\n")
        return sorted(lines)

    def _catalogue(self) -> list[str]:
        subject = _iri("catalogue")
        lines = [f"{subject} {DCT.title} {_text('Synthetic catalogue', 'en')} .\n"]
        lines.append(f"{subject} {DCT.description} {_text('Nothing in it is true.', 'en')} .\n")
        lines.append(f"{subject} {DCT.publisher} {_iri('agent', f'{0:07}')} .\n")
        lines.append(f"{subject} {_TYPE} {DCAT.Catalog} .\n")
        lines += (f"{subject} {DCAT.dataset} {_iri('dataset', f'{number:07}')} .\n" for number in range(self.size))
        return sorted(lines)

    def _service(self, number: int) -> list[str]:
        subject = _iri("service", f"{number:07}")
        lines = [f"{subject} {DCT.title} {_text(f'Interface {number}', 'en')} .\n"]
        lines.append(f"{subject} {_TYPE} {DCAT.DataService} .\n")
        lines.append(f"{subject} {DCAT.endpointURL} {_iri('api', number)} .\n")
        served = range(number * 50, number * 50 + 3)
        lines += (f"{subject} {DCAT.servesDataset} {_iri('dataset', f'{each:07}')} .\n" for each in served)
        return sorted(lines)

    def _dataset(self, number: int) -> Iterator[tuple[list[str], list[str]]]:
        random = Random(f"{self.seed} {number}")
        subject = _iri("dataset", f"{number:07}")
        contact, period = (f"_:{self.labels}{number:07}{kind}" for kind in "cp")
        said = [f"{_TYPE} {DCAT.Dataset}", *self._texts(number, random), *self._codes(number, random)]
        said += [f"{DCAT.contactPoint} {contact}", f"{DCT.temporal} {period}"]
        said += (f"{DCT.modified} {_date(Random(f'{self.seed} {number} again'))}",) if number in self.changed else ()
        parts = [_iri("dataset", f"{number:07}", "distribution", each) for each in range(random.randint(1, 3))]
        lines = [f"{subject} {each} .\n" for each in said]
        for part in parts:
            lines.append(f"{subject} {DCAT.distribution} {part} .\n")
            lines += (f"{part} {each} .\n" for each in self._distribution(number, random))
        yield sorted(lines), sorted(_contact(contact, number) + _period(period, random))

    def _texts(self, number: int, random: Random) -> Iterator[str]:
        place = random.choice(PLACES)
        for language in ("fr", "de", "en", "lb") if number % 4 == 0 else ("fr", "de", "en"):
            words = WORDS[language]
            topics = random.sample(words.topics, 3)
            yield f"{DCT.title} {_text(f'{topics[0]} {place} {number}', language)}"
            filling = " ".join(random.choices(words.filling, k=30))
            yield f"{DCT.description} {_text(f'{place}, {topics[1]}: {filling}.', language)}"
            yield from (f"{DCAT.keyword} {_text(topic, language)}" for topic in topics)

    def _codes(self, number: int, random: Random) -> Iterator[str]:
        office = int(self.organisations * random.random() ** 3)
        yield f"{DCT.publisher} {_iri('agent', f'{office:07}')}"
        yield from (f"{DCAT.theme} {AUTHORITY[f'data-theme/{each}']}" for each in random.sample(THEMES, 2))
        yield f'{DCT.identifier} "id-{number}"'
        yield f"{DCT.issued} {_date(random)}"
        yield f"{DCT.accrualPeriodicity} {AUTHORITY[f'frequency/{random.choice(_FREQUENCIES)}']}"
        yield f"{DCT.accessRights} {AUTHORITY['access-right/PUBLIC']}"
        yield f"{DCT.spatial} {AUTHORITY['country/LUX']}"
        yield f"{DCT.language} {AUTHORITY['language/FRA']}"

    def _distribution(self, number: int, random: Random) -> Iterator[str]:
        code, media_type = random.choice(FORMATS)
        size = random.randrange(10**7) + (number in self.changed)
        yield f"{_TYPE} {DCAT.Distribution}"
        yield f"{DCT.title} {_text(f'{code} file', 'en')}"
        yield f"{DCAT.accessURL} {_iri('files', number, f'{random.randrange(16**8):08x}')}"
        yield f"{DCT.format} {AUTHORITY[f'file-type/{code}']}"
        yield f"{DCAT.mediaType} <https://www.iana.org/assignments/media-types/{media_type}>"
        yield f"{DCT.license} {AUTHORITY[f'licence/{random.choice(LICENCES)}']}"
        yield f'{DCAT.byteSize} "{size}"^^{XSD.nonNegativeInteger}'


def _contact(node: str, number: int) -> list[str]:
    desk = number % 500
    said = (f"{_TYPE} {VCARD.Organization}", f'{VCARD.fn} "Desk {desk}"')
    return [f"{node} {each} .\n" for each in (*said, f"{VCARD.hasEmail} <mailto:desk{desk}@synthetic.example>")]


def _period(node: str, random: Random) -> list[str]:
    said = (f"{_TYPE} {DCT.PeriodOfTime}", f"{DCAT.startDate} {_date(random, 2000, 2009)}")
    return [f"{node} {each} .\n" for each in (*said, f"{DCAT.endDate} {_date(random)}")]


def write_sorted(catalogue: Catalogue, out: TextIO) -> int:
    """Lines in the order of their bytes, blank nodes after all IRIs; returns how many. Memory does not grow."""
    count = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8") as blank:
        for named, anonymous in catalogue.blocks():
            out.writelines(named)
            blank.writelines(anonymous)
            count += len(named) + len(anonymous)
        blank.seek(0)
        out.writelines(blank)
    return count


def write_shuffled(catalogue: Catalogue, out: TextIO, order_seed: int = 0) -> int:
    """Lines in an order that only the seed knows: dealt into files at random, each file shuffled in memory."""
    random = Random(f"{catalogue.seed} {order_seed} order")
    buckets = max(1, catalogue.size * 51 // _BUCKET)
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")) for _ in range(buckets)]
        count = _deal(catalogue, files, random)
        for file in files:
            file.seek(0)
            lines = file.readlines()
            random.shuffle(lines)
            out.writelines(lines)
    return count


def _deal(catalogue: Catalogue, files: Sequence[IO[str]], random: Random) -> int:
    count = 0
    for named, anonymous in catalogue.blocks():
        for line in (*named, *anonymous):
            files[int(random.random() * len(files))].write(line)
        count += len(named) + len(anonymous)
    return count


def write(catalogue: Catalogue, path: Path, order: Order, order_seed: int = 0) -> int:
    """Write the catalogue to a file; returns the number of triples."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        return write_sorted(catalogue, out) if order == "sorted" else write_shuffled(catalogue, out, order_seed)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.synthetic", description="A synthetic catalogue.")
    parser.add_argument("size", type=int, help="how many datasets")
    parser.add_argument("--order", choices=("sorted", "shuffled"), default="sorted")
    parser.add_argument("--seed", type=int, default=42, help="another seed, another catalogue")
    parser.add_argument("--order-seed", type=int, default=0, help="another shuffled order of the same catalogue")
    parser.add_argument("--labels", default="b", help="what blank-node labels begin with")
    parser.add_argument("--change", type=float, default=0.0, metavar="PERCENT", help="share of datasets to change")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    asked = parser.parse_args(arguments)
    catalogue = Catalogue(asked.size, asked.seed, asked.change, asked.labels)
    count = write(catalogue, asked.output, asked.order, asked.order_seed)
    print(f"{asked.output}: {count} triples, {len(catalogue.changed)} datasets changed", file=sys.stderr)


if __name__ == "__main__":
    main()
