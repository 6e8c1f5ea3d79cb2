"""Opening bundles as the reader does, and saying why one was refused."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from reader.bundle.trust import TrustRoot
from reader.bundle.verifier import VerifiedBundle, open_bundle, walk_bundle
from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, Reason
from reader.domain.manual import Domain
from reader.domain.trust import TrustState
from tests.support.worlds import SignedBundle


def open_in_full(
    bundle: SignedBundle | Path,
    state: TrustState | TrustRoot | None = None,
    vouched: Mapping[int, str] | None = None,
) -> VerifiedBundle:
    """Walk, open and check a bundle in full, as an installation does.

    Args:
        bundle: A bundle in parts, or a file.
        state: What is remembered, or only the pin; without it, the pin of the bundle's own world.
        vouched: What the newest installed edition vouches for.
    """
    if state is None:
        assert isinstance(bundle, SignedBundle)
        state = bundle.world.trust_root
    known = state.start(None) if isinstance(state, TrustRoot) else state
    if isinstance(bundle, SignedBundle):
        with tempfile.TemporaryDirectory() as folder:
            return _open(bundle.write(Path(folder), "test.manual"), known, vouched or {})
    return _open(bundle, known, vouched or {})


def _open(file: Path, state: TrustState, vouched: Mapping[int, str]) -> VerifiedBundle:
    opened = open_bundle(walk_bundle(file, state), vouched, Domain.PINNED)
    opened.check_all(CancelToken())
    return opened


def state_after(bundle: SignedBundle, state: TrustState | TrustRoot | None = None) -> TrustState:
    """What is remembered once a bundle's trust files were walked."""
    known = state if state is not None else bundle.world.trust_root
    start = known.start(None) if isinstance(known, TrustRoot) else known
    with tempfile.TemporaryDirectory() as folder:
        return walk_bundle(bundle.write(Path(folder), "test.manual"), start).state


def reason_of(act: Callable[[], object]) -> Reason | None:
    """Why something was refused; None when it was not. Any other error goes on."""
    try:
        act()
    except BundleRefusedError as error:
        return error.reason
    return None


@contextmanager
def refused(reason: Reason, *words: str) -> Iterator[None]:
    """Expect a refusal with this reason, whose sentence holds these words."""
    with pytest.raises(BundleRefusedError) as error:
        yield
    assert error.value.reason is reason, f"{error.value.reason}: {error.value}"
    for word in words:
        assert word in str(error.value), str(error.value)
