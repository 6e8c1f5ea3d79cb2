"""Which authority has a chapter on what: topics, and the chapters of each manual that answer them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reader.domain.contents import Chapter
from reader.domain.location import Location
from reader.domain.manual import ManualId


@dataclass(frozen=True, slots=True)
class CoveredManual:
    """A manual in a coverage map, in the edition that it was made of."""

    id: ManualId
    edition: int


@dataclass(frozen=True, slots=True)
class TopicChapter:
    """A chapter that belongs to a topic.

    Attributes:
        division: The division that it stands in, the innermost, by its title; empty where it stands in none.
    """

    manual: ManualId
    chapter: Chapter
    division: str = ""

    @property
    def location(self) -> Location:
        """Where it opens: in the current edition."""
        return Location(self.manual, self.chapter.id)


@dataclass(frozen=True, slots=True)
class Topic:
    """Chapters of different manuals that answer the same practice question.

    Attributes:
        division: The title of the division that most of its chapters stand in; empty where they stand in none.
        chapters: By manual; those of one manual in the order of its contents list.
        near: Chapters of manuals that have none on it, for people to look at: each belongs to another topic, and is a
            counterpart of a chapter here or names the same thing in its title.
    """

    name: str
    division: str
    chapters: tuple[TopicChapter, ...]
    near: tuple[TopicChapter, ...] = ()
    _by_manual: Mapping[ManualId, tuple[TopicChapter, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_manual: dict[ManualId, tuple[TopicChapter, ...]] = {}
        for found in self.chapters:
            by_manual[found.manual] = (*by_manual.get(found.manual, ()), found)
        object.__setattr__(self, "_by_manual", by_manual)

    @property
    def manuals(self) -> frozenset[ManualId]:
        """The manuals that have a chapter on it."""
        return frozenset(self._by_manual)

    def of(self, manual: ManualId) -> tuple[TopicChapter, ...]:
        """The chapters of one manual; empty where it has none."""
        return self._by_manual.get(manual, ())

    def near_in(self, manual: ManualId) -> tuple[TopicChapter, ...]:
        """The chapters of a manual without a chapter of its own that come nearest."""
        return tuple(found for found in self.near if found.manual == manual)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Topics against manuals. Every chapter of every manual stands in exactly one topic.

    Attributes:
        by_titles_alone: Whether there were too many texts to look into where titles do not tell.
    """

    manuals: tuple[CoveredManual, ...] = ()
    topics: tuple[Topic, ...] = ()
    by_titles_alone: bool = False

    @property
    def manual_ids(self) -> tuple[ManualId, ...]:
        return tuple(manual.id for manual in self.manuals)

    def gaps(self, manual: ManualId, against: ManualId | None = None) -> tuple[Topic, ...]:
        """The topics that a manual has no chapter on.

        Args:
            manual: Whose gaps.
            against: Only topics that this manual has a chapter on.
        """
        return tuple(
            topic for topic in self.topics if not topic.of(manual) and (against is None or topic.of(against))
        )

    def gaps_alone(self, manual: ManualId) -> tuple[Topic, ...]:
        """The topics that every other manual has a chapter on, and this one has not."""
        others = frozenset(self.manual_ids) - {manual}
        return tuple(topic for topic in self.topics if others and topic.manuals == others)

    def incomplete(self) -> tuple[Topic, ...]:
        """The topics that at least one manual has no chapter on."""
        return tuple(topic for topic in self.topics if len(topic.manuals) < len(self.manuals))

    def chapters(self) -> Iterator[TopicChapter]:
        """Every chapter, topic by topic."""
        return (found for topic in self.topics for found in topic.chapters)
