"""How statements become bytes: terms as text, canonical blank-node labels, one writer per syntax."""
