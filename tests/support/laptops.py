"""A laptop: one library folder under one pin, with a program that can be started again and again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from reader.bundle.trust import TrustRoot
from reader.bundle.verifier import VerifiedBundle
from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError
from reader.domain.manual import Domain
from reader.domain.trust import TrustState
from reader.domain.vocabulary import Vocabulary
from reader.services.counterparts import CounterpartService
from reader.services.library import LibraryService
from reader.services.pages import PageService
from reader.services.snapshot import LibrarySnapshot
from reader.store.decision_log import DecisionLog
from reader.store.library import LibraryStore
from tests.support.worlds import TODAY, SignedBundle


@dataclass(frozen=True, slots=True)
class Laptop:
    """Every call starts the program anew, so that nothing is remembered but what is on the disk."""

    base_dir: Path
    trust_root: TrustRoot | None
    domain: Domain = Domain.PINNED
    today: date = TODAY
    deployed: tuple[Path, ...] = ()

    @property
    def library_dir(self) -> Path:
        return self.base_dir / "library"

    @property
    def state_file(self) -> Path:
        return self.library_dir / "trust-state.json"

    @property
    def log_file(self) -> Path:
        return self.base_dir / "log" / "decisions.jsonl"

    def decisions(self) -> list[dict[str, object]]:
        """What stands in the log of decisions."""
        if not self.log_file.exists():
            return []
        return [json.loads(line) for line in self.log_file.read_text("utf-8").splitlines()]

    @property
    def store(self) -> LibraryStore:
        return LibraryStore(self.library_dir)

    def service(self) -> LibraryService:
        """The library of a program that has just started."""
        return LibraryService(
            self.store,
            self.trust_root,
            self.domain,
            lambda: self.today,
            updates=lambda: self.deployed,
            record=DecisionLog(self.log_file, lambda: datetime(2026, 3, 2, tzinfo=UTC)).record,
        )

    def install(self, bundle: SignedBundle | Path) -> VerifiedBundle:
        return self.service().install(self.deliver(bundle), CancelToken())

    def verify(self, bundle: SignedBundle | Path) -> VerifiedBundle:
        return self.service().verify(self.deliver(bundle), CancelToken())

    def load(self) -> LibrarySnapshot:
        return self.service().load(CancelToken())

    def remembered(self) -> TrustState | None:
        return self.store.load_trust()

    def deliver(self, bundle: SignedBundle | Path) -> Path:
        """Lay a bundle into the folder of downloads."""
        return (
            bundle
            if isinstance(bundle, Path)
            else bundle.write(self.base_dir / "downloads", "delivered.manual")
        )

    def files(self) -> dict[str, bytes]:
        """Everything in the library folder but the lock, by place."""
        if not self.library_dir.exists():
            return {}
        return {
            str(file.relative_to(self.library_dir)): file.read_bytes()
            for file in sorted(self.library_dir.rglob("*"))
            if file.is_file() and file.name != ".lock"
        }

    def installed(self) -> list[str]:
        """What a fresh start shows, as "authority/manual@edition"."""
        return [f"{b.manual}@{b.edition.manifest.edition}" for b in self.load().bundles]

    def pinned(self, trust_root: TrustRoot | None, domain: Domain = Domain.PINNED) -> Laptop:
        """The same laptop after IT has set another pin."""
        return replace(self, trust_root=trust_root, domain=domain)

    def with_deployed(self, *updates: Path) -> Laptop:
        """The same laptop after IT has laid trust updates beside the pin."""
        return replace(self, deployed=updates)

    def on(self, today: date) -> Laptop:
        return replace(self, today=today)


def page_service(
    on_refused: Callable[[VerifiedBundle, BundleRefusedError], None] = lambda _bundle, _error: None,
) -> PageService:
    """Pages of the day of the tests, at 09:31."""
    moment = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 31, tzinfo=UTC)
    return PageService(
        CounterpartService(Vocabulary()), lambda: TODAY, now=lambda: moment, on_refused=on_refused
    )
