"""Lists that readers search, filter and sort: what the address asks for, and the forms of what is found."""
