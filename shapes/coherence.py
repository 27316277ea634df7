"""Shapes of ours that go with every profile: what a catalogue must be for any profile to have something to check.

A dataset without its type is seen by no profile, a series inside itself by none of them: without these shapes such data
would pass as conforming. They are files like the profiles' own, in coherence/.
"""

from importlib.resources import files

from pyoxigraph import Quad, RdfFormat, parse

from shapes.profiles import SHAPES_BASE


def coherence(base: str = SHAPES_BASE) -> list[Quad]:
    """The shapes graph."""
    found = (file for file in files("shapes").joinpath("coherence").iterdir() if file.name.endswith(".ttl"))
    return [
        quad
        for file in sorted(found, key=lambda file: file.name)
        for quad in parse(file.read_bytes(), RdfFormat.TURTLE, base_iri=f"{base}coherence", rename_blank_nodes=True)
    ]
