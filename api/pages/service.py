"""What is about the service, not the data: health, readiness, version."""

from importlib.metadata import version as installed

from flask import Response, jsonify

from api.portal import portal, view


def health() -> Response:
    """Tell that a process answers; asks nothing of the data."""
    return _fresh(jsonify(status="ok"))


def ready() -> Response:
    """Pages can be made: a generation is published and can be read. Otherwise 503, as any page."""
    current = view()
    current.store.contains_named_graph(portal().iris.records)
    return _fresh(jsonify(status="ready", generation=current.number))


def version() -> Response:
    current = view()
    return _fresh(
        jsonify(
            software="catalograph",
            version=installed("catalograph"),
            generation=current.number,
            sealed=current.generation.manifest.sealed_at.isoformat(),
            base=portal().iris.base,
        )
    )


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
