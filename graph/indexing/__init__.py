"""What the search index holds of a record, and how words become a question to it."""
