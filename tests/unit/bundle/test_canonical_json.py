"""JSON with exactly one spelling. Row 31 of the threat table, and the ways in which parsers differ."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.bundle import canonical_json, limits
from reader.bundle.canonical_json import JsonValue
from reader.domain.errors import Reason
from tests.support.opening import reason_of, refused

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def _parse(raw: bytes, max_bytes: int = limits.ROLE_BYTES) -> JsonValue:
    return canonical_json.parse(raw, "The file", Reason.META_FORM, max_bytes)


@settings(deadline=None)
@given(values)
def test_what_is_dumped_is_read_back(value: JsonValue) -> None:
    raw = canonical_json.dump(value)
    assert raw.isascii()
    assert _parse(raw) == value


@settings(deadline=None)
@given(
    values,
    st.sampled_from([None, 0, 2, "\t"]),
    st.fixed_dictionaries({"sort_keys": st.booleans(), "ensure_ascii": st.booleans()}),
)
def test_any_other_spelling_of_a_value_is_refused(
    value: JsonValue, indent: int | str | None, options: dict[str, Any]
) -> None:
    raw = json.dumps(value, indent=indent, **options).encode("utf-8", errors="surrogatepass")
    if raw == canonical_json.dump(value):
        return
    with refused(Reason.META_FORM, "The file"):
        _parse(raw)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_but_a_refusal(raw: bytes) -> None:
    if reason_of(lambda: _parse(raw)) is not Reason.META_FORM:
        assert canonical_json.dump(_parse(raw)) == raw


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b"{}",
        b"{} \n",
        b"{}\r\n",
        b"\xef\xbb\xbf{}\n",
        b"\xff\xfe{\0}\0\n\0",
        b"{}\n{}\n",
        b"{}\n\0",
        b"NaN\n",
        b"Infinity\n",
        b"-Infinity\n",
        b'{\n "a": NaN\n}\n',
        b"1.0\n",
        b"1e3\n",
        b"1E400\n",
        b"0.1\n",
        b"-0\n",
        b"01\n",
        b"+1\n",
        b"0x10\n",
        b"1_000\n",
        b"'a'\n",
        b'"a\n',
        b'"\t"\n',
        b'"\\u00E9"\n',
        b'"\\/"\n',
        b'"\\x41"\n',
        b'"\\u0041"\n',
        b'"\xc3\xa9"\n',
        b'{\n "a": 1,\n "a": 1\n}\n',
        b'{\n "a": 1,\n "a": 2\n}\n',
        b'{\n "b": 1,\n "a": 2\n}\n',
        b'{\n "a": 1,\n}\n',
        b"[\n 1,\n]\n",
        b"// comment\n{}\n",
        b"undefined\n",
        b"True\n",
    ],
    ids=repr,
)
def test_other_spellings_and_other_values_are_refused(raw: bytes) -> None:
    with refused(Reason.META_FORM):
        _parse(raw)


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (b'{\n "a": 1,\n "a": 1\n}\n', "a key stands twice"),
        (b"1.5\n", "a number has a fraction"),
        (b"NaN\n", "a number has a fraction"),
        (b'"\xc3\xa9"\n', "it holds characters that are not ASCII"),
        (b'"\\ud800"\n', "it holds half a character"),
        (b"{", "it cannot be read"),
        (b"{} \n", "it is not in the canonical spelling"),
    ],
)
def test_the_refusal_says_what_is_wrong(raw: bytes, cause: str) -> None:
    with refused(Reason.META_FORM, f"The file is not written as a bundle's JSON must be: {cause}."):
        _parse(raw)


@pytest.mark.parametrize("digits", [17, 400, 4_300, 4_301, 5_000, 100_000])
@pytest.mark.parametrize("sign", ["", "-"])
def test_an_integer_of_too_many_digits_is_refused_unread(digits: int, sign: str) -> None:
    with refused(Reason.META_FORM, "a number is too long"):
        _parse(f"{sign}{'9' * digits}\n".encode())


def test_an_integer_of_sixteen_digits_is_read() -> None:
    assert _parse(b"9999999999999999\n") == 9_999_999_999_999_999
    assert _parse(b"-9999999999999999\n") == -9_999_999_999_999_999


@pytest.mark.parametrize("text", ["[", '{"a":', "[[1],"])
def test_a_hundred_thousand_levels_are_refused(text: str) -> None:
    with refused(Reason.META_FORM):
        _parse((text * 100_000).encode())
    with refused(Reason.META_FORM, "nested too deeply"):
        _parse(b"[" * 100_000 + b"]" * 100_000)


def _nested(depth: int, innermost: JsonValue) -> bytes:
    value = innermost
    for _ in range(depth):
        value = [value]
    return canonical_json.dump(value)


@pytest.mark.parametrize("kind", ["array of a number", "object of a number"])
def test_sixteen_levels_are_read_and_seventeen_are_not(kind: str) -> None:
    innermost: JsonValue = [1] if kind.startswith("array") else {"a": 1}
    assert _parse(_nested(limits.JSON_DEPTH - 1, innermost))
    with refused(Reason.META_FORM, "nested too deeply"):
        _parse(_nested(limits.JSON_DEPTH, innermost))


def test_levels_of_objects_count_as_levels_of_arrays_do() -> None:
    value: JsonValue = 1
    for _ in range(limits.JSON_DEPTH):
        value = {"a": value}
    assert _parse(canonical_json.dump(value)) == value
    with refused(Reason.META_FORM, "nested too deeply"):
        _parse(canonical_json.dump({"a": value}))


@pytest.mark.parametrize("innermost", [[], {}], ids=repr)
def test_an_empty_seventeenth_level_is_a_level_too(innermost: JsonValue) -> None:
    assert _parse(_nested(limits.JSON_DEPTH - 1, innermost))
    with refused(Reason.META_FORM, "nested too deeply"):
        _parse(_nested(limits.JSON_DEPTH, innermost))


def test_a_file_over_its_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = canonical_json.dump("a" * 100)
    assert _parse(raw, max_bytes=len(raw))
    five_megabytes = canonical_json.dump(["a"] * 900_000)
    assert len(five_megabytes) > 5_000_000 > limits.ROLE_BYTES

    def no_reading(*_: object, **__: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr(json, "loads", no_reading)
    for too_long, most in ((raw, len(raw) - 1), (five_megabytes, limits.ROLE_BYTES)):
        with refused(Reason.TOO_BIG):
            _parse(too_long, max_bytes=most)


def test_the_refusal_carries_the_code_that_the_caller_chose() -> None:
    with refused(Reason.MANIFEST, "The manifest"):
        canonical_json.parse(b"{}", "The manifest", Reason.MANIFEST, 100)
