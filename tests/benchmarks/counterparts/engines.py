"""The reader's counterparts, and plain likeness of titles to compare them with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Final, NamedTuple

from rapidfuzz import fuzz, utils

from reader.bundle.verifier import VerifiedBundle
from reader.domain.cancel import CancelToken
from reader.services.workspace import Workspace, WorkspaceChoice, today
from tests.benchmarks.counterparts.labels import TRAINING, Asked

TOKEN_SORT: Final = "token sort of titles, mutual best"

Titles = Mapping[str, Mapping[str, str]]
"""The titles of all chapters by manual and chapter id."""


class Found(NamedTuple):
    """A chapter that was found, and how sure the finder is, 0 to 1."""

    chapter: str
    score: float
    why: str


Answers = dict[Asked, Found]
"""What was found for each chapter that was asked about; without an entry nothing was."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The current editions of a sample library by the name of their authority, and what matches them."""

    workspace: Workspace
    bundles: dict[str, VerifiedBundle]

    @property
    def titles(self) -> Titles:
        return {
            name: {chapter.id: chapter.title for chapter in bundle.edition.contents.chapters()}
            for name, bundle in self.bundles.items()
        }

    @property
    def councils(self) -> tuple[str, ...]:
        """The manuals that are no training manuals."""
        return tuple(name for name in self.bundles if name not in TRAINING)

    def answers(self, manuals: Iterable[str]) -> Answers:
        """What the reader finds for all ordered pairs of some manuals."""
        counterparts = self.workspace.counterparts
        return {
            Asked(first, pair.chapter.id, second): Found(
                pair.counterpart.chapter.id, pair.counterpart.score, pair.counterpart.why
            )
            for first, second in permutations(manuals, 2)
            for pair in counterparts.pairs(self.bundles[first], self.bundles[second])
        }


@contextmanager
def sample(folder: Path) -> Iterator[Sample]:
    """A sample library made in a folder of its own."""
    workspace = Workspace(WorkspaceChoice(library_dir=folder, is_sample=True))
    try:
        for _ in workspace.install_samples(CancelToken()):
            pass
        snapshot = workspace.library.load(CancelToken())
        current = [snapshot.get(manual, None, today()) for manual in snapshot.comparable()]
        yield Sample(workspace, {str(bundle.manual).partition("/")[0]: bundle for bundle in current})
    finally:
        workspace.close()


def token_sort(titles: Titles) -> Answers:
    """For each pair of manuals the chapters whose titles are each other's most alike, however little that is."""
    answers: Answers = {}
    prepared = {
        manual: {chapter: utils.default_process(title) for chapter, title in of.items()}
        for manual, of in titles.items()
    }
    for first, second in permutations(prepared, 2):
        best = {
            chapter: max(
                (fuzz.token_sort_ratio(title, other) / 100, other_id)
                for other_id, other in prepared[second].items()
            )
            for chapter, title in prepared[first].items()
        }
        answers |= {
            Asked(first, chapter, second): Found(other_id, score, "titles alike")
            for chapter, (score, other_id) in best.items()
        }
    return {
        asked: found
        for asked, found in answers.items()
        if answers[Asked(asked.other, found.chapter, asked.manual)].chapter == asked.chapter
    }


def above(answers: Answers, threshold: float) -> Answers:
    """The answers that are at least so sure."""
    return {asked: found for asked, found in answers.items() if found.score >= threshold}
