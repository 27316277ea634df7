"""A report as people and programs read it: text, JSON, SHACL in Turtle, HTML; each a module of forms/."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from shapes.reporting.forms.members import as_json
from shapes.reporting.forms.page import as_page
from shapes.reporting.forms.style import Style
from shapes.reporting.forms.text import as_text
from shapes.reporting.forms.turtle import as_turtle
from shapes.reporting.report import Report

FORMS: Final[Mapping[str, Callable[[Report, Style], Iterator[str]]]] = {
    "text": as_text,
    "json": as_json,
    "ttl": as_turtle,
    "html": as_page,
}

__all__ = ["FORMS", "Style", "pieces", "render"]


def pieces(report: Report, form: str, style: Style) -> Iterator[str]:
    """The report in one of FORMS, to be written as it comes; text and HTML in one language, the others carry all."""
    return FORMS[form](report, style)


def render(report: Report, form: str, language: str = "en") -> str:
    """The whole of a small report, as it looks without a terminal."""
    return "".join(pieces(report, form, Style(language)))
