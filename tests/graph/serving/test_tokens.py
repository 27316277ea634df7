import time

import pytest

from graph.serving.tokens import place, tokens


def _kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<http://example.org/#a>", "iri"),
        (r"<http://example.org/\u0041>", "iri"),
        ('"a } \\" b"', "string"),
        ("'a } \\' b'", "string"),
        ('"""a "b" ""c\n\\""" }"""', "string"),
        ("'''a 'b' ''c\n }'''", "string"),
        ('""', "string"),
        ("?SERVICE", "variable"),
        ("$é1", "variable"),
        ("_:b.c", "blank"),
        ("service:SERVICE", "name"),
        (r"x:a\-b%20c:d.e", "name"),
        (":", "name"),
        ("SERVICE", "word"),
        ("1.5e-3", "number"),
        (".5", "number"),
        ("@en-GB", "tag"),
        ("<<(", "punctuation"),
        ("{|", "punctuation"),
    ],
)
def test_each_kind_of_word_is_one_token(text: str, kind: str) -> None:
    assert _kinds(f" {text}\n# comment }} <a>\n ") == [(kind, text)]


def test_words_that_touch_are_told_apart() -> None:
    assert [text for _, text in _kinds("SERVICE<a:b>{?s?p?o}")] == ["SERVICE", "<a:b>", "{", "?s", "?p", "?o", "}"]
    assert [text for _, text in _kinds("true.SERVICE#c\n<a:b>")] == ["true", ".", "SERVICE", "<a:b>"]
    assert [text for _, text in _kinds("x:a. ?b<?c && ?d>?e")] == ["x:a", ".", "?b", "<", "?c", "&&", "?d", ">", "?e"]


def test_a_string_that_never_ends_hides_nothing_and_is_no_string() -> None:
    assert [kind for kind, _ in _kinds('"a SERVICE <a:b>')] == ["punctuation"]
    assert [kind for kind, _ in _kinds('"""a\n SERVICE <a:b>')] == ["punctuation"]


@pytest.mark.parametrize(
    "piece",
    ["{", "<", "<a", '"', '"\\', "'''\"", '"""\n\\"""\n', "a.", "a:", "_:", "?", "1", ".1e", "\\", "x..", "@a-", "#"],
)
def test_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    began = time.thread_time()
    for _ in tokens(piece * (64_000 // len(piece))):
        pass
    assert time.thread_time() - began < 10  # a tenth of a second; quadratic it would take minutes


def test_a_place_is_a_line_and_a_column() -> None:
    assert place("ab\ncd", 0) == (1, 1)
    assert place("ab\ncd", 4) == (2, 2)
