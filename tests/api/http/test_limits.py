import re
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from api.http.limits import Allowance, Places
from api.settings import Settings
from graph.errors import QueryBusy


@dataclass
class Usage:
    limit: float = 60.0
    remaining: float = 41.9
    reset: float = 18.1


class Meter:
    def usage(self, client: str, /) -> Usage:
        if client == "nobody knows":
            raise QueryBusy("the query service is restarting", 1)
        return Usage()


ALLOWANCE = Allowance(Meter(), Settings(query_client_seconds=60, query_client_running=3, query_client_waiting=6))


def test_a_client_reads_what_it_may_use_and_what_is_left_in_both_ways_of_saying_it() -> None:
    assert dict(ALLOWANCE.headers("192.0.2.1")) == {
        "RateLimit-Policy": '"work";q=60;qu="seconds";w=60, "queries";q=9;qu="concurrent-requests"',
        "RateLimit": '"work";r=41;t=19',
        "RateLimit-Limit": "60",
        "RateLimit-Remaining": "41",
        "RateLimit-Reset": "19",
    }


def test_while_nobody_knows_the_whole_allowance_is_told() -> None:
    assert dict(ALLOWANCE.headers("nobody knows"))["RateLimit"] == '"work";r=60;t=0'


def test_the_fields_are_structured_as_their_syntax_has_it() -> None:
    item = r'"[a-z]+"(;[a-z]+=("[a-z-]+"|\d+))+'
    for name, value in ALLOWANCE.headers("192.0.2.1")[:3:2]:
        assert re.fullmatch(rf"{item}(, {item})*", value), name


def test_one_client_cannot_take_all_places() -> None:
    places = Places(5, 2, "long answers")
    for client in ("a", "a", "b", "b", "c"):
        places.take(client)
    with pytest.raises(QueryBusy, match="this client has 2 long answers at once") as crowded:
        places.take("a")
    assert crowded.value.over_budget
    with pytest.raises(QueryBusy, match="there are 5") as full:
        places.take("d")
    assert not full.value.over_budget
    places.leave("a")
    places.take("d")
    places.leave("a")
    assert "a" not in places._held


def test_places_that_are_held_are_bounded_for_one_and_for_all_and_come_back() -> None:
    places = Places(3, 2, "queries waiting for other endpoints")
    with ExitStack() as held:
        for client in ("a", "a", "b"):
            held.enter_context(places.held(client))
        with pytest.raises(QueryBusy, match="this client has 2 queries waiting") as caught, places.held("a"):
            pass
        assert caught.value.over_budget
        with pytest.raises(QueryBusy, match="there are 3 queries waiting") as caught, places.held("c"):
            pass
        assert not caught.value.over_budget
    with places.held("c"), places.held("a"), places.held("a"):
        pass
