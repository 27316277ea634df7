"""What a map is made of: paths on a drawing of known size, and all that it tells in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """A country that is meant, or that has something."""

    path: str
    name: str
    href: str = ""
    level: int = 0
    """From 1 to 5 where much or little is told by colour; else 0."""


@dataclass(frozen=True, slots=True)
class Map:
    """Of a map that nothing is drawn on, only the notes are told."""

    width: int = 0
    height: int = 0
    title: str = ""
    """What the map tells, for who does not see it."""
    land: str = ""
    """All countries as one path, in the background."""
    areas: tuple[Area, ...] = ()
    shapes: str = ""
    """What is meant by coordinates, as a path; filled."""
    lines: str = ""
    points: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader of the map must know: what is drawn for what, and what is not drawn."""

    @property
    def leads(self) -> bool:
        """Whether its areas lead somewhere."""
        return any(area.href for area in self.areas)
