"""Terms of N-Triples lines: told apart by their bytes where that is enough, made into terms where it is not."""

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from vocabularies.namespaces import RDF

Term = NamedNode | BlankNode | Literal | Triple


def term(token: bytes) -> Term:
    """The term that a token of a valid line spells."""
    found: Term = next(iter(parse(b"<p:p> <p:p> " + token + b" .", RdfFormat.N_TRIPLES))).object
    return found


def token(value: NamedNode | Literal) -> bytes:
    """The term as the lines of records spell it."""
    line = serialize([Triple(RDF.type, RDF.type, value)], format=RdfFormat.N_TRIPLES) or b""
    return line.split(b" ", 2)[2][:-3]


def split(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Subject, predicate and object of a line of a record."""
    subject, predicate, rest = line.split(b" ", 2)
    return subject, predicate, rest[:-3]


def blank_object(line: bytes) -> bytes | None:
    """The label in the object's place of a line, if a blank node stands there."""
    if b" _:" not in line:  # nearly all lines; this look is native
        return None
    found = line[line.rfind(b" ", 0, -3) + 1 : -3]
    return found if found.startswith(b"_:") and b'"' not in found else None
