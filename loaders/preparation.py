"""What is made of the published generation after its flip: VoID's numbers, surveys, answers, descriptions.

A load does not wait for it and a sealed folder never changes, so it is done by a process of its own, which the server
starts for each generation, or by `catalograph prepare`, and kept on the generation's shelf (graph/shelf.py). Whoever
asks before it is done gets the same, made then and there.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from graph import shelf
from graph.errors import NotFound, PortalError, QueryError
from graph.generations import Generation, Generations
from graph.iris import Iris
from loaders import surveys
from loaders.background import behind_readers
from queries import answers, descriptions
from queries.blocks import BLOCK
from queries.headers import Query
from queries.selections import LISTED
from queries.void import count as void


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to make: what it is called, whether it is there, and the making."""

    name: str
    is_kept: Callable[[], bool]
    make: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a run did: `made` and `kept` count tasks, `failed` names those that could not be done."""

    generation: int
    made: int
    kept: int
    failed: tuple[str, ...]


def prepare(data: Path, tell: Callable[[str], None] = lambda _fault: None) -> Prepared:
    """Make what is missing of the published generation, one process at a time; begins anew when that changes.

    A task that fails is told and left. Raises NotFound when nothing is published, StoreError where nothing can be kept.
    """
    generations = Generations(data)
    with shelf.alone(data):
        _tidy(generations, data)
        while True:
            with generations.current() as generation:
                done = _prepare(generation, generations.current_number, tell)
            if generations.current_number() == done.generation:
                return done


def _tidy(generations: Generations, data: Path) -> None:
    """Remove the shelves of generations that are gone; a clean-up may have been killed between the two."""
    numbers = {generations.path(number).name for number in generations.numbers()}
    for folder in (data / shelf.FOLDER).iterdir():
        if folder.is_dir() and folder.name not in numbers:
            shelf.Shelf(folder, "").remove()


def _prepare(generation: Generation, current: Callable[[], int | None], tell: Callable[[str], None]) -> Prepared:
    made, kept, failed = 0, 0, list[str]()
    for task in tasks(generation):
        if current() != generation.number:
            break
        if task.is_kept():
            kept += 1
            continue
        try:
            task.make()
            made += 1
        except QueryError as error:
            failed.append(task.name)
            tell(f"{task.name}: {error}")
    return Prepared(generation.number, made, kept, tuple(failed))


def tasks(generation: Generation) -> Iterator[Task]:
    """All there is to make; what the description of the service tells comes first, for programs begin with that."""
    kept_on = generation.shelf
    iris = Iris(generation.manifest.base)
    yield Task(
        "void",
        lambda: void.kept(kept_on) is not None,
        lambda: void.keep(kept_on, void.count(generation.store, iris)),
    )
    for name in surveys.NAMES:
        yield Task(f"survey of {name}", *surveys.task(generation, name))
    for query in answers.preparable():
        yield Task(query.name, partial(answers.is_kept, kept_on, query), partial(_answer, generation, query))
    yield from _descriptions(generation)


def _descriptions(generation: Generation) -> Iterator[Task]:
    shelf, store = generation.shelf, generation.store
    for kind in LISTED:
        iris = [entry.iri for entry in generation.ledger.of_kind(kind)]
        for number, first in enumerate(range(0, len(iris), BLOCK)):
            block = iris[first : first + BLOCK]
            yield Task(
                f"descriptions of {kind} {number}",
                partial(descriptions.is_kept, shelf, kind, number),
                partial(descriptions.keep, shelf, kind, number, store, block),
            )


def _answer(generation: Generation, query: Query) -> None:
    answers.keep(generation.shelf, query, answers.rows(generation.store, query))


def main() -> None:
    """Be the process that the server starts: the one argument is the data directory. Exit 0: all is done."""
    behind_readers()
    try:
        done = prepare(Path(sys.argv[1]), lambda fault: print(f"catalograph: {fault}", file=sys.stderr))  # noqa: T201  a process of its own
    except NotFound:
        return
    except (PortalError, OSError) as error:
        sys.exit(f"catalograph: nothing could be prepared: {error}")
    if done.failed:
        sys.exit(1)


if __name__ == "__main__":
    main()
