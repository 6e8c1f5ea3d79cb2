"""Pictures: their stated size, and that nothing but pixels is given to a decoder. Row 43, without the window."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.bundle import limits
from reader.bundle.pictures import bare_picture, picture_size
from reader.domain.errors import Reason
from tests.support.opening import reason_of, refused
from tests.support.pictures import chunk, jpeg, packed_zeros, png, segment

TRANSPARENCY = chunk(b"tRNS", b"\0\1\0\2\0\3")
FRAME = struct.pack(">I5IHHBB", 0, 60, 40, 0, 0, 0, 1, 1, 0, 0)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (png(60, 40), "x.png"),
        (png(60, 40, beside=TRANSPARENCY), "x.png"),
        (jpeg(60, 40), "x.jpg"),
        (jpeg(60, 40, frame=0xC2, scans=10), "x.jpg"),
    ],
    ids=["png", "transparent png", "jpeg", "progressive jpeg"],
)
def test_an_honest_picture_states_its_size_and_keeps_its_pixels(data: bytes, name: str) -> None:
    assert picture_size(data, name) == (60, 40)
    bare = bare_picture(data, name)
    assert picture_size(bare, name) == (60, 40)
    assert bare == data


@pytest.mark.threat(43)
@pytest.mark.parametrize("name", ["x.png", "x.jpg"])
@pytest.mark.parametrize(
    ("width", "height"), [(30_000, 30_000), (10_001, 10), (10, 10_001), (9_000, 9_000), (0, 9), (9, 0)]
)
def test_a_picture_that_states_a_size_beyond_the_limits_is_refused(
    name: str, width: int, height: int
) -> None:
    data = png(width, height, pixels=b"") if name == "x.png" else jpeg(width, height)
    with refused(Reason.CONTENT, "x."):
        picture_size(data, name)
    with refused(Reason.CONTENT, "x."):
        bare_picture(data, name)


def test_a_picture_at_the_limits_is_measured() -> None:
    side = limits.IMAGE_SIDE_PIXELS
    for width, height in ((side, limits.IMAGE_PIXELS // side), (limits.IMAGE_PIXELS // side, side)):
        assert picture_size(png(width, height, pixels=b""), "x.png") == (width, height)
        assert picture_size(jpeg(width, height), "x.jpg") == (width, height)


@pytest.mark.parametrize("name", ["x.jpg", "x.svg", "x", "x.bmp", "x.gif", "x.PNG", "png"])
def test_a_png_is_taken_for_nothing_else(name: str) -> None:
    with refused(Reason.CONTENT):
        picture_size(png(9, 9), name)


@pytest.mark.parametrize("name", ["x.png", "x.jpeg", "x"])
def test_a_jpeg_is_taken_for_nothing_else(name: str) -> None:
    with refused(Reason.CONTENT):
        picture_size(jpeg(9, 9), name)


BESIDE: dict[str, Callable[[], bytes]] = {
    "a packed text of 100 MB": lambda: chunk(b"zTXt", b"Comment\0\0" + packed_zeros(100)),
    "hundreds of packed texts": lambda: chunk(b"zTXt", b"Comment\0\0" + packed_zeros(7)) * 100,
    "an international packed text": lambda: chunk(b"iTXt", b"Comment\0\1\0\0\0" + packed_zeros(100)),
    "a profile of 100 MB": lambda: chunk(b"iCCP", b"icc\0\0" + packed_zeros(100)),
    "a profile that states 2 GB": lambda: chunk(
        b"iCCP", b"icc\0\0" + zlib.compress(struct.pack(">I", 2_000 << 20) + bytes(1 << 20))
    ),
    "200,000 texts": lambda: chunk(b"tEXt", b"a\0b") * 200_000,
    "an unknown chunk": lambda: chunk(b"prVt", b"x"),
    "an animation": lambda: chunk(b"acTL", struct.pack(">2I", 2, 0)) + chunk(b"fcTL", FRAME),
    "metadata of a camera": lambda: chunk(b"eXIf", b"II*\0"),
}


@pytest.mark.threat(43)
@pytest.mark.parametrize("name", list(BESIDE))
def test_what_is_no_pixel_never_reaches_the_decoder(name: str) -> None:
    data = png(60, 40, beside=BESIDE[name]())
    assert picture_size(data, "x.png") == (60, 40)
    assert bare_picture(data, "x.png") == png(60, 40)


def test_frames_of_an_animation_never_reach_the_decoder() -> None:
    still = png(60, 40)
    frames = chunk(b"fcTL", FRAME) + chunk(b"fdAT", b"\0\0\0\2" + zlib.compress(bytes(121 * 40)))
    animated = still[:-12] + frames + still[-12:]
    assert bare_picture(animated, "x.png") == still


def test_texts_and_profiles_of_a_jpeg_never_reach_the_decoder() -> None:
    honest = jpeg(60, 40)
    beside = b"".join(segment(marker, bytes(60_000)) for marker in (0xE1, 0xE2, 0xED, 0xFE))
    assert bare_picture(jpeg(60, 40, beside=beside), "x.jpg") == honest
    assert bare_picture(honest + bytes(1_000_000), "x.jpg") == honest


@pytest.mark.threat(43)
def test_pixels_that_unpack_to_more_than_the_picture_are_refused() -> None:
    with refused(Reason.CONTENT, "damaged"):
        bare_picture(png(60, 40, pixels=packed_zeros(200)), "x.png")
    for is_interlaced in (False, True):
        exactly = zlib.compress(bytes((60 * 3 + 1) * 40))
        bare_picture(png(60, 40, pixels=exactly, is_interlaced=is_interlaced), "x.png")


@pytest.mark.threat(43)
def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    bare_picture(jpeg(64, 64, frame=0xC2, scans=40), "x.jpg")
    with refused(Reason.CONTENT, "damaged"):
        bare_picture(jpeg(64, 64, frame=0xC2, scans=41), "x.jpg")


@pytest.mark.parametrize("frame", [0xC3, 0xC5, 0xC9, 0xCA, 0xCF])
def test_kinds_of_jpeg_that_nobody_writes_are_refused(frame: int) -> None:
    with refused(Reason.CONTENT, "damaged"):
        picture_size(jpeg(64, 64, frame=frame), "x.jpg")


def test_a_jpeg_of_two_frames_is_refused() -> None:
    larger = segment(0xC0, struct.pack(">BHHB3B", 8, 9_999, 9_999, 1, 1, 0x11, 0))
    data = jpeg(64, 64)
    with refused(Reason.CONTENT, "damaged"):
        bare_picture(data[:-2] + larger + data[-2:], "x.jpg")


@pytest.mark.parametrize(("data", "name"), [(png(20, 20), "x.png"), (jpeg(20, 20), "x.jpg")])
def test_a_picture_cut_anywhere_raises_nothing_but_a_refusal(data: bytes, name: str) -> None:
    for cut in range(len(data)):
        for read in (picture_size, bare_picture):
            assert reason_of(lambda cut=cut, read=read: read(data[:cut], name)) in {None, Reason.CONTENT}  # type: ignore[misc]
    assert reason_of(lambda: bare_picture(data[:50], name)) is Reason.CONTENT


@given(st.binary(max_size=200), st.sampled_from(["x.png", "x.jpg"]), st.booleans())
def test_any_bytes_raise_nothing_but_a_refusal(data: bytes, name: str, has_start: bool) -> None:
    start = {"x.png": png(3, 3)[:33], "x.jpg": jpeg(3, 3)[:40]}[name]
    whole = start + data if has_start else data
    for read in (picture_size, bare_picture):
        assert reason_of(lambda read=read: read(whole, name)) in {None, Reason.CONTENT}  # type: ignore[misc]
