"""What holds although no data says it: the authority tables, and whose nodes they are.

Shapes are evaluated on the data together with this background, so membership in a table is known without loading it.
Nodes of the background are asked about, never judged for themselves.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from shapes.components.constraints import Term, Values
from shapes.plan import Plan
from vocabularies.concepts import tables
from vocabularies.namespaces import RDF
from vocabularies.ownership import foreign

Statement = Quad | Triple
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
Own = Callable[[NamedNode], bool]
"""Whether a node is the publisher's, so that results on it are of use to anybody."""


@dataclass(frozen=True, slots=True)
class Background:
    """Facts by node, as far as a plan can ask for them; all of them, in `said`, only where it has closed shapes."""

    types: Mapping[Term, tuple[Term, ...]] = field(default_factory=dict)
    values: Mapping[Term, Mapping[int, Values]] = field(default_factory=dict)
    subjects: Mapping[tuple[int, Term], Values] = field(default_factory=dict)
    said: Mapping[Term, tuple[Triple, ...]] = field(default_factory=dict)
    statements: tuple[Triple, ...] = ()
    """What it was made from."""

    @property
    def digest(self) -> str:
        """Changes when an answer could."""
        return blake2b("\n".join(sorted(map(str, self.statements))).encode(), digest_size=16).hexdigest()

    def __iter__(self) -> Iterator[Term]:
        """The nodes it says something about."""
        return iter(self.types.keys() | self.values.keys())


def statements(folder: Path | None = None) -> Iterable[Quad]:
    """All that the authority tables say, those in the operator's folder in place of ours."""
    for _, file in tables(folder):
        yield from parse(file.read_bytes(), RdfFormat.TURTLE)


def background_of(plan: Plan, known: Iterable[Statement] | None = None, folder: Path | None = None) -> Background:
    """What the plan can ask of the authority tables (`folder` holds the operator's), or of other statements."""
    all_ = [one if isinstance(one, Triple) else one.triple for one in (statements(folder) if known is None else known)]
    is_a = RDF.type
    asked = [one for one in all_ if plan.closed or one.predicate == is_a or one.predicate in plan.keys]
    keyed = [(one.subject, plan.keys[one.predicate], one.object) for one in asked if one.predicate in plan.keys]
    values: dict[Term, dict[int, Values]] = {}
    for (subject, key), found in _grouped(((subject, key), value) for subject, key, value in keyed).items():
        values.setdefault(subject, {})[key] = found
    return Background(
        _grouped((one.subject, one.object) for one in asked if one.predicate == is_a),
        values,
        _grouped(((key, value), subject) for subject, key, value in keyed if key in plan.inverse),
        _grouped((one.subject, one) for one in asked) if plan.closed else {},
        tuple(asked),
    )


def _grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, tuple[_Value, ...]]:
    """The values of each key, each once."""
    found: dict[_Key, dict[_Value, None]] = {}
    for key, value in pairs:
        found.setdefault(key, {})[value] = None
    return {key: tuple(ones) for key, ones in found.items()}


def is_own(node: Term, mine: Own | None) -> bool:
    """Whether results on a node are wanted: on all where nobody asks whose they are; blank nodes are nobody else's."""
    return mine is None or not isinstance(node, NamedNode) or mine(node)


def own() -> Own:
    """The publisher's nodes: all but those of standards and authority tables."""
    is_foreign = foreign()
    return lambda node: not is_foreign(node.value)
