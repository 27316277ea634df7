"""From shapes in RDF to a plan: what is evaluated directly, along which paths, and what is left to another engine."""
