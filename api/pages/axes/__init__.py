"""The axes of the catalogue: what datasets have in common, each value with a page of its own."""
