"""The model, IRIs, generations, search index, caged workers and the typed serialiser: the catalogue as a graph."""
