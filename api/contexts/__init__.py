"""What pages are made of: one dataclass per page, its fields all that the template may print."""
