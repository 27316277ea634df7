"""SHACL shapes (one `.ttl` per class and profile), their direct evaluation, and reports."""
