"""Queries that mean harm: each would take for ever, all memory, or the parser's stack."""

from collections.abc import Iterator

_ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
_REGEX = "(a{0,900}){0,900}" * 30
_PATH = "!<http://example.org/none>*"


def _doubling(start: str, function: str, times: int = 40) -> str:
    """The length of a text that doubles with each BIND; `function` says how, of `?`."""
    steps = " ".join(f"BIND({function.replace('?', f'?x{n}')} AS ?x{n + 1})" for n in range(times))
    return f'SELECT (STRLEN(?x{times}) AS ?n) {{ BIND("{start}" AS ?x0) {steps} }}'


def _values(variables: int) -> str:
    numbers = " ".join(map(str, range(60)))
    return " ".join(f"VALUES ?v{n} {{ {numbers} }}" for n in range(variables))


def queries() -> Iterator[tuple[str, str]]:
    """Thirty of them, by name."""
    yield "cross product counted", f"SELECT (COUNT(*) AS ?n) {{ {_ALL} }}"
    yield "cross product streamed", f"SELECT * {{ {_ALL} }}"
    yield "cross product sorted", f"SELECT * {{ {_ALL} }} ORDER BY ?l ?i ?f ?c"
    yield "cross product made distinct", f"SELECT DISTINCT ?a ?d ?g ?j {{ {_ALL} }}"
    yield "cross product grouped", f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {_ALL} }} GROUP BY ?a ?d ?g"
    yield "cross product concatenated", f"SELECT (GROUP_CONCAT(?i) AS ?all) {{ {_ALL} }}"
    yield "cross product constructed", f"CONSTRUCT {{ ?a ?b ?i . ?d ?e ?l }} WHERE {{ {_ALL} }}"
    yield "cross product described", f"DESCRIBE ?a ?d ?g ?j {{ {_ALL} }}"
    yield (
        "cross product asked for what is not there",
        f"ASK {{ {_ALL} FILTER(STRLEN(CONCAT(STR(?c), STR(?f), STR(?i), STR(?l))) = 1) }}",
    )
    yield (
        "cross product filtered by a slow test",
        f'SELECT * {{ {_ALL} FILTER(REGEX(CONCAT(STR(?c), STR(?l)), "(x+x+)+y")) }}',
    )
    yield "cross product with an offset", f"SELECT * {{ {_ALL} }} OFFSET 999999999999 LIMIT 1"
    yield (
        "cross product in a sub-query",
        f"SELECT (MAX(?n) AS ?m) {{ {{ SELECT ?a (COUNT(*) AS ?n) {{ {_ALL} }} GROUP BY ?a }} }}",
    )
    yield (
        "cross product not existing",
        "SELECT * { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f . ?g ?h ?i FILTER(?f = ?c && ?i = ?nowhere) } }",
    )
    yield "cross product minus", f"SELECT * {{ {_ALL} MINUS {{ ?a ?b ?i . ?d ?e ?l }} }}"
    yield (
        "cross product of optionals",
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i OPTIONAL { ?j ?k ?l } } } }",
    )
    yield "cross product of unions", f"SELECT (COUNT(*) AS ?n) {{ {{ {_ALL} }} UNION {{ {_ALL} }} UNION {{ {_ALL} }} }}"
    yield "cross product of random numbers", f"SELECT (SUM(RAND()) AS ?n) {{ {_ALL} }} ORDER BY RAND()"
    yield "cross product of digests", f"SELECT (COUNT(DISTINCT SHA512(CONCAT(STR(?c), STR(?l)))) AS ?n) {{ {_ALL} }}"
    yield (
        "paths from everywhere to everywhere",
        f"SELECT (COUNT(*) AS ?n) {{ ?a {_PATH} ?b . ?b {_PATH} ?c . ?c {_PATH} ?d }}",
    )
    yield "paths in paths", f"SELECT (COUNT(*) AS ?n) {{ ?a (({_PATH})/(^{_PATH})/({_PATH}))* ?b . ?c ({_PATH})+ ?d }}"
    yield "paths there and back", "SELECT (COUNT(*) AS ?n) { ?a (!<a:a>|!^<a:a>)* ?b . ?b (!<a:a>|!^<a:a>)* ?c }"
    yield "a text that doubles by REPLACE", _doubling("0123456789", 'REPLACE(?, ".", "$0$0")')
    yield "a text that doubles by CONCAT", _doubling("0123456789", "CONCAT(?, ?)")
    yield "a text that grows by encoding", _doubling("%%%%%%%%", "ENCODE_FOR_URI(CONCAT(?, ?))")
    yield "values by values", f"SELECT (COUNT(*) AS ?n) {{ {_values(9)} }}"
    yield (
        "a star of 200 patterns",
        "SELECT * { ?s " + " ; ".join(f"<http://example.org/p{n}> ?o{n}" for n in range(200)) + " }",
    )
    yield (
        "a star of 200 free patterns",
        "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?s ?p{n} ?o{n}" for n in range(200)) + " }",
    )
    yield "a chain of 200 patterns", "SELECT * { " + " . ".join(f"?n{n} ?p{n} ?n{n + 1}" for n in range(200)) + " }"
    yield "a regular expression of a megabyte", f'SELECT * {{ {_ALL} FILTER(REGEX(STR(?c), "{_REGEX}")) }}'
    yield "braces without end", "SELECT * " + "{" * 60000


def bombs(size: int) -> Iterator[tuple[str, str]]:
    """Twenty-one ways to nest, each about `size` bytes long."""
    for name, before, opened, core, closed, after in _NESTED:
        times = max(1, (size - len(before + core + after)) // max(1, len(opened + closed)))
        yield name, before + opened * times + core + closed * times + after


_FILTER = ("SELECT * { ?s ?p ?o FILTER(", ") }")
_NESTED = (
    ("groups", "SELECT * {", "{", "?s ?p ?o", "}", "}"),
    ("groups never closed", "SELECT * ", "{", "", "", ""),
    ("sub-queries", "SELECT * {", "{SELECT * {", "?s ?p ?o", "}}", "}"),
    ("optionals", "SELECT * {", "OPTIONAL{", "?s ?p ?o", "}", "}"),
    ("minus", "SELECT * {", "?s ?p ?o MINUS{", "?s ?p ?o", "}", "}"),
    ("graphs", "SELECT * {", "GRAPH ?g{", "?s ?p ?o", "}", "}"),
    ("unions in unions", "SELECT * {", "{?s ?p ?o}UNION{", "?s ?p ?o", "}", "}"),
    ("unions in a row", "SELECT * {{?s ?p ?o}", "UNION{?s ?p ?o}", "", "", "}"),
    ("exists", "SELECT * {?s ?p ?o ", "FILTER EXISTS{?s ?p ?o ", "", "}", "}"),
    ("not exists", "SELECT * {?s ?p ?o ", "FILTER NOT EXISTS{?s ?p ?o ", "", "}", "}"),
    ("brackets", _FILTER[0], "(", "1", ")", _FILTER[1]),
    ("brackets never closed", _FILTER[0], "(", "", "", ""),
    ("negations", _FILTER[0], "!", "?o", "", _FILTER[1]),
    ("minus signs", _FILTER[0], "-", "?o", "", _FILTER[1]),
    ("sums", _FILTER[0], "1+", "1", "", _FILTER[1]),
    ("conditions", _FILTER[0], "IF(1,1,", "1", ")", _FILTER[1]),
    ("functions", _FILTER[0], "STR(", "?o", ")", _FILTER[1]),
    ("lists", "SELECT * {?s ?p ", "(", "1", ")", "}"),
    ("blank nodes", "SELECT * {?s ?p ", "[?p ", "1", "]", "}"),
    ("paths", "SELECT * {?s ", "(", "<a:a>", ")*", " ?o}"),
    ("triple terms", "SELECT * {?s ?p ", "<<(?s ?p ", "1", ")>>", "}"),
)
