"""Small data for the tests of this folder."""

from pyoxigraph import Quad, RdfFormat, parse

PREFIXES = """
@base <http://data.example/id/> .
@prefix : <http://shape.example/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def quads(turtle: str) -> list[Quad]:
    """Turtle with the prefixes above."""
    return list(parse(PREFIXES + turtle, RdfFormat.TURTLE))
