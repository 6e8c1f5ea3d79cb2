"""Which chapter of the last edition each document is. An identity is made once; where that is unsure, a person says.

What speaks for being the same chapter: the same page or file, the same title, the same words. Titles, numbers and
pages all change between editions, so that none of them alone is enough against the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz import fuzz

from reader.domain.text import file_slug, title_key

_SHINGLE_WORDS: Final = 4
_SAME_TEXT: Final = 0.8
_MUCH_TEXT: Final = 0.5
_SOME_TEXT: Final = 0.25
_LITTLE_TEXT: Final = 0.08
_ALIKE_TITLE: Final = 0.86
_FEWEST_SHINGLES: Final = 12
_PART_OF_A_SPLIT: Final = 0.6
_LEAST_SHARE: Final = 0.15
_CLEAR_LEAD: Final = 0.25
_CANDIDATES: Final = 4
_FOR_TITLE: Final = 0.1
_NEW: Final = "new"


@dataclass(frozen=True, slots=True)
class KnownChapter:
    """A chapter that has an id.

    Attributes:
        text: The words of its last text; "" when none was held.
        origin: The page or file that it came from.
        is_current: Whether it stands in the last edition; ids of chapters that are gone are kept too.
        number: The number that it had there.
    """

    id: str
    title: str
    division: str
    text: str = ""
    origin: str | None = None
    is_current: bool = True
    number: str | None = None


@dataclass(frozen=True, slots=True)
class NewChapter:
    """A chapter of the next edition. `key` tells it from the others of the import."""

    key: str
    title: str
    division: str
    number: str | None = None
    text: str = ""
    origin: str | None = None
    own_id: str | None = None


class Verdict(StrEnum):
    """How an identity was settled."""

    SAME = "same"
    NEW = "new"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chapter of the last edition that a new one may be, with how alike they are (0 to 1) and why."""

    known: KnownChapter
    likeness: float
    why: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What was found for one chapter.

    Attributes:
        id: The id that it keeps or gets; of an unsure one the likeliest.
        why: In words.
    """

    chapter: NewChapter
    verdict: Verdict
    id: str
    why: str
    candidates: tuple[Candidate, ...] = ()


def identify(
    chapters: Sequence[NewChapter],
    known: Sequence[KnownChapter],
    answers: Mapping[str, str] | None = None,
) -> tuple[Identity, ...]:
    """Settle the identity of every chapter of an import.

    Args:
        chapters: The chapters of the next edition, in order.
        known: Every id that was ever given out, with what is known of it.
        answers: What a person said: by `key` the id that the chapter keeps, or "new".

    Returns:
        One identity for each chapter, in order. With no known chapters all are new.
    """
    return _Matching(chapters, known, answers or {}).settle()


class _Matching:
    def __init__(
        self, chapters: Sequence[NewChapter], known: Sequence[KnownChapter], answers: Mapping[str, str]
    ) -> None:
        self._chapters = chapters
        self._known = known
        self._answers = answers
        self._by_id = {row.id: row for row in known}
        self._taken_ids = set(self._by_id)
        self._used: set[str] = set()
        self._settled: dict[str, Identity] = {}

    def settle(self) -> tuple[Identity, ...]:
        self._take_given()
        open_chapters = [c for c in self._chapters if c.key not in self._settled]
        free = [row for row in self._known if row.id not in self._used]
        candidates = _candidates(open_chapters, free)
        self._take_certain(open_chapters, candidates)
        for chapter in open_chapters:
            if chapter.key not in self._settled:
                self._settle_open(chapter, candidates.get(chapter.key, ()))
        return tuple(self._settled[chapter.key] for chapter in self._chapters)

    def _take_given(self) -> None:
        """What the documents or a person say themselves. New ids come last, so that none is one that is named."""
        new: list[NewChapter] = []
        for chapter in self._chapters:
            answer = self._answers.get(chapter.key)
            if answer == _NEW:
                new.append(chapter)
            elif answer and answer not in self._used:
                self._use(chapter, answer, "a person said so")
        for chapter in self._chapters:
            own = chapter.own_id
            if chapter.key not in self._settled and chapter not in new and own and own not in self._used:
                self._use(chapter, own, "the document names its id", is_new=own not in self._by_id)
        for chapter in new:
            if (made := self._made_of(chapter)) is not None:
                self._use(chapter, made.id, "a person said so, and it has its id since")
            else:
                self._settled[chapter.key] = Identity(
                    chapter, Verdict.NEW, self._new_id(chapter), "a person said so"
                )

    def _made_of(self, chapter: NewChapter) -> KnownChapter | None:
        """The known chapter that an earlier import made of this one: no row that a person was asked about is so."""
        return next(
            (
                row
                for row in self._known
                if row.is_current
                and row.id not in self._used
                and row.origin == chapter.origin
                and row.division == chapter.division
                and title_key(row.title) == title_key(chapter.title)
            ),
            None,
        )

    def _use(self, chapter: NewChapter, chapter_id: str, why: str, *, is_new: bool = False) -> None:
        self._used.add(chapter_id)
        self._taken_ids.add(chapter_id)
        verdict = Verdict.NEW if is_new else Verdict.SAME
        self._settled[chapter.key] = Identity(chapter, verdict, chapter_id, why)

    def _take_certain(
        self, chapters: Sequence[NewChapter], candidates: Mapping[str, Sequence[Candidate]]
    ) -> None:
        """Pairs that are each other's best, and clearly."""
        best_for: dict[str, list[tuple[float, str]]] = {}
        for key, found in candidates.items():
            for candidate in found:
                best_for.setdefault(candidate.known.id, []).append((candidate.likeness, key))
        by_key = {chapter.key: chapter for chapter in chapters}
        pairs = sorted(
            ((c.likeness, key, c) for key, found in candidates.items() for c in found),
            # Two chapters may hold the same words: then the title in its place tells them apart.
            key=lambda pair: (
                -pair[0] - _FOR_TITLE * _has_title_in_place(pair[2], by_key[pair[1]]),
                pair[2].known.origin != by_key[pair[1]].origin,
                pair[1],
                pair[2].known.id,
            ),
        )
        for likeness, key, candidate in pairs:
            known = candidate.known
            if key in self._settled or known.id in self._used or not _is_certain(candidate, by_key[key]):
                continue
            rivals = [
                c.likeness for c in candidates[key] if c.known.id != known.id and c.known.id not in self._used
            ]
            others = [
                score for score, other in best_for[known.id] if other != key and other not in self._settled
            ]
            if likeness - max([*rivals, *others], default=0.0) >= _CLEAR_LEAD or _is_exact(
                candidate, by_key[key]
            ):
                self._use(by_key[key], known.id, candidate.why)

    def _settle_open(self, chapter: NewChapter, found: Sequence[Candidate]) -> None:
        left = tuple(c for c in found if c.known.id not in self._used)
        shared = tuple(c for c in found if c.known.id in self._used and c.likeness >= _PART_OF_A_SPLIT)
        worth_asking = [c for c in left if c.likeness >= _SOME_TEXT]
        if worth_asking or shared:
            best = (worth_asking or list(shared))[0]
            why = best.why if worth_asking else f"{best.why}; perhaps split from “{best.known.title}”"
            self._settled[chapter.key] = Identity(
                chapter, Verdict.UNSURE, best.known.id, why, tuple(found[:_CANDIDATES])
            )
            return
        if (before := self._left_its_place_to(chapter)) is not None:
            why = f"it has the number and place of “{before.title}”, which is not there any more"
            candidate = Candidate(before, 0.0, why)
            self._settled[chapter.key] = Identity(chapter, Verdict.UNSURE, before.id, why, (candidate,))
            return
        why = "no chapter of the last edition is like it" if self._known else "the first edition"
        self._settled[chapter.key] = Identity(
            chapter, Verdict.NEW, self._new_id(chapter), why, left[:_CANDIDATES]
        )

    def _left_its_place_to(self, chapter: NewChapter) -> KnownChapter | None:
        """The chapter of the last edition that had this one's number and division, if nothing else became of it."""
        return next(
            (
                row
                for row in self._known
                if row.is_current
                and row.id not in self._used
                and row.number is not None
                and (row.number, row.division) == (chapter.number, chapter.division)
            ),
            None,
        )

    def _new_id(self, chapter: NewChapter) -> str:
        base = chapter.own_id or file_slug(chapter.title, "chapter")
        candidate, count = base, 1
        while candidate in self._taken_ids:
            count += 1
            candidate = f"{base}-{count}"
        self._taken_ids.add(candidate)
        return candidate


def _is_exact(candidate: Candidate, chapter: NewChapter) -> bool:
    """The same title in the same place, or the same words: no other chapter's likeness speaks against that."""
    return candidate.likeness >= 0.99 or (  # noqa: PLR2004  # all but equal
        _has_title_in_place(candidate, chapter) and candidate.likeness >= _MUCH_TEXT
    )


def _has_title_in_place(candidate: Candidate, chapter: NewChapter) -> bool:
    known = candidate.known
    return title_key(known.title) == title_key(chapter.title) and known.division == chapter.division


def _is_certain(candidate: Candidate, chapter: NewChapter) -> bool:
    return candidate.likeness >= _SAME_TEXT or _is_exact(candidate, chapter)


def shingles(text: str) -> frozenset[int]:
    """The runs of four words of a text, as numbers."""
    words = title_key(text).split()
    return frozenset(
        hash(tuple(words[i : i + _SHINGLE_WORDS])) for i in range(max(0, len(words) - _SHINGLE_WORDS + 1))
    )


def _candidates(
    chapters: Sequence[NewChapter], known: Sequence[KnownChapter]
) -> dict[str, tuple[Candidate, ...]]:
    """For every chapter the known ones that it may be, the likeliest first."""
    known_shingles = {row.id: shingles(row.text) for row in known}
    holders: dict[int, list[str]] = {}
    for chapter_id, found in known_shingles.items():
        for shingle in found:
            holders.setdefault(shingle, []).append(chapter_id)
    common = {shingle for shingle, ids in holders.items() if len(ids) > max(3, len(known) // 10)}
    by_title: dict[str, list[str]] = {}
    by_origin: dict[str, list[str]] = {}
    for row in known:
        by_title.setdefault(title_key(row.title), []).append(row.id)
        if row.origin:
            by_origin.setdefault(row.origin, []).append(row.id)
    by_id = {row.id: row for row in known}
    titles = {row.id: title_key(row.title) for row in known}
    result: dict[str, tuple[Candidate, ...]] = {}
    for chapter in chapters:
        own = shingles(chapter.text) - common
        shared: Counter[str] = Counter()
        for shingle in own:
            shared.update(holders.get(shingle, ()))
        likely = set(by_title.get(title_key(chapter.title), ()))
        likely.update(by_origin.get(chapter.origin or "", ()))
        # In the order of ids where they share the same: a run's hashes are not those of the next one.
        most = sorted(shared, key=lambda found: (-shared[found], found))
        likely.update(most[:_CANDIDATES])
        key = title_key(chapter.title)
        likely.update(i for i, title in titles.items() if fuzz.token_sort_ratio(key, title, score_cutoff=86))
        compared = [
            _compared(chapter, by_id[i], own, known_shingles[i] - common, shared[i]) for i in sorted(likely)
        ]
        compared.sort(key=lambda c: (-c.likeness, not c.known.is_current, c.known.id))
        result[chapter.key] = tuple(c for c in compared if c.likeness > _LITTLE_TEXT)
    return result


def _compared(
    chapter: NewChapter, known: KnownChapter, own: frozenset[int], theirs: frozenset[int], shared: int
) -> Candidate:
    same_title = title_key(chapter.title) == title_key(known.title)
    alike = fuzz.token_sort_ratio(title_key(chapter.title), title_key(known.title)) / 100
    same_place = chapter.division == known.division
    same_origin = bool(chapter.origin) and chapter.origin == known.origin
    has_text = len(own) >= _FEWEST_SHINGLES and len(theirs) >= _FEWEST_SHINGLES
    parts = []
    if same_title:
        parts.append("the same title")
    elif alike >= _ALIKE_TITLE:
        parts.append("a similar title")
    if same_origin:
        parts.append("the same page")
    if not has_text:
        likeness = 0.9 if same_title else 0.75 * alike if alike >= _ALIKE_TITLE else 0.0
        likeness = min(1.0, likeness + 0.1 * same_place) if likeness else 0.0
        if same_origin:
            likeness = max(likeness, 0.9 if alike >= 0.5 else 0.5)  # noqa: PLR2004  # half the title's letters
        return Candidate(known, likeness, ", ".join(parts) or "no text to compare")
    smaller = shared / min(len(own), len(theirs))
    both = shared / len(own | theirs)
    parts.append(f"{round(100 * both)} of 100 word runs the same")
    likeness = (smaller + 2 * both) / 3
    if smaller >= _SAME_TEXT and both < _MUCH_TEXT:
        parts.append("one holds the other")
    if same_title:
        likeness = max(likeness, 0.35) + (1 - max(likeness, 0.35)) * (
            0.6 if same_place or same_origin else 0.4
        )
    elif same_origin or alike >= _ALIKE_TITLE:
        likeness += (1 - likeness) * (0.4 if likeness >= _SOME_TEXT else 0.25)
    return Candidate(known, min(likeness, 1.0), ", ".join(parts))


def gone(identities: Iterable[Identity], known: Iterable[KnownChapter]) -> tuple[KnownChapter, ...]:
    """The chapters of the last edition that the next one does not hold."""
    kept = {identity.id for identity in identities}
    return tuple(row for row in known if row.is_current and row.id not in kept)
