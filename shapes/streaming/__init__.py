"""Evaluating a plan over a stream of records in bounded memory: two passes, portions for each core, the remainder."""
