"""From a source to a published generation: fetching, parsing in the cage, repair, pipeline, publishing."""
