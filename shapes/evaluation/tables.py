"""What a plan asks of a focus node, put together once per set of classes: the inner loops look nothing up twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shapes.components.circles import Circular
from shapes.components.constraints import Constraint, Facts, Property, Result, Term, Values
from shapes.components.on_sets import Disjoint, LessThan
from shapes.components.paths import Predicate
from shapes.evaluation.targets import ObjectsOf, Properties, Targeted, These
from shapes.plan import Plan


@dataclass(frozen=True, slots=True)
class Table:
    """All that shapes ask of focus nodes of one set of classes.

    `present` is what to check on the values of a predicate that is there, `absent` what is wrong when it is not, `rest`
    the constraints on the node itself and on longer paths; `more`, whether others are evaluated elsewhere.
    """

    present: Mapping[int, tuple[Constraint, ...]]
    absent: tuple[tuple[int, tuple[Constraint, ...]], ...]
    rest: tuple[Constraint, ...]
    more: bool

    @property
    def empty(self) -> bool:
        return not (self.present or self.rest or self.more)


@dataclass(frozen=True, slots=True, eq=False)
class _OnFocus(Constraint):
    """A constraint on the focus node, kept with the values of a predicate without which it cannot be broken."""

    inner: Constraint

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:  # noqa: ARG002
        self.inner.check(focus, (focus,), facts, out)


def _table(targeted: Sequence[Targeted]) -> Table:
    present: dict[int, list[Constraint]] = {}
    rest: list[Constraint] = []
    for constraint in (part for one in targeted for part in one.parts):
        key = _breakable_with(constraint)
        if isinstance(constraint, Property) and isinstance(constraint.shape.path, Predicate):
            present.setdefault(constraint.shape.path.key, []).extend(constraint.shape.constraints)
        elif key is not None:
            present.setdefault(key, []).append(_OnFocus(constraint.source, constraint))
        elif not isinstance(constraint, Property) or constraint.shape.constraints:
            rest.append(constraint)
    absent = {key: tuple(one for one in ones if one.sees_absence) for key, ones in present.items()}
    return Table(
        {key: tuple(ones) for key, ones in present.items() if ones},
        tuple((key, ones) for key, ones in absent.items() if ones),
        tuple(rest),
        any(one.more for one in targeted),
    )


def _breakable_with(constraint: Constraint) -> int | None:
    """The predicate whose values are compared with those of a longer path, where nothing else is asked of the path."""
    parts = constraint.shape.constraints if isinstance(constraint, Property) else (constraint,)
    keys = {one.key if isinstance(one, (Circular, Disjoint, LessThan)) else None for one in parts}
    return keys.pop() if len(keys) == 1 else None


Fires = Callable[[Term, Properties, Facts], bool]


class Tables:
    """The tables of a plan, each made when first needed: catalogues know few combinations of classes.

    `nodes` are the targets by name, and `objects_of` the predicates whose values are targets: these have to be judged
    even where the data says nothing about them.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._made: dict[tuple[int, int], Table] = {}
        triggers = dict.fromkeys(trigger for targeted in plan.targeted for trigger in targeted.triggers)
        self._triggers = {trigger: 1 << number for number, trigger in enumerate(triggers)}
        self._always: list[tuple[Fires, int]] = [
            (one.fires, bit) for one, bit in self._triggers.items() if one.wants is None
        ]
        self._with: dict[int, list[tuple[Fires, int]]] = {}
        for trigger, bit in self._triggers.items():
            for key in trigger.wants or ():
                self._with.setdefault(key, []).append((trigger.fires, bit))
        self.nodes = frozenset(node for one in triggers if isinstance(one, These) for node in one.nodes)
        self.objects_of = frozenset(one.key for one in triggers if isinstance(one, ObjectsOf))

    def get(self, node: Term, mask: int, properties: Properties, facts: Facts) -> Table:
        fired = 0
        for fires, bit in self._always:
            if fires(node, properties, facts):
                fired |= bit
        for key in self._with.keys() & properties.keys() if self._with else ():
            for fires, bit in self._with[key]:
                if fires(node, properties, facts):
                    fired |= bit
        table = self._made.get((mask, fired))
        if table is None:
            table = self._made[mask, fired] = _table(
                [one for one in self._plan.targeted if self._hits(one, mask, fired)]
            )
        return table

    def _hits(self, targeted: Targeted, mask: int, fired: int) -> bool:
        return bool(targeted.mask & mask) or any(self._triggers[trigger] & fired for trigger in targeted.triggers)

    @property
    def has_triggers(self) -> bool:
        """Whether a node of no class can be a target."""
        return bool(self._triggers)
