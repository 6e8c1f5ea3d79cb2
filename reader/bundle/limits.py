"""The limits of format 1, in one place. Sizes in bytes."""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024

BUNDLE_BYTES: Final = 512 * MIB
MEMBERS: Final = 8_000
CENTRAL_DIRECTORY_BYTES: Final = 2 * MIB

KEY_BYTES: Final = 16 * 1024
ROOT_BYTES: Final = 256 * 1024
ROLE_BYTES: Final = 4 * MIB
ROOTS_IN_A_BUNDLE: Final = 64
KEYS_IN_A_LIST: Final = 32
ROLES_OF_A_DELEGATOR: Final = 2_000
EDITION_JUMP: Final = 10_000

MEMBER_BYTES: Final = {
    "html": 2 * MIB,
    "json": 2 * MIB,
    "png": 8 * MIB,
    "jpg": 8 * MIB,
    "pdf": 32 * MIB,
    "docx": 16 * MIB,
}

JSON_DEPTH: Final = 16
JSON_INTEGER_DIGITS: Final = 16

RSA_BITS: Final = 3_072
RSA_EXPONENT: Final = 65_537

TABLE_NESTING: Final = 4
TABLE_CELLS: Final = 6_000
CHAPTER_CELLS: Final = 12_000
ELEMENT_DEPTH: Final = 48
PARAGRAPH_CHARACTERS: Final = 60_000
WORD_CHARACTERS: Final = 1_000
TAGS: Final = 60_000
IMAGES: Final = 200
SPAN: Final = 200
IMAGE_PIXELS: Final = 24_000_000
IMAGE_SIDE_PIXELS: Final = 10_000
