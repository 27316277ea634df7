"""Validation of documents that are not loaded: `catalograph validate`."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from loaders.parse import Fault
from loaders.pipeline import Pipeline
from shapes.report import Report
from shapes.validation import validate


def report_of(
    pipeline: Pipeline, locations: Sequence[str], profiles: Sequence[str], syntax: str | None
) -> tuple[Report, list[Fault]]:
    """The report on documents as received, and what could not be read of them."""
    with tempfile.TemporaryDirectory(prefix="catalograph-") as folder:
        statements, faults = Pipeline(Path(folder), pipeline.iris, pipeline.limits).received(locations, syntax)
    return validate(statements, profiles), faults
