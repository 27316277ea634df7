"""What goes wrong, and what becomes of it: kinds of problem, pages and problem details, refused queries."""
