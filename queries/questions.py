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
    lang: Literal | None = None


@dataclass(frozen=True, slots=True)
class RealTimeData(Select):
    file = "datasets/real-time"
    lang: Literal | None = None


@dataclass(frozen=True, slots=True)
class SuitedToLearning(Select):
    file = "datasets/ai-suitable"
    organisation: NamedNode | None = None
    lang: Literal | None = None


@dataclass(frozen=True, slots=True)
class ProtectedData(Select):
    file = "datasets/protected"
    protection: NamedNode | None = None
    lang: Literal | None = None


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
    lang: Literal | None = None


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
    lang: Literal | None = None


@dataclass(frozen=True, slots=True)
class HighValueCategories(Select):
    file = "hvd/categories"


@dataclass(frozen=True, slots=True)
class HighValueMembers(Select):
    file = "hvd/members"


@dataclass(frozen=True, slots=True)
class HighValueChanges(Select):
    file = "hvd/came-and-went"
    version: NamedNode | None = None


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


@dataclass(frozen=True, slots=True)
class OrganisationHierarchy(Select):
    file = "organisations/hierarchy"
    organisation: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class OrganisationSuccessors(Select):
    file = "organisations/successors"
    organisation: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class HighValueListVersions(Select):
    file = "hvd/list-versions"
    version: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class RemainingData(Select):
    file = "inventory/remaining"
    responsible: NamedNode | None = None
    lang: Literal | None = None


@dataclass(frozen=True, slots=True)
class UnavailabilityReasons(Select):
    file = "inventory/by-reason"


@dataclass(frozen=True, slots=True)
class OpenRequests(Select):
    file = "requests/open"
    recipient: NamedNode | None = None
    lang: Literal | None = None


@dataclass(frozen=True, slots=True)
class AnsweredRequests(Select):
    file = "requests/answered"
    recipient: NamedNode | None = None
    lang: Literal | None = None


@dataclass(frozen=True, slots=True)
class CoreCoverage(Select):
    file = "cores/coverage"
    core: NamedNode | None = None
    body: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class CoreMissing(Select):
    file = "cores/missing"
    core: NamedNode | None = None
    body: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class ReuseTypes(Select):
    file = "reuses/by-type"


@dataclass(frozen=True, slots=True)
class LabelledReuses(Select):
    file = "reuses/labelled"
    label: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class DatasetReuses(Select):
    file = "reuses/of-dataset"
    dataset: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class AssetVersions(Select):
    file = "assets/versions"
    asset: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class ConformingDatasets(Select):
    file = "assets/conforming-datasets"
    asset: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class CatalogueRecords(Select):
    file = "catalogue/records"
    resource: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class MonthsOfOrganisation(Select):
    file = "history/organisation-by-month"
    organisation: NamedNode | None = None
