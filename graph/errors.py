"""The exceptions of the project; what each carries is data, and text is made at the edge.

PortalError
├── NotFound              nothing of that kind has that key
├── Gone                  something was there and is no more (instead)
│   ├── GenerationGone        a generation that is not kept any more (number)
│   └── ResourceGone          a resource that left the catalogue; `instead` is its tombstone
├── FormatError           bytes that are in no syntax we read, or not well-formed (location, line, column)
├── SourceError           a source that could not be fetched (location, reason)
├── QueryError            a query that was not answered
│   ├── QuerySyntaxError      not SPARQL, or not a query (line, column)
│   ├── QueryParameterError   a parameter that is missing, unknown or of the wrong kind
│   ├── QueryRefused          a query that asks for what we do not do (updates, SERVICE)
│   ├── QueryServiceFailed    an endpoint that the query calls gave no answer we can use (endpoint, reason, late)
│   ├── QueryTimeout          not answered before the deadline (seconds)
│   ├── QueryTooLarge         the answer is over a limit (limit, unit)
│   └── QueryBusy             queue full or budget used up (retry_after)
├── Unwritable            a statement that the asked-for syntax cannot say (form, statement, reason)
├── StoreError            the data directory cannot be used
│   ├── NotPublished          nothing is there to be read yet
│   └── Locked                another process writes (holder)
└── CageError             the caged child died or broke a limit (limit, signal)
"""


class PortalError(Exception):
    """The root: everything we raise on purpose."""


class NotFound(PortalError):
    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"there is no {kind} {key!r}")
        self.kind = kind
        self.key = key


class PageNotFound(NotFound):
    """A page that a collection does not have; `instead` is the address of its first one."""

    def __init__(self, what: str, key: str, why: str, instead: str) -> None:
        super().__init__(what, key)
        self.args = (f"{self}: {why}; begin at {instead}",)
        self.instead = instead


class ListPageNotFound(PageNotFound):
    """A page of a list for people."""


class Gone(PortalError):
    """`instead` is the address from which to go on, where there is one."""

    def __init__(self, reason: str, instead: str | None = None) -> None:
        super().__init__(f"{reason}; go on from {instead}" if instead else reason)
        self.instead = instead


class GenerationGone(Gone):
    """Whoever reads in pages cannot end on the state of the data that they began with."""

    def __init__(self, number: int, instead: str | None = None) -> None:
        super().__init__(f"generation {number} is kept no longer", instead)
        self.number = number


class ResourceGone(Gone):
    """Something is asked for that belonged to a resource; `instead` says what is known of that."""

    def __init__(self, name: str, went: str, tombstone: str) -> None:
        super().__init__(f"{name} left the catalogue on {went}; what is known of it is at {tombstone}")
        self.instead = tombstone


class FormatError(PortalError):
    """`line` and `column` count from 1; None where the syntax has none."""

    def __init__(self, location: str, reason: str, line: int | None = None, column: int | None = None) -> None:
        where = location if line is None else f"{location}, line {line}" + (f", column {column}" if column else "")
        super().__init__(f"{where}: {reason}")
        self.location = location
        self.reason = reason
        self.line = line
        self.column = column


class SourceError(PortalError):
    def __init__(self, location: str, reason: str) -> None:
        super().__init__(f"{location}: {reason}")
        self.location = location
        self.reason = reason


class QueryError(PortalError):
    """A query that was not answered; the message says why and what would help."""


class QuerySyntaxError(QueryError):
    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason if line is None else f"line {line}, column {column}: {reason}")
        self.reason = reason
        self.line = line
        self.column = column


class QueryParameterError(QueryError):
    """A parameter that is missing, unknown or of the wrong kind."""


class HarvestParameterError(QueryParameterError):
    """The same, of an address that is harvested."""


class ListParameterError(QueryParameterError):
    """The same, of a list; `instead` is the address of the list without it."""

    def __init__(self, reason: str, instead: str) -> None:
        super().__init__(f"{reason}; go on from {instead}")
        self.instead = instead


class QueryRefused(QueryError):
    """A request for what this service does not do: updates, SERVICE, LOAD."""


class QueryServiceFailed(QueryError):
    """`late` tells an endpoint that took too long from one that answered wrongly or not at all."""

    def __init__(self, endpoint: str, reason: str, *, late: bool = False) -> None:
        super().__init__(f"SERVICE <{endpoint}> gave no answer: {reason}")
        self.endpoint = endpoint
        self.reason = reason
        self.late = late


class QueryTimeout(QueryError):
    def __init__(self, seconds: float) -> None:
        super().__init__(f"the query was not answered within {seconds:g} seconds and was stopped")
        self.seconds = seconds


class QueryTooLarge(QueryError):
    """`unit` is "bytes of answer" or "bytes of memory"."""

    def __init__(self, limit: int, unit: str) -> None:
        super().__init__(f"the query needs more than {limit} {unit}")
        self.limit = limit
        self.unit = unit


class QueryAbandoned(QueryError):
    """Nobody waits for the answer any more."""

    def __init__(self) -> None:
        super().__init__("the client went away before its query was answered")


class QueryBusy(QueryError):
    """`over_budget` tells a client that used too much from a service that is full; `limit` is what was reached."""

    def __init__(
        self,
        reason: str,
        retry_after: int,
        *,
        over_budget: bool = False,
        limit: float | None = None,
        unit: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.over_budget = over_budget
        self.limit = limit
        self.unit = unit


class CrawlBudgetUsed(PortalError):
    """A client has asked for more of what is harvested page by page than one may; `limit` is in seconds of work."""

    def __init__(self, reason: str, retry_after: int, limit: float) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.limit = limit
        self.unit = "seconds"


class Unwritable(PortalError):
    """`form` is the syntax's label, `statement` the statement in N-Triples notation."""

    def __init__(self, form: str, statement: str, reason: str) -> None:
        super().__init__(f"{form} cannot say {statement}: {reason}; Turtle and N-Triples can say most")
        self.form = form
        self.statement = statement
        self.reason = reason


class StoreError(PortalError):
    """The data directory cannot be used as asked."""


class NotPublished(StoreError):
    """There is no generation that readers could see."""


class Locked(StoreError):
    def __init__(self, holder: str) -> None:
        super().__init__(f"another process is writing: {holder}; try again when it is done, or use --wait")
        self.holder = holder


class CageError(PortalError):
    """`limit` names what was broken ("seconds", "memory", "crash"); `signal` is how the child ended, if by one."""

    def __init__(self, reason: str, limit: str, signal: int | None = None) -> None:
        super().__init__(reason)
        self.limit = limit
        self.signal = signal
