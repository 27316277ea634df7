"""The interfaces for programs, told to people and as OpenAPI."""
