"""JSON with exactly one spelling: ASCII, sorted keys, indent 1, no floats, no duplicate keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from json.encoder import encode_basestring_ascii
from typing import Final, NoReturn

from reader.bundle.limits import JSON_DEPTH, JSON_INTEGER_DIGITS
from reader.domain.errors import BundleRefusedError, Reason

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]


_SCALARS: Final[dict[bool | None, str]] = {None: "null", True: "true", False: "false"}
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


def dump(value: JsonValue) -> bytes:
    """The one spelling of a value."""
    parts: list[str] = []
    _write(value, "\n", parts)
    parts.append("\n")
    return "".join(parts).encode("ascii")


def _write(value: JsonValue, line_start: str, parts: list[str]) -> None:
    """As `json.dumps` with sorted keys and an indent of 1, which is not written in C and takes three times as long."""
    if isinstance(value, str):
        parts.append(encode_basestring_ascii(value))
    elif isinstance(value, dict):
        if not value:
            parts.append("{}")
            return
        inner = line_start + " "
        opening = "{"
        for key in sorted(value):
            parts.append(f"{opening}{inner}{encode_basestring_ascii(key)}: ")
            _write(value[key], inner, parts)
            opening = ","
        parts.append(line_start + "}")
    elif isinstance(value, list):
        if not value:
            parts.append("[]")
            return
        inner = line_start + " "
        opening = "["
        for item in value:
            parts.append(opening + inner)
            _write(item, inner, parts)
            opening = ","
        parts.append(line_start + "]")
    else:
        parts.append(_SCALARS[value] if value is None or isinstance(value, bool) else str(value))


def parse(raw: bytes, what: str, reason: Reason, max_bytes: int) -> JsonValue:
    """Read a member, refusing everything that is not the one spelling of its own value.

    Args:
        raw: The bytes of the member.
        what: The member as the message names it.
        reason: The code to refuse with.
        max_bytes: Longer members are refused unread.

    Raises:
        BundleRefusedError: when the bytes are no canonical JSON.
    """

    def refuse(cause: str) -> NoReturn:
        raise BundleRefusedError(reason, f"{what} is not written as a bundle's JSON must be: {cause}.")

    def no_duplicates(pairs: Iterable[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        value: dict[str, JsonValue] = {}
        for key, item in pairs:
            if key in value:
                refuse("a key stands twice")
            value[key] = item
        return value

    def short_integer(digits: str) -> int:
        if len(digits.lstrip("-")) > JSON_INTEGER_DIGITS:
            refuse("a number is too long")
        return int(digits)

    def no_float(_: str) -> NoReturn:
        refuse("a number has a fraction")

    if len(raw) > max_bytes:
        raise BundleRefusedError(Reason.TOO_BIG, f"{what} is larger than the format allows.")
    try:
        value: JsonValue = json.loads(
            raw.decode("ascii"),
            object_pairs_hook=no_duplicates,
            parse_int=short_integer,
            parse_float=no_float,
            parse_constant=no_float,
        )
    except UnicodeDecodeError:
        refuse("it holds characters that are not ASCII")
    except RecursionError:
        refuse("it is nested too deeply")
    except ValueError:
        refuse("it cannot be read")
    fault = _fault(value, raw)
    if fault is not None:
        refuse(fault)
    return value


def _fault(value: JsonValue, raw: bytes) -> str | None:
    if _is_too_deep(value):
        return "it is nested too deeply"
    if b"\\ud" in raw and _LONE_SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        return "it holds half a character"
    return "it is not in the canonical spelling" if dump(value) != raw else None


def _is_too_deep(value: JsonValue) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(JSON_DEPTH):
        items = (item for box in level for item in (box.values() if isinstance(box, dict) else box))
        level = [item for item in items if isinstance(item, dict | list)]
        if not level:
            return False
    return True
