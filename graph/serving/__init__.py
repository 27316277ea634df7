"""Public queries, answered by disposable caged workers that one broker process owns; the web side only asks."""
