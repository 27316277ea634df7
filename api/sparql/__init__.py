"""The SPARQL endpoint: its protocol, its description, and what queries may call."""
