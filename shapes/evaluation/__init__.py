"""Directly evaluating a plan on a graph of records and what is known beside it: facts, tables, targets."""
