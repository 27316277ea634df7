"""Every answer has 100 points or more of Mozilla's HTTP Observatory, whose own tests score it here.

https://github.com/mdn/mdn-http-observatory
"""

import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from tests.protection.asking import Answer
from tests.protection.conftest import BASE

CLIENTS: Final = Path(__file__).parents[1] / "clients"
NODE: Final = shutil.which("node")
ENOUGH: Final = 100
_ASIDE: Final = {"Content-Length", "Date", "Etag", "Last-Modified", "Link"}
"""Headers of each answer's own, which the Observatory does not look at."""


@dataclass(frozen=True, slots=True)
class Score:
    points: int
    tests: dict[str, tuple[str, int]]

    def __str__(self) -> str:
        lost = [f"{result} {points}" for result, points in self.tests.values() if points < 0]
        return f"{self.points:4} {', '.join(lost)}"


@pytest.fixture(scope="module")
def node() -> str:
    if NODE is None or not (CLIENTS / "node_modules" / "@mdn" / "mdn-http-observatory").exists():
        pytest.skip("answers were not scored by the HTTP Observatory: that needs node, and `make clients`")
    return NODE


def _scores(node: str, answers: Iterable[Answer]) -> list[Score]:
    """One each; what differs in nothing that is looked at is looked at once."""
    told = [_told(answer) for answer in answers]
    different = list(dict.fromkeys(told))
    order = [node, str(CLIENTS / "observatory.mjs")]
    scored = subprocess.run(order, input=f"[{','.join(different)}]", text=True, capture_output=True, check=True)
    scores = [Score(one["score"], one["tests"]) for one in json.loads(scored.stdout)]
    by_answer = dict(zip(different, scores, strict=True))
    return [by_answer[one] for one in told]


def _told(answer: Answer) -> str:
    """An answer as the Observatory would get it through the proxy; it reads the bodies of pages alone."""
    page = answer.all_of("Content-Type") == ["text/html; charset=utf-8"] and not answer.all_of("Content-Encoding")
    body = answer.body.decode() if page else ""
    headers = [(name, value) for name, value in answer.headers if name.title() not in _ASIDE]
    return json.dumps({"address": BASE, "status": answer.status, "headers": headers, "body": body})


def _table(answers: Sequence[Answer], scores: Sequence[Score]) -> str:
    rows = [f"{score} {answer}" for answer, score in zip(answers, scores, strict=True) if score.points < ENOUGH]
    return "\n".join(["", *rows])


def test_every_answer_has_a_hundred_points(node: str, answers: list[Answer]) -> None:
    scores = _scores(node, answers)
    assert len(scores) == len(answers)
    assert min(score.points for score in scores) >= ENOUGH, _table(answers, scores)


def test_pages_have_all_the_points_there_are_for_who_is_on_no_list(node: str, answers: list[Answer]) -> None:
    home = next(each for each in answers if (each.method, each.path, each.status) == ("GET", "/", 200))
    (score,) = _scores(node, [home])
    assert score.points == 130


@pytest.mark.parametrize(
    ("missing", "lost"),
    [
        ("Content-Security-Policy", "csp-not-implemented"),
        ("Strict-Transport-Security", "hsts-not-implemented"),
        ("X-Content-Type-Options", "x-content-type-options-not-implemented"),
    ],
)
def test_an_answer_without_a_header_is_found(node: str, answers: list[Answer], missing: str, lost: str) -> None:
    whole = next(each for each in answers if each.path == "/-/health")
    lacking = replace(whole, headers=tuple(each for each in whole.headers if each[0].title() != missing.title()))
    complete, found = _scores(node, [whole, lacking])
    assert complete.points > found.points
    assert lost in {result for result, _ in found.tests.values()}


@pytest.mark.parametrize(
    ("said", "lost"),
    [
        (("Set-Cookie", "session=1"), "cookies-session-without-httponly-flag"),
        (("Content-Security-Policy", "script-src 'unsafe-inline'"), "csp-implemented-with-unsafe-inline"),
    ],
)
def test_an_answer_that_says_too_much_is_found(
    node: str, answers: list[Answer], said: tuple[str, str], lost: str
) -> None:
    whole = next(each for each in answers if each.path == "/-/health")
    others = tuple(each for each in whole.headers if each[0].title() != said[0])
    (found,) = _scores(node, [replace(whole, headers=(*others, said))])
    assert found.points < ENOUGH
    assert lost in {result for result, _ in found.tests.values()}
