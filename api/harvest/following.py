"""What those who follow the catalogue are told from: when each resource last changed, found out once a generation."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import cast

from api.portal import portal, view
from api.views import View
from graph import ledger
from graph.generations import Generations
from graph.ledger import Ledger
from loaders import lists
from queries import changes
from queries.changes import Chronicle


def chronicle() -> Chronicle:
    """Of the generation that the request reads."""
    current = view()
    return cast("Chronicle", current.once("chronicle", partial(_read, current)))


def moments() -> dict[int, int]:
    """When readers first saw what each generation of the change log changed."""
    current = view()
    return cast("dict[int, int]", current.once("moments", partial(_moments, current)))


def sizes() -> dict[int, int]:
    """How many lines the change log has of each generation."""
    current = view()
    return cast("dict[int, int]", current.once("sizes", partial(_sizes, current)))


def standing() -> set[int]:
    """The generations of whose changes some stand."""
    current = view()
    return cast("set[int]", current.once("standing", partial(_standing, current)))


def listed() -> lists.Ever:
    """What was on the list of high-value datasets at some time."""
    current = view()
    return cast("lists.Ever", current.once("listed", partial(_listed, current)))


@contextmanager
def log(current: View) -> Iterator[Ledger]:
    """The ledger, on a connection of its own: what reads long holds up no page."""
    with closing(Ledger.reading(current.generation.path / ledger.NAME)) as opened:
        yield opened


def _read(current: View) -> Chronicle:
    publications = _publications()
    with log(current) as opened:
        return changes.chronicle(opened, current.store, publications, current.before.get("chronicle"))


def _moments(current: View) -> dict[int, int]:
    with log(current) as opened:
        return opened.moments(_publications())


def _sizes(current: View) -> dict[int, int]:
    with log(current) as opened:
        return opened.sizes()


def _standing(current: View) -> set[int]:
    with log(current) as opened:
        return opened.standing()


def _listed(current: View) -> lists.Ever:
    return lists.ever(current.store, portal().iris, current.before.get("listed") or lists.Ever())


def _publications() -> dict[int, int]:
    return Generations(portal().settings.data).publications()
