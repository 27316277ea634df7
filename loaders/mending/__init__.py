"""Repair of values on the way from received to published records: a rule is a row of a table or a named function.

Only what is certainly meant is changed, the received value is kept beside the record, and a record that is right comes
out byte for byte. What a table lists is said in README.md beside it.
"""
