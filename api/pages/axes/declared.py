"""Which axes there are: by which property, from which vocabularies, at which address, and who counts and asks them."""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from api.pages.finding.asked import FACETS
from vocabularies.namespaces import DCAT, DCATAP, DCT


@dataclass(frozen=True, slots=True)
class Axis:
    """What datasets may have in common. Names are texts of the interface."""

    name: str
    one: str
    """What one value is called."""
    predicate: NamedNode
    tables: tuple[str, ...]
    """Vocabularies that its values are from; a code is looked up in the first that has it."""
    facet: str
    """What the search index calls it."""
    path: str = ""
    """Where it is listed; empty for one whose values are told as concepts of their vocabulary only."""
    about: str = ""
    wide: bool = False
    """Whether a value is had by all that have one below it, as a country is covered by who covers its regions."""

    @property
    def filter(self) -> str:
        """The parameter of lists of datasets; empty where there is none."""
        return next((name for name, one in FACETS.items() if one.facet == self.facet), "")


THEMES: Final = Axis(
    "Themes", "Theme", DCAT.theme, ("data-theme",), "theme", "/themes",
    about="What datasets are about, by the themes that all data portals of the European Union share.",
)  # fmt: skip
FORMATS: Final = Axis(
    "Formats", "Format", DCT["format"], ("file-type",), "format", "/formats",
    about="The formats that data comes in.",
)  # fmt: skip
LICENCES: Final = Axis(
    "Licences", "Licence", DCT.license, ("licence",), "license", "/licences",
    about="The terms on which data may be used.",
)  # fmt: skip
PLACES: Final = Axis(
    "Places", "Place", DCT.spatial, ("country", "nuts", "place", "commune", "continent"), "spatial", "/places",
    about="The countries, regions and communes that data is about.",
    wide=True,
)  # fmt: skip
LANGUAGES: Final = Axis(
    "Languages", "Language", DCT.language, ("language",), "language", "/languages",
    about="The languages that data is in.",
)  # fmt: skip
CATEGORIES: Final = Axis(
    "High-value dataset categories", "High-value dataset category", DCATAP.hvdCategory,
    ("high-value-dataset-category",), "hvd_category", "/hvd",
    wide=True,
)  # fmt: skip
FREQUENCIES: Final = Axis("Update frequencies", "Update frequency", DCT.accrualPeriodicity, ("frequency",), "frequency")
RIGHTS: Final = Axis("Access rights", "Access right", DCT.accessRights, ("access-right",), "access")
TYPES: Final = Axis("Types of datasets", "Type of dataset", DCT.type, ("dataset-type",), "type")

AXES: Final = (THEMES, FORMATS, LICENCES, PLACES, LANGUAGES, CATEGORIES, FREQUENCIES, RIGHTS, TYPES)

LISTED: Final = (THEMES, FORMATS, LICENCES, PLACES, LANGUAGES)
"""Those with a page that lists their values."""

OTHERS: Final = {"/keywords": "Keywords", "/standards": "Standards in use", "/vocabularies": "Vocabularies"}
"""What else datasets have in common: where it is listed, and what that is called."""


def axis_at(path: str) -> Axis:
    return next(axis for axis in AXES if axis.path == path)


def axis_of(table: str) -> Axis | None:
    """The axis whose values are concepts of this vocabulary."""
    return next((axis for axis in AXES if table in axis.tables), None)
