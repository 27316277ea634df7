"""Pictures of reuses and logos of organisations: fetched after a harvest, made anew in the cage, kept by digest."""
