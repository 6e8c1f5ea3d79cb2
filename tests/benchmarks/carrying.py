"""Carrying bookmarks over to a newer edition: how often the place is right, wrong, or asked about.

    python -m tests.benchmarks.carrying [--rounds N] [--seed N]

The training manuals' chapters are edited by chance: words are replaced, left out and put in at several rates, passages
are moved, renamed, renumbered, split off and taken out. Every word keeps its identity through the edits, so that it is
known where the marked words went. A place counts as right when it holds at least half of what is left of them, and
half of it is theirs.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from reader.bundle import html
from reader.compare.carrying import SURE, Carried, ChapterText, carry, quote_of_passage
from reader.domain.bookmark import Verdict
from reader.domain.cancel import CancelToken
from reader.domain.contents import Passage
from reader.services.workspace import Workspace, WorkspaceChoice
from reader.store.places import sample_root_file

_RATES: Final = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)
_LENGTHS: Final = (2, 4, 6, 10, 20, 40)
_LEAST_WORDS: Final = 45
_HALF: Final = 0.5


@dataclass(frozen=True)
class _Word:
    text: str
    id: int


@dataclass(frozen=True)
class _Part:
    """A passage whose words have identities."""

    id: int
    heading: str
    words: tuple[_Word, ...]

    def passage(self, number: int) -> Passage:
        return Passage(f"p{number}", self.heading, 2, " ".join(word.text for word in self.words))


def _edited(parts: Sequence[_Part], rate: float, chance: random.Random, corpus: Sequence[str]) -> list[_Part]:
    """A newer edition of a chapter."""
    found: list[_Part] = []
    for part in parts:
        words: list[_Word] = []
        for word in part.words:
            dice = chance.random()
            if dice < rate * 0.4:
                words.append(_Word(chance.choice(corpus), -1))
            elif dice >= rate * 0.7:
                words.append(word)
            if chance.random() < rate * 0.3:
                words.append(_Word(chance.choice(corpus), -1))
        heading = part.heading
        if chance.random() < 0.15:
            heading = f"{chance.randint(1, 12)}. {heading.partition(' ')[2] or heading}"
        elif chance.random() < 0.1:
            heading = " ".join(chance.sample(corpus, 3)).capitalize()
        found.append(replace(part, heading=heading, words=tuple(words)))
    if len(found) > 2 and chance.random() < 0.3:
        one = found.pop(chance.randrange(len(found)))
        found.insert(chance.randrange(len(found) + 1), one)
    if len(found) > 2 and chance.random() < 0.25:
        found.pop(chance.randrange(len(found)))
    return found


def _is_right(
    carried: Carried, kept: set[int], edition: Sequence[_Part], passages: Sequence[Passage]
) -> bool:
    """Whether the place that was found is where the words went."""
    place = carried.place
    if place is None:
        return False
    text = ChapterText(passages)
    ids: list[int] = []
    for part in edition:
        ids += [-1] * len(part.heading.split()) + [word.id for word in part.words]
    starts = {at for at in text.places_of(place.quote.exact) if text.passage_at(at).anchor == place.anchor}
    for at in starts:
        first = text.text[:at].count(" ")
        inside = ids[first : first + len(place.quote.exact.split())]
        own = sum(1 for one in inside if one in kept)
        if kept and own >= _HALF * len(kept) and own >= _HALF * len(inside):
            return True
    return False


def measure(rounds: int, seed: int) -> None:
    """Print a table: what was marked, how much was edited, and what became of it."""
    chance = random.Random(seed)  # noqa: S311
    chapters = _chapters()
    corpus = sorted(
        {word for chapter in chapters for part in chapter for word in part.passage(0).text.split()}
    )
    outcomes: dict[tuple[str, float], Counter[str]] = defaultdict(Counter)
    bands: dict[int, Counter[bool]] = defaultdict(Counter)
    for _ in range(rounds):
        parts = chance.choice(chapters)
        rate = chance.choice(_RATES)
        passages = [part.passage(number) for number, part in enumerate(parts)]
        number = chance.randrange(len(parts))
        is_passage = chance.random() < 0.3
        edition = _edited(parts, rate, chance, corpus)
        newer = [part.passage(100 + place) for place, part in enumerate(edition)]
        words = parts[number].words
        if is_passage:
            quote, kept = quote_of_passage(passages[number]), {word.id for word in words}
            kind = "passage"
        else:
            length = chance.choice([one for one in _LENGTHS if one <= len(words)] or [len(words)])
            at = chance.randrange(len(words) - length + 1)
            text = ChapterText(passages)
            before = " ".join(word.text for word in words[:at])
            start = (
                text.start_of(passages[number]) + len(parts[number].heading) + 1 + len(before) + bool(before)
            )
            chosen = words[at : at + length]
            quote = text.quote(start, start + len(" ".join(word.text for word in chosen)))
            assert quote.exact == " ".join(word.text for word in chosen)
            kept = {word.id for word in chosen}
            kind = f"{length:2} words"
        carried = carry(quote, "chapter", f"p{number}", newer, lambda: ())
        alive = {word.id for part in edition for word in part.words} & kept
        is_lost = len(alive) < _HALF * len(kept)
        if carried.place is not None:
            is_right = _is_right(carried, alive, edition, newer)
            outcome = "right" if is_right else "WRONG"
            bands[min(int(carried.confidence * 20), 19)][is_right] += 1
        elif carried.verdict is Verdict.UNSURE:
            outcome = "asked"
            first = replace(carried, place=carried.suggestions[0])
            bands[int(carried.confidence * 20)][_is_right(first, alive, edition, newer)] += 1
        else:
            outcome = "gone, true" if is_lost else "gone, false"
        outcomes[kind, rate][outcome] += 1
    _show(outcomes, bands)


def _show(outcomes: dict[tuple[str, float], Counter[str]], bands: dict[int, Counter[bool]]) -> None:
    names = ("right", "WRONG", "asked", "gone, true", "gone, false")
    print(f"Carried over where the confidence is {SURE} or more; in per cent of each row")
    print(f"{'marked':10} {'edits':>6} {'cases':>6} " + " ".join(f"{name:>12}" for name in names))
    total: Counter[str] = Counter()
    for (kind, rate), counts in sorted(outcomes.items()):
        total += counts
        _row(kind, f"{rate:.0%}", counts, names)
    _row("all", "", total, names)
    carried = total["right"] + total["WRONG"]
    print(
        f"\nWrong of those that were carried over: {total['WRONG']} of {carried} ({total['WRONG'] / carried:.2%})"
    )
    print("Confidence and how often it was right:")
    for band, rights in sorted(bands.items()):
        count = rights[True] + rights[False]
        print(f"  {band / 20:.2f} to {(band + 1) / 20:.2f}: {rights[True] / count:7.2%} of {count}")


def _row(kind: str, rate: str, counts: Counter[str], names: Sequence[str]) -> None:
    count = sum(counts.values())
    shares = " ".join(f"{counts[name] / count:>12.1%}" for name in names)
    print(f"{kind:10} {rate:>6} {count:>6} {shares}")


def _chapters() -> list[list[_Part]]:
    """Every chapter of the training manuals with enough text, its words numbered."""
    found: list[list[_Part]] = []
    number = 0
    with tempfile.TemporaryDirectory(prefix="procedures-bench-") as folder:
        workspace = Workspace(WorkspaceChoice(Path(folder), sample_root_file(), is_sample=True))
        list(workspace.install_samples(CancelToken()))
        for bundle in workspace.library.load(CancelToken()).bundles:
            for chapter in bundle.edition.contents.chapters():
                if chapter.file is None:
                    continue
                parts: list[_Part] = []
                for passage in html.passages(html.readable(bundle.read(chapter.file), bundle.manual)):
                    words = tuple(_Word(word, number + i) for i, word in enumerate(passage.text.split()))
                    number += len(words)
                    if words:
                        parts.append(_Part(len(parts), " ".join(passage.heading.split()) or "Start", words))
                if len(parts) > 1 and sum(len(part.words) for part in parts) > _LEAST_WORDS:
                    found.append(parts)
        workspace.close()
    return found


if __name__ == "__main__":
    reading = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reading.add_argument("--rounds", type=int, default=20_000)
    reading.add_argument("--seed", type=int, default=1)
    options = reading.parse_args()
    measure(options.rounds, options.seed)
