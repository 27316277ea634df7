"""Is this installation sound: what `catalograph check` looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from graph import cage
from graph.errors import CageError, NotFound, PortalError
from graph.generations import Generation, Generations
from graph.iris import Iris
from graph.manifest import damaged
from graph.store import default_graph_is_union


@dataclass(frozen=True, slots=True)
class Finding:
    sound: bool
    text: str


def findings(data: Path, base: str, *, deep: bool) -> Iterator[Finding]:
    """One after another, as they are found; `deep` reads every file and every triple of what is published."""
    yield _isolation()
    try:
        with Generations(data).current() as generation:
            yield Finding(sound=True, text=f"generation {generation.number} is published, {_size(generation)}")
            yield _base(generation, base)
            yield _files(generation)
            if deep:
                yield from _depths(generation, Iris(base))
    except NotFound:
        yield Finding(sound=False, text=f"nothing is published in {data}: run `catalograph load` or `catalograph demo`")
    except PortalError as error:
        yield Finding(sound=False, text=str(error))


def _isolation() -> Finding:
    try:
        list(cage.lines("loaders.soundness:nothing", None, cage.Limits()))
    except CageError as error:
        return Finding(sound=False, text=f"a caged child cannot be had: {error}")
    return Finding(sound=True, text="a caged child runs, without sockets")


def nothing(_argument: object, _out: object) -> None:
    """What the child does that shows that a child can be had."""


def _size(generation: Generation) -> str:
    counts = generation.ledger.counts()
    return ", ".join(f"{number:,} {kind}" for kind, number in counts.items() if kind in {"datasets", "organisations"})


def _base(generation: Generation, base: str) -> Finding:
    made_for = generation.manifest.base
    if made_for == base:
        return Finding(sound=True, text=f"its base IRI is {base}, as in the settings")
    return Finding(sound=False, text=f"it was made for the base IRI {made_for}, the setting is {base}")


def _files(generation: Generation) -> Finding:
    broken = damaged(generation.path, generation.manifest)
    if broken:
        return Finding(sound=False, text=f"not as they were sealed: {', '.join(broken[:5])}")
    return Finding(sound=True, text=f"its {len(generation.manifest.files)} files are as they were sealed")


def _depths(generation: Generation, iris: Iris) -> Iterator[Finding]:
    if default_graph_is_union(generation.store, iris):
        yield Finding(sound=True, text="the default graph is the set union of sources, vocabularies, links and records")
    else:
        yield Finding(sound=False, text="the default graph is not the union of its graphs: run `catalograph rebuild`")
    for name, expected in generation.manifest.graphs.items():
        found = sum(1 for _ in generation.store.quads_for_pattern(None, None, None, NamedNode(name)))
        if found != expected:
            yield Finding(sound=False, text=f"<{name}> holds {found} triples, {expected} were sealed")
