"""The constraint components of SHACL Core and its paths: given the value nodes, which results there are."""
