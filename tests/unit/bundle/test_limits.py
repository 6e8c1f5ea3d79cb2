"""The limits of format 1, in figures: every other test counts in their names, and would follow a change of them."""

from __future__ import annotations

from reader.bundle import limits, names


def test_the_limits_are_those_of_the_format() -> None:
    figures = {name: value for name, value in vars(limits).items() if name.isupper() and name != "MIB"}
    assert figures == {
        "BUNDLE_BYTES": 536_870_912,
        "MEMBERS": 8_000,
        "CENTRAL_DIRECTORY_BYTES": 2_097_152,
        "KEY_BYTES": 16_384,
        "ROOT_BYTES": 262_144,
        "ROLE_BYTES": 4_194_304,
        "ROOTS_IN_A_BUNDLE": 64,
        "KEYS_IN_A_LIST": 32,
        "ROLES_OF_A_DELEGATOR": 2_000,
        "EDITION_JUMP": 10_000,
        "MEMBER_BYTES": {
            "html": 2_097_152,
            "json": 2_097_152,
            "png": 8_388_608,
            "jpg": 8_388_608,
            "pdf": 33_554_432,
            "docx": 16_777_216,
        },
        "JSON_DEPTH": 16,
        "JSON_INTEGER_DIGITS": 16,
        "RSA_BITS": 3_072,
        "RSA_EXPONENT": 65_537,
        "TABLE_NESTING": 4,
        "TABLE_CELLS": 6_000,
        "CHAPTER_CELLS": 12_000,
        "ELEMENT_DEPTH": 48,
        "PARAGRAPH_CHARACTERS": 60_000,
        "WORD_CHARACTERS": 1_000,
        "TAGS": 60_000,
        "IMAGES": 200,
        "SPAN": 200,
        "IMAGE_PIXELS": 24_000_000,
        "IMAGE_SIDE_PIXELS": 10_000,
    }


def test_the_names_that_windows_takes_for_devices_are_those_of_windows() -> None:
    assert {
        *("con", "prn", "aux", "nul"),
        *("com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9"),
        *("lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"),
    } == names._DEVICES
