"""Shapes of ours that go with every profile: what a catalogue must be for any profile to have something to check.

A dataset without its type is seen by no profile, a series inside itself by none of them: without these shapes such data
would pass as conforming. They are files like the profiles' own, in coherence/.
"""

from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from pyoxigraph import Quad, RdfFormat, parse

from shapes.profiles import SHAPES_BASE


def _files() -> list[Traversable]:
    found = (file for file in files("shapes").joinpath("coherence").iterdir() if file.name.endswith(".ttl"))
    return sorted(found, key=lambda file: file.name)


def coherence(base: str = SHAPES_BASE) -> list[Quad]:
    """The shapes graph."""
    return [
        quad
        for file in _files()
        for quad in parse(file.read_bytes(), RdfFormat.TURTLE, base_iri=f"{base}coherence", rename_blank_nodes=True)
    ]


def digest() -> str:
    """Changes when one of these shapes does."""
    return sha256(b"".join(f"{file.name}\n".encode() + file.read_bytes() for file in _files())).hexdigest()
