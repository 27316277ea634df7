"""The application profiles we validate against, and their shapes, which are files of this package."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

from pyoxigraph import Quad, RdfFormat, parse

from graph.errors import NotFound
from shapes.plan import Plan, compile_plan
from vocabularies.namespaces import PORTAL


@dataclass(frozen=True, slots=True)
class Profile:
    """`name` is also the folder of its shapes; `specification` the document they follow."""

    name: str
    title: str
    specification: str


PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile("dcat-ap", "DCAT-AP 3.0.1", "https://semiceu.github.io/DCAT-AP/releases/3.0.1"),
            Profile("dcat-ap-hvd", "DCAT-AP HVD 3.0.0", "https://semiceu.github.io/DCAT-AP/releases/3.0.0-hvd"),
            Profile("dcat-ap-lu", "DCAT-AP-LU 0.0.1-rc.1", "https://mindig_lu.gitlab.io/DCAT-AP-LU"),
            Profile("adms", "ADMS 2.00", "https://semiceu.github.io/ADMS/releases/2.00"),
            Profile("portal", "Catalograph portal", PORTAL["portal"].value),
        )
    }
)

SHAPES_BASE: Final = "urn:catalograph:shapes/"
"""What the shapes' relative IRIs stand on where no portal publishes them; <base>/shapes/ where one does."""


class UnknownProfile(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__("profile", name)
        self.known = tuple(PROFILES)

    def __str__(self) -> str:
        return f"there is no profile {self.key!r}; the profiles are: {', '.join(self.known)}"


def _files(name: str) -> list[Traversable]:
    if name not in PROFILES:
        raise UnknownProfile(name)
    found = (file for file in files("shapes").joinpath(name).iterdir() if file.name.endswith(".ttl"))
    return sorted(found, key=lambda file: file.name)


def shapes_of(profiles: Iterable[str], base: str = SHAPES_BASE) -> list[Quad]:
    """The shapes graph of some profiles together. Raises UnknownProfile."""
    found = (
        quad
        for name in dict.fromkeys(profiles)
        for file in _files(name)
        for quad in parse(file.read_bytes(), RdfFormat.TURTLE, base_iri=f"{base}{name}", rename_blank_nodes=True)
    )
    return list(dict.fromkeys(found))  # the shapes of vocabularies are the same in every profile


def plan_of(profiles: Sequence[str], base: str = SHAPES_BASE) -> Plan:
    """The plan of some profiles together. Raises UnknownProfile."""
    return compile_plan(shapes_of(profiles, base))


def digest_of(profiles: Iterable[str]) -> str:
    """Changes when a shape of the profiles does; independent of where they are published."""
    whole = sha256()
    for name in dict.fromkeys(profiles):
        for file in _files(name):
            whole.update(f"{name}/{file.name}\n".encode())
            whole.update(file.read_bytes())
    return whole.hexdigest()
