"""The declared model: what each profile says of classes and properties, stated once, in tables (see README.md here)."""
