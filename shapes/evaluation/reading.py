"""Statements, or the lines of a record, as what a plan looks at: node to key to values."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from pyoxigraph import Quad, RdfFormat, Triple, parse

from shapes.components.constraints import Term
from shapes.evaluation.terms import Terms
from shapes.plan import Plan
from vocabularies.namespaces import RDF, RDFS

Statement = Quad | Triple
Properties = dict[int, list[Term]]
Described = Mapping[Term, Properties]
"""What is said of each subject, each value once; nothing of the predicates that the plan does not look at."""
Groups = Mapping[Term, Sequence[Statement]]
"""Statements by subject."""

_TYPE: Final = -1
_SUB_CLASS: Final = -2
"""Keys of rdf:type and rdfs:subClassOf where no path of the plan goes over them, so that they have none there."""


def by_subject(statements: Iterable[Statement]) -> dict[Term, list[Statement]]:
    """The statements of each subject; quick where one subject's come in a row."""
    groups: dict[Term, list[Statement]] = {}
    last: Term | None = None
    group: list[Statement] = []
    for statement in statements:
        subject = statement.subject
        if subject != last:
            last = subject
            found = groups.get(subject)
            if found is None:
                found = groups[subject] = []
            group = found
        group.append(statement)
    return groups


class Reader:
    """Reads for one plan, `only` some of its keys; classes always: those of a node have the key `type_key`."""

    def __init__(self, plan: Plan, *, only: AbstractSet[int] | None = None) -> None:
        self.type_key = plan.keys.get(RDF.type, _TYPE)
        self._sub_class_key = plan.keys.get(RDFS.subClassOf, _SUB_CLASS)
        self._keys = {name: key for name, key in plan.keys.items() if only is None or key in only}
        self._keys |= {RDF.type: self.type_key, RDFS.subClassOf: self._sub_class_key}
        self._tokens = {str(predicate).encode(): key for predicate, key in self._keys.items()}
        self._terms = Terms()

    def parents(self, described: Described) -> dict[Term, list[Term]]:
        """The superclasses that the data declares."""
        key = self._sub_class_key
        return {node: properties[key] for node, properties in described.items() if key in properties}

    def group(self, statements: Iterable[Statement]) -> Properties:
        """The values of one subject."""
        keys, found = self._keys, dict[int, list[Term]]()
        for statement in statements:
            key = keys.get(statement.predicate)
            if key is not None:
                values = found.get(key)
                if values is None:
                    found[key] = [statement.object]
                else:
                    values.append(statement.object)
        for key, values in found.items():
            if len(values) > 1:
                found[key] = list(dict.fromkeys(values))
        return found

    def groups(self, groups: Groups) -> dict[Term, Properties]:
        return {subject: self.group(statements) for subject, statements in groups.items()}

    def block(self, block: bytes) -> dict[Term, Properties]:
        """The lines of a record, sorted and each once, as the assembler writes them."""
        keys, read = self._tokens, self._terms.of
        found: dict[Term, Properties] = {}
        last, properties = b"", dict[int, list[Term]]()
        for line in block.split(b"\n"):
            if not line:
                continue
            subject, predicate, rest = line.split(b" ", 2)
            if subject != last:
                last = subject
                properties = found.setdefault(read(subject), {})
            key = keys.get(predicate)
            if key is not None:
                values = properties.get(key)
                if values is None:
                    properties[key] = [read(rest[:-2])]
                else:
                    values.append(read(rest[:-2]))
        return found


def triples_of(block: bytes, node: Term) -> list[Triple]:
    """All that the lines of a record say of one node."""
    start = str(node).encode() + b" "
    lines = [line for line in block.splitlines(keepends=True) if line.startswith(start)]
    return [quad.triple for quad in parse(b"".join(lines), RdfFormat.N_TRIPLES)]
