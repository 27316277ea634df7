"""Maps as outlines that are drawn here: which part of Earth, what lies there, and what of it is meant."""
