"""What trust costs: signatures and policy, whole installations, one chapter, and the libraries that do the arithmetic.

Run by itself with `python -m tests.benchmarks.trust`; `make bench` runs it with the rest.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path
from typing import Final

from reader.bundle import names
from reader.bundle.metadata import read_root, read_targets
from reader.bundle.verifier import open_bundle, walk_bundle
from reader.domain.cancel import CancelToken
from reader.domain.manual import Domain
from reader.services.library import LibraryService
from reader.store.library import LibraryStore
from tests.benchmarks.measure import report, seconds, timed
from tests.support.worlds import TODAY, WESTSHIRE, SignedBundle, World, chapter_entry

CHAPTERS: Final = 250
ROUNDS: Final = 15
_WORDS: Final = (
    "child",
    "review",
    "social",
    "worker",
    "placement",
    "manager",
    "within",
    "days",
    "record",
    "plan",
)
_CRYPTO: Final = (
    "import tuf.api.metadata, securesystemslib.signer, cryptography.hazmat.primitives.asymmetric.ed25519"
)


def main() -> int:
    world = World.new()
    with tempfile.TemporaryDirectory(prefix="procedures-bench-") as folder:
        base = Path(folder)
        _bench_verifying(world, base)
        for megabytes in (10, 200):
            _bench_installing(world, base, megabytes)
        _bench_imports()
    return 0


def _bench_verifying(world: World, base: Path) -> None:
    """Signatures, scope, manifest and contents list; then one chapter."""
    bundle = _bundle(world, CHAPTERS, 12_000)
    file = bundle.write(base, "verify.manual")
    state = world.trust_root.start(None)

    def verify() -> None:
        read_root.cache_clear()
        read_targets.cache_clear()
        open_bundle(walk_bundle(file, state), {}, Domain.PINNED)

    def bare_signatures() -> None:
        """The same signatures, checked one after the other by the library alone."""
        for key, signature, payload in signatures:
            key.verify_signature(signature, payload)

    signatures = []
    root = read_root(world.roots[0], "root")
    register = read_targets(world.register, "register")
    signer_list = read_targets(world.signer_list("westshire"), "list")
    role = read_targets(bundle.role_bytes, "role")
    for signed, keys in (
        (root, root.signed.keys),
        (register, root.signed.keys),
        (signer_list, register.signed.delegations.keys if register.signed.delegations else {}),
        (role, signer_list.signed.delegations.keys if signer_list.signed.delegations else {}),
    ):
        payload = signed.signed_bytes
        signatures += [(keys[id_], signature, payload) for id_, signature in signed.signatures.items()]
    name = f"signatures and policy, {CHAPTERS} chapters"
    taken = seconds(verify, ROUNDS)
    report(name, taken, f"{len(signatures)} bare signatures", seconds(bare_signatures, ROUNDS))
    opened = open_bundle(walk_bundle(file, state), {}, Domain.PINNED)
    targets = [names.chapter_target(WESTSHIRE, f"chapter-{number}") for number in range(CHAPTERS)]
    chapters = {target: opened.read(target) for target in targets}

    def read_all() -> None:
        for target in targets:
            opened.read(target)

    def hash_all() -> None:
        for data in chapters.values():
            hashlib.sha256(data).hexdigest()

    report(
        "one chapter of 12 kB, read and checked",
        seconds(read_all, ROUNDS) / CHAPTERS,
        "its hash alone",
        seconds(hash_all, ROUNDS) / CHAPTERS,
    )


def _bench_installing(world: World, base: Path, megabytes: int) -> None:
    picture = random.Random(1).randbytes(1_000_000)  # noqa: S311  # not a secret
    bundle = _bundle(world, CHAPTERS, 12_000)
    count = (megabytes * 1_000_000 - sum(map(len, bundle.files.values()))) // len(picture) + 1
    for number in range(count):
        bundle = bundle.with_signed_file(f"media/picture-{number}.png", picture[number:])
    file = bundle.write(base, f"install-{megabytes}.manual")
    rounds = 3 if megabytes > 100 else 7

    def install() -> None:
        target = base / "library"
        shutil.rmtree(target, ignore_errors=True)
        service = LibraryService(LibraryStore(target), world.trust_root, Domain.PINNED, lambda: TODAY)
        service.install(file, CancelToken())

    def copy() -> None:
        target = base / "copy"
        with file.open("rb") as source, target.open("wb") as copied:
            shutil.copyfileobj(source, copied, 1024 * 1024)
            copied.flush()
            os.fsync(copied.fileno())
        with target.open("rb") as copied:
            hashlib.file_digest(copied, "sha256")

    size = file.stat().st_size / 1e6
    report(
        f"installing {size:.0f} MB", seconds(install, rounds), "copy, fsync and hash", seconds(copy, rounds)
    )
    tracemalloc.start()
    install()
    print(f"    most memory that it takes: {tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB")
    tracemalloc.stop()
    file.unlink()


def _bench_imports() -> None:
    def run(code: str) -> float:
        return timed(lambda: subprocess.run([sys.executable, "-c", code], check=True, env=environment))

    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    bare = min(run("pass") for _ in range(9))
    crypto = min(run(_CRYPTO) for _ in range(9)) - bare
    everything = min(run("import reader.app.program") for _ in range(9)) - bare
    report(
        "importing tuf, securesystemslib and cryptography",
        crypto,
        "everything that the window imports",
        everything,
    )


def _bundle(world: World, chapters: int, size: int) -> SignedBundle:
    """A manual of many chapters with texts of one size."""
    chooser = random.Random(2)  # noqa: S311  # not a secret
    bundle = world.bundle()
    texts = {
        f"chapter-{number}": "<h1>Chapter</h1><p>"
        + " ".join(chooser.choices(_WORDS, k=size // 6))[:size]
        + "</p>"
        for number in range(chapters)
    }
    files = {bundle.target(f"chapters/{chapter}.html"): text.encode() for chapter, text in texts.items()}
    entries = [
        chapter_entry(WESTSHIRE, chapter, f"2.{number}", "Chapter") for number, chapter in enumerate(texts, 1)
    ]
    rows = {
        target: {"hashes": {"sha256": hashlib.sha256(data).hexdigest()}, "length": len(data)}
        for target, data in files.items()
    }
    with_texts = SignedBundle(
        bundle.world, bundle.manual, bundle.trust, {**bundle.files, **files}, bundle.role, bundle.signers
    ).with_role(lambda role: role["targets"].update(rows))
    return with_texts.with_contents(lambda contents: contents["entries"].extend(entries))


if __name__ == "__main__":
    sys.exit(main())
