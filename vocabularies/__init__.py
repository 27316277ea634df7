"""Namespaces, authority tables, concept look-up, value-mapping tables: what the field has agreed on."""
