"""One question per `.rq` file, its typed parameters, and the runner."""
