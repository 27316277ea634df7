"""The least a Flask page can be: what every page of ours is measured beside."""

from flask import Flask


def create_app() -> Flask:
    """One page of fixed text at `/`."""
    app = Flask(__name__)

    @app.get("/")
    def page() -> str:
        return "<!doctype html><html lang=en><title>Bare</title><p>Nothing is looked up for this page."

    return app
