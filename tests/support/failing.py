"""What a portal answers when it cannot: the errors that no address of a portal that works leads to."""

from pathlib import Path
from typing import Final, NoReturn

from flask import Flask

from api.app import create_app
from api.problems.handling import NotAcceptable, problem
from api.settings import LANGUAGES, Settings
from graph.errors import CageError, CrawlBudgetUsed, NotPublished, PortalError, QueryBusy, QueryTimeout, SourceError
from graph.formats import RDF_FORMATS


class Failure:
    """An error and the status that it has."""

    __slots__ = ("error", "status")

    def __init__(self, error: PortalError) -> None:
        self.error = error
        self.status = int(problem(error).status)


FAILURES: Final = {
    "406": Failure(NotAcceptable(RDF_FORMATS)),
    "429": Failure(QueryBusy("this client has used up its share", 30, over_budget=True)),
    "429-harvest": Failure(CrawlBudgetUsed("this client has used up its share", 30, 60)),
    "500": Failure(CageError("the process ended", "crash")),
    "502": Failure(SourceError("https://source.example/", "no answer")),
    "503": Failure(QueryBusy("the queue is full", 5)),
    "503-empty": Failure(NotPublished("nothing is published yet")),
    "504": Failure(QueryTimeout(10)),
}


def failing(data: Path) -> Flask:
    """The portal with addresses besides its own: at `/failures/429` it answers as it does to a client over budget."""
    app = create_app(Settings(data=data))
    app.add_url_rule("/failures/<name>", "failures", _fail)
    app.add_url_rule(f"/<any({','.join(LANGUAGES)}):language>/failures/<name>", "failures_in_language", _fail)
    app.testing = False
    return app


def _fail(name: str) -> NoReturn:
    raise FAILURES[name].error
