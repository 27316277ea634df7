"""What holds although no data says it: the authority tables, and whose nodes they are.

Shapes are evaluated on the data together with this background, so membership in a table is known without loading it.
Nodes of the background are asked about, never judged for themselves.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from shapes.constraints import Term, Values
from shapes.plan import Plan
from vocabularies.concepts import tables
from vocabularies.namespaces import RDF
from vocabularies.ownership import foreign

Statement = Quad | Triple
Own = Callable[[NamedNode], bool]
"""Whether a node is the publisher's, so that results on it are of use to anybody."""


@dataclass(frozen=True, slots=True)
class Background:
    """Facts by node, as far as a plan can ask for them. `digest` changes when an answer could."""

    types: Mapping[Term, tuple[Term, ...]] = field(default_factory=dict)
    values: Mapping[Term, Mapping[int, Values]] = field(default_factory=dict)
    subjects: Mapping[tuple[int, Term], Values] = field(default_factory=dict)
    digest: str = ""

    def __iter__(self) -> Iterator[Term]:
        """The nodes it says something about."""
        return iter(self.types.keys() | self.values.keys())


def statements(folder: Path | None = None) -> Iterable[Quad]:
    """All that the authority tables say, those in the operator's folder in place of ours."""
    for _, file in tables(folder):
        yield from parse(file.read_bytes(), RdfFormat.TURTLE)


def background_of(plan: Plan, known: Iterable[Statement] | None = None, folder: Path | None = None) -> Background:
    """What the plan can ask of the authority tables (`folder` holds the operator's), or of other statements."""
    types: dict[Term, dict[Term, None]] = {}
    values: dict[Term, dict[int, dict[Term, None]]] = {}
    subjects: dict[tuple[int, Term], dict[Term, None]] = {}
    told = set[str]()
    for statement in statements(folder) if known is None else known:
        subject, predicate, value = statement.subject, statement.predicate, statement.object
        key = plan.keys.get(predicate)
        if predicate == RDF.type:
            types.setdefault(subject, {})[value] = None
        elif key is None:
            continue
        told.add(f"{subject} {predicate} {value}")
        if key is not None:
            values.setdefault(subject, {}).setdefault(key, {})[value] = None
        if key in plan.inverse:
            subjects.setdefault((key, value), {})[subject] = None
    return Background(
        {node: tuple(ones) for node, ones in types.items()},
        {node: {key: tuple(ones) for key, ones in keys.items()} for node, keys in values.items()},
        {asked: tuple(ones) for asked, ones in subjects.items()},
        blake2b("\n".join(sorted(told)).encode(), digest_size=16).hexdigest(),
    )


def own() -> Own:
    """The publisher's nodes: all but those of standards and authority tables."""
    is_foreign = foreign()
    return lambda node: not is_foreign(node.value)
