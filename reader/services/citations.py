"""Citations: made of a place that is read, and checked against what is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Final, Protocol

from reader.bundle import html
from reader.bundle.verifier import VerifiedBundle
from reader.domain.citation import Citation, CitedWords, fingerprint, read_citation
from reader.domain.contents import Chapter, ChapterPlace, Passage
from reader.domain.errors import BundleRefusedError, NotFoundError
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.text import title_key
from reader.services.snapshot import LibrarySnapshot

_LEAST_TITLE: Final = 4


class Source(Protocol):
    """An edition that texts are read from, checked at each read."""

    @property
    def manual(self) -> ManualId: ...
    def read(self, target: str) -> bytes: ...


class CitationVerdict(Enum):
    """What a citation is, seen from the library on this computer."""

    HELD = "held"
    OLDER = "older"
    NOT_IN_FORCE = "not-in-force"
    NEWER = "newer"
    MISSING = "missing"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """A citation that was looked up.

    Attributes:
        location: Where to read it: the very text that was cited, or what comes nearest.
        title: Number and title of the chapter.
        sentence: What became of it, in plain words.
    """

    location: Location
    title: str
    verdict: CitationVerdict
    sentence: str


class CitationService:
    """Cites places, and says of citations what they are."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today

    def cite(self, snapshot: LibrarySnapshot, location: Location, quote: str = "") -> Citation:
        """The citation of a chapter, or of the passage at an anchor.

        Args:
            snapshot: The library.
            location: What is cited; without an edition the one in force.
            quote: The words that are quoted.

        Raises:
            NotFoundError: when it is not installed, or is no chapter.
            BundleRefusedError: when the chapter was changed since it was signed.
            StorageError: when the bundle cannot be read.
        """
        bundle = snapshot.get(location.manual, location.edition, self._today())
        manifest = bundle.edition.manifest
        if location.chapter is None:
            raise NotFoundError("Open a chapter to cite it: a manual as a whole and a form have no citation.")
        place = _place(bundle, location.chapter)
        passages = _passages(bundle, place.chapter)
        cited = _cited(passages, location.anchor)
        heading = cited[0].heading if location.anchor and len(cited) == 1 else ""
        return Citation(
            location=Location(
                bundle.manual, place.chapter.id, manifest.edition, location.anchor if heading else None
            ),
            authority=manifest.authority_name,
            manual=manifest.title,
            title=place.chapter.numbered_title,
            heading=heading,
            edition=manifest.edition_name,
            effective_from=manifest.effective_from,
            read_on=self._today(),
            fingerprint=fingerprint(cited),
            quote=" ".join(quote.split()),
        )

    def check(self, snapshot: LibrarySnapshot, text: str) -> CheckedCitation | None:
        """Look up what a text cites.

        Returns:
            None when the text is no citation: it names no chapter that could be looked up.

        Raises:
            NotFoundError: when it cites a manual or a chapter that is not installed, in any edition.
            BundleRefusedError: when the chapter was changed since it was signed.
            StorageError: when a bundle cannot be read.
        """
        cited = read_citation(text)
        if cited is None:
            return None
        location = cited.location or self._by_words(snapshot, text, cited)
        if location is None:
            return None
        return self._checked(snapshot, location, cited)

    def _checked(self, snapshot: LibrarySnapshot, location: Location, cited: CitedWords) -> CheckedCitation:
        number = location.edition or cited.edition
        current = snapshot.get(location.manual, None, self._today())
        in_force = current.edition.manifest.edition
        editions = {bundle.edition.manifest.edition: bundle for bundle in snapshot.editions(location.manual)}
        if number is None:
            number = in_force
        bundle = editions.get(number)
        if bundle is None:
            return self._without_edition(current, location, cited, number)
        place = _place(bundle, location.chapter or "")
        found = _cited(_passages(bundle, place.chapter), location.anchor)
        where = replace(location, edition=number)
        title, name = place.chapter.numbered_title, bundle.edition.manifest.edition_name
        problem = _difference(found, location, cited)
        if problem:
            return CheckedCitation(
                where, title, CitationVerdict.ALTERED, f"{problem} What opens is {name} as it was signed."
            )
        vouched = (
            "its fingerprint is that of the signed text" if cited.fingerprint else "it gives no fingerprint"
        )
        if number == in_force:
            return CheckedCitation(
                where,
                title,
                CitationVerdict.HELD,
                f"This is the text that was cited: {name}, the one in force; {vouched}.",
            )
        if number > in_force:
            return CheckedCitation(
                where,
                title,
                CitationVerdict.NOT_IN_FORCE,
                f"This is the text that was cited: {name}, which is not in force yet; {vouched}.",
            )
        since = _since(current, location, fingerprint(found))
        return CheckedCitation(
            where,
            title,
            CitationVerdict.OLDER,
            f"This is the text that was cited: {name}; {vouched}. It is an older edition:"
            f" {current.edition.manifest.edition_name} is in force, and {since}",
        )

    def _without_edition(
        self, current: VerifiedBundle, location: Location, cited: CitedWords, number: int
    ) -> CheckedCitation:
        """The cited edition is not installed: what comes nearest, and whether its words are the same."""
        name, in_force = current.edition.manifest.edition_name, current.edition.manifest.edition
        place = _place(current, location.chapter or "")
        kind = CitationVerdict.NEWER if number > in_force else CitationVerdict.MISSING
        age = (
            "newer than any that is installed here" if kind is CitationVerdict.NEWER else "not installed here"
        )
        words = ""
        if cited.fingerprint:
            is_same = (
                fingerprint(_cited(_passages(current, place.chapter), location.anchor)) == cited.fingerprint
            )
            words = (
                " Its words are those that were cited."
                if is_same
                else " Its words are not those that were cited."
            )
        return CheckedCitation(
            replace(location, edition=None),
            place.chapter.numbered_title,
            kind,
            f"This cites edition {number}, which is {age}. What opens is {name}, the one in force.{words}",
        )

    def _by_words(self, snapshot: LibrarySnapshot, text: str, cited: CitedWords) -> Location | None:
        """The place that a citation without a link names: the authority's name, the chapter's, and the heading's."""
        said = f" {title_key(text)} "
        best: tuple[int, Location] | None = None
        for bundle in snapshot.bundles:
            manifest = bundle.edition.manifest
            if f" {title_key(manifest.authority_name)} " not in said:
                continue
            if cited.edition is not None and manifest.edition != cited.edition:
                continue
            for place in bundle.edition.contents.places():
                key = title_key(place.chapter.numbered_title)
                if len(key) < _LEAST_TITLE or f" {key} " not in said or (best and len(key) <= best[0]):
                    continue
                best = len(key), Location(bundle.manual, place.chapter.id, manifest.edition)
        if best is None:
            return None
        location = best[1]
        bundle = snapshot.get(location.manual, location.edition, self._today())
        passages = _passages(bundle, _place(bundle, location.chapter or "").chapter)
        return replace(location, anchor=_heading_in(passages, said))


def _heading_in(passages: Sequence[Passage], said: str) -> str | None:
    """The anchor of the passage with the longest heading that a text names."""
    named = [
        (len(key), passage.anchor)
        for passage in passages
        if passage.anchor
        and passage.level > 1
        and len(key := title_key(passage.heading)) >= _LEAST_TITLE
        and f" {key} " in said
    ]
    return max(named)[1] if named else None


def _difference(found: Sequence[Passage], location: Location, cited: CitedWords) -> str:
    """Why the words are not those that were cited; "" when nothing speaks against it."""
    if location.anchor and not any(passage.anchor == location.anchor for passage in found):
        return "This cites a passage that the edition does not hold."
    if cited.fingerprint and fingerprint(found) != cited.fingerprint:
        return (
            "The cited words are not those of this edition: the citation was altered, or belongs elsewhere."
        )
    if cited.quote and not any(_holds(passage, cited.quote) for passage in found):
        return "The words in quotation marks do not stand there: the quotation was altered."
    return ""


def _holds(passage: Passage, quote: str) -> bool:
    return title_key(quote) in title_key(f"{passage.heading} {passage.text}")


def _since(current: VerifiedBundle, location: Location, cited_fingerprint: str) -> str:
    """What the edition in force says in the same place, as the end of a sentence."""
    place = current.edition.contents.place(location.chapter or "")
    if place is None:
        return "has no such chapter any more."
    try:
        found = _cited(_passages(current, place.chapter), location.anchor)
    except BundleRefusedError:
        return "its text of this chapter cannot be shown."
    if location.anchor and not any(passage.anchor == location.anchor for passage in found):
        return "holds this passage elsewhere or no more: compare the editions."
    if fingerprint(found) == cited_fingerprint:
        return "says the same in the same words."
    return "says it in other words: compare the editions."


def _place(bundle: VerifiedBundle, chapter: str) -> ChapterPlace:
    place = bundle.edition.contents.place(chapter)
    if place is None:
        manifest = bundle.edition.manifest
        raise NotFoundError(
            f"{manifest.authority_name}, {manifest.edition_name}, has no chapter “{chapter}”."
        )
    return place


def _passages(source: Source, chapter: Chapter) -> tuple[Passage, ...]:
    """The passages of a chapter; of one whose text is not held, its title alone."""
    if chapter.file is None:
        return (Passage(None, chapter.numbered_title, 1, ""),)
    return html.passages(html.readable(source.read(chapter.file), source.manual))


def _cited(passages: Sequence[Passage], anchor: str | None) -> Sequence[Passage]:
    """The passage at an anchor; the whole chapter without one, or where there is none of that name."""
    found = [passage for passage in passages if anchor and passage.anchor == anchor]
    return found or passages


def cited_fingerprint(source: Source, chapter: Chapter, anchor: str | None) -> str:
    """The fingerprint that a citation of a chapter, or of one of its passages, gives of the words.

    Raises:
        BundleRefusedError: when the chapter was changed since it was signed.
        StorageError: when the bundle cannot be read.
    """
    return fingerprint(_cited(_passages(source, chapter), anchor))


def lines(checked: CheckedCitation) -> Iterator[str]:
    """A checked citation as lines for a terminal."""
    yield f"{checked.title} ({checked.location})"
    yield checked.sentence
