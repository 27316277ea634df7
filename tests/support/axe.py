"""What axe-core finds on a page: https://github.com/dequelabs/axe-core/blob/develop/doc/API.md.

It comes from npm (`make clients`) and is put into the page by the browser, so that no policy of ours has to allow it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE: Final = Path(__file__).parents[1] / "clients" / "node_modules" / "axe-core" / "axe.min.js"

TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

_RUN: Final = """async (tags) => {
    const told = await axe.run(document, { runOnly: tags, resultTypes: ["violations", "incomplete"] });
    const brief = (each) => each.flatMap((rule) => rule.nodes.map((node) => [
        rule.id, node.target.flat().join(" "),
        [...node.any, ...node.all, ...node.none].map((one) => one.message).join("; "),
    ]));
    return [brief(told.violations), brief(told.incomplete)];
}"""

_RULES: Final = "(tags) => axe.getRules(tags).map((rule) => rule.ruleId)"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule, the element that it is about, and what it says."""

    rule: str
    element: str
    message: str


@dataclass(frozen=True, slots=True)
class Examined:
    violations: list[Finding]
    undecided: list[Finding]
    """What a person has to look at."""


def load(page: "Page") -> None:
    page.evaluate(AXE.read_text("utf-8"))


def examine(page: "Page") -> Examined:
    """Of a page into which it was loaded."""
    told: list[list[Any]] = page.evaluate(_RUN, TAGS)
    violations, undecided = ([Finding(*each) for each in part] for part in told)
    return Examined(violations, undecided)


def rules(page: "Page") -> list[str]:
    """The names of all that are asked."""
    found: list[str] = page.evaluate(_RULES, TAGS)
    return found
