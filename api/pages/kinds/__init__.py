"""The pages of records, by kind."""
