"""A chapter, or the cover of a manual, made ready to be shown: the same on screen, on paper and in a terminal."""

from __future__ import annotations

from dataclasses import dataclass, field

from reader.domain.contents import Held, Passage, Status
from reader.domain.location import Location
from reader.domain.page_extras import Extras, with_extras


@dataclass(frozen=True, slots=True)
class Strip:
    """Provenance: what stands above the text, and on every page that leaves the program.

    Attributes:
        breadcrumb: Authority, divisions, outermost first.
        edition: "edition 3 (v87), in force from 5 February 2025, review by 5 February 2026".
        signed_by: "Signed by Jane Doe, verified at 09:31", or why nobody's name stands there; empty
            when the text could not be verified.
        warnings: Sentences that must not be overlooked.
    """

    breadcrumb: tuple[str, ...]
    authority: str
    manual: str
    edition: str
    statuses: tuple[Status, ...]
    signed_by: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProvenanceLine:
    """One step of the chain from the trust root to a text, in plain words, with the details for those who check."""

    sentence: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What a tab shows.

    Attributes:
        location: With the edition that is shown, even when the current one was asked for.
        title: Number and title.
        html: Sanitised; links are `manual:` locations, anchors, or external addresses.
        passages: The passages, in order, for the outline.
        provenance: Who vouches for the text, from the trust root down.
        revised: What the passages are, by anchor, that changed since the installed edition before: "new", "reworded".
        revised_since: The name of that edition.
        extras: The text made ready for the screen: by the thread that makes the page, not by the window's.
    """

    location: Location
    title: str
    strip: Strip
    html: str
    passages: tuple[Passage, ...]
    held: Held
    provenance: tuple[ProvenanceLine, ...] = ()
    revised: tuple[tuple[str, str], ...] = ()
    revised_since: str = ""
    extras: Extras = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "extras", with_extras(self.html))
