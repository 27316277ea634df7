"""The questions of the library as types: one class per `.rq` file, its fields the parameters of the file's header."""

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from queries.library import Construct, Select


@dataclass(frozen=True, slots=True)
class DatasetDetail(Select):
    file = "datasets/detail"
    dataset: NamedNode | None = None
    lang: Literal | None = None


@dataclass(frozen=True, slots=True)
class DatasetDistributions(Select):
    file = "datasets/distributions"
    dataset: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class DatasetStatements(Construct):
    file = "datasets/statements"
    dataset: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class RecentDatasets(Select):
    file = "datasets/recent"


@dataclass(frozen=True, slots=True)
class DatasetsByTheme(Select):
    file = "datasets/by-theme"
    theme: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class Organisations(Select):
    file = "organisations/list"


@dataclass(frozen=True, slots=True)
class OrganisationDetail(Select):
    file = "organisations/detail"
    organisation: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class OrganisationDatasets(Select):
    file = "organisations/datasets"
    organisation: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class Counts(Select):
    file = "catalogue/counts"


@dataclass(frozen=True, slots=True)
class Themes(Select):
    file = "catalogue/themes"


@dataclass(frozen=True, slots=True)
class Formats(Select):
    file = "catalogue/formats"


@dataclass(frozen=True, slots=True)
class Licences(Select):
    file = "catalogue/licences"


@dataclass(frozen=True, slots=True)
class Languages(Select):
    file = "catalogue/languages"


@dataclass(frozen=True, slots=True)
class Frequencies(Select):
    file = "catalogue/frequencies"


@dataclass(frozen=True, slots=True)
class AccessRights(Select):
    file = "catalogue/access-rights"


@dataclass(frozen=True, slots=True)
class HighValueDatasets(Select):
    file = "hvd/list"
    category: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class HighValueCategories(Select):
    file = "hvd/categories"


@dataclass(frozen=True, slots=True)
class HighValueWithoutLegislation(Select):
    file = "hvd/without-legislation"


@dataclass(frozen=True, slots=True)
class MissingProperties(Select):
    file = "quality/missing"


@dataclass(frozen=True, slots=True)
class Unlicensed(Select):
    file = "quality/unlicensed"


@dataclass(frozen=True, slots=True)
class TitleLanguages(Select):
    file = "quality/languages"
