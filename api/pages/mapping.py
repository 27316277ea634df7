"""Maps of where data is about: what a record says of places, drawn as the outlines and coordinates that are known."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from api.contexts.maps import Area, Map, Slippy
from api.contexts.pages import Fact
from api.http import statics
from api.portal import gettext, language, portal, urls, view
from api.presenting.filters import reached, shortened
from api.presenting.maps import paths, places
from api.presenting.maps.frames import WIDTH, Frame, around, together
from api.presenting.maps.tiles import slippy
from api.presenting.presentation import Statements
from graph.geometry.reading import read
from graph.geometry.shapes import Extent, Shapes, Unread
from vocabularies.namespaces import DCAT, DCT, GSP, LOCN

_MOST: Final = 40
"""Places that are drawn of one record."""
_LONGEST: Final = 300
"""Characters of what a map tells in words."""
_SHAPES: Final = (LOCN.geometry, GSP.asWKT, GSP.asGeoJSON, DCAT.bbox, DCAT.centroid)
"""Where the coordinates of a place are looked for, the most exact first."""
_GEOMETRIES: Final = (GSP.hasGeometry, GSP.hasDefaultGeometry, LOCN.geometry)
"""What leads to a node that has them."""
_SCRIPT: Final = "map/slippy.js"
_LEAFLET: Final = "leaflet/leaflet.js"
_SAID: Final = 50
"""Statements of a place that are read."""

UNREAD: Final[Mapping[Unread, str]] = {
    Unread.FORM: "Its coordinates are written in a form that is not read here.",
    Unread.SYSTEM: "Its coordinates are of a reference system that is not drawn here.",
    Unread.DEGREES: "Its coordinates are no longitudes and latitudes, in that order; they are not drawn.",
    Unread.LENGTH: "Its shape has too many corners to be drawn here.",
}
PART: Final = "The outline is that of the country: the region's own is not known here."
SWAPPED: Final = "The coordinates lie far from the place that is named: latitude and longitude may be interchanged."
TITLE: Final = "Map: %(places)s"


@dataclass(slots=True)
class _Found:
    """What is said of places, until it is drawn."""

    countries: dict[str, None] = field(default_factory=dict)
    parted: dict[str, None] = field(default_factory=dict)
    """Countries of which only a part is meant."""
    shapes: list[Shapes] = field(default_factory=list)
    unread: dict[Unread, None] = field(default_factory=dict)

    def add_code(self, iri: str) -> bool:
        """Whether it is the code of a place whose outline, or that of its country, is known."""
        known = places.covered(iri)
        if known is None:
            return False
        codes = self.parted if known.is_part else self.countries
        codes |= dict.fromkeys(known.countries)
        return True

    def add_coordinates(self, said: Iterable[Triple]) -> None:
        """The first that can be read; else why the first cannot."""
        known = list(said)
        texts = [
            t.object.value for each in _SHAPES for t in known if t.predicate == each and isinstance(t.object, Literal)
        ]
        self.add_texts(texts)

    def add_texts(self, texts: Iterable[str]) -> None:
        known = list(map(read, texts))
        shapes = next((each for each in known if isinstance(each, Shapes) and any(True for _ in each)), None)
        if shapes is not None:
            self.shapes.append(shapes)
        elif known and isinstance(known[0], Unread):
            self.unread[known[0]] = None

    @property
    def drawn(self) -> tuple[str, ...]:
        """The countries that are drawn; of one of which a part is meant, only where that part's shape is not known."""
        return tuple(self.countries) if self.shapes else tuple(self.countries | self.parted)

    @property
    def notes(self) -> Iterator[str]:
        if self.parted.keys() - self.countries.keys() and not self.shapes:
            yield gettext(PART)
        for each in self.unread:
            yield gettext(UNREAD[each])
        if _interchanged(self):
            yield gettext(SWAPPED)


def of_spatial(statements: Statements, things: Iterable[object], facts: Iterable[Fact]) -> Map | None:
    """A map of the places that a record covers; None where nothing is known of how they lie."""
    found = _Found()
    for thing in islice(things, _MOST):
        if isinstance(thing, Literal):
            found.add_texts([thing.value])
        elif isinstance(thing, BlankNode):
            found.add_coordinates(_of_node(thing, statements))
        elif isinstance(thing, NamedNode) and not found.add_code(thing.value):
            found.add_coordinates(view().closure(thing, _SAID))
    spatial = next((fact for fact in facts if fact.hint == DCT.spatial.value), None)
    return _drawn(found, [value.text.value for value in spatial.values] if spatial else [])


def of_place(iri: str, name: str) -> Map | None:
    """A map of one place by its code."""
    found = _Found()
    found.add_code(iri)
    return _drawn(found, [name])


def _of_node(node: BlankNode, statements: Statements) -> list[Triple]:
    said = list(statements.get(node, ()))
    nodes = [t.object for t in said if t.predicate in _GEOMETRIES and isinstance(t.object, BlankNode)]
    return said + [triple for each in nodes for triple in statements.get(each, ())]


def _drawn(found: _Found, names: Iterable[str]) -> Map | None:
    notes = tuple(found.notes)
    shapes = Shapes.joined(found.shapes)
    reach = together(filter(None, (*places.extents(found.drawn), *(each.extent for each in found.shapes))))
    if reach is None:
        return Map(notes=notes) if notes else None
    frame, locale = around(reach), portal().languages.locales[language()]
    words = [*names, *(reached(each.extent, locale) for each in found.shapes if each.extent)]
    return Map(
        width=WIDTH,
        height=frame.pixels,
        title=gettext(TITLE) % {"places": shortened("; ".join(dict.fromkeys(filter(None, words))), _LONGEST)},
        land=paths.land(frame),
        areas=tuple(Area(paths.country(code, frame), "") for code in found.drawn),
        shapes=paths.rings(shapes.areas, frame),
        lines=paths.lines(shapes.lines, frame),
        points=paths.points(shapes.points, frame),
        notes=notes,
        slippy=_slippy(frame, shapes),
    )


def _slippy(frame: Frame, shapes: Shapes) -> Slippy | None:
    """None too where this installation lacks what such a map needs."""
    settings, version = portal().settings, statics.version(_SCRIPT)
    if not settings.tiles or not statics.version(_LEAFLET):
        return None
    script = urls().resource(f"/static/{_SCRIPT}", [("v", version)])
    return slippy(settings.tiles, settings.tiles_attribution, script, frame, shapes)


def _interchanged(found: _Found) -> bool:
    """Whether coordinates are far from the countries that are named, and would not be if they were read otherwise."""
    named = list(places.extents(found.countries | found.parted))
    for each in found.shapes:
        own, turned = each.extent, each.moved(lambda point: (point[1], point[0])).extent
        if named and own and turned and not _meets(own, named) and _meets(turned, named):
            return True
    return False


def _meets(one: Extent, others: Iterable[Extent]) -> bool:
    return any(one.meets(other) for other in others)
