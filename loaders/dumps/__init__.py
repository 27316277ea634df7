"""Dumps: everything that is published, in files to take home, made after the flip and kept when generations go."""
