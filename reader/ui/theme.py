"""The visual language: spacing, sizes of letters, and the colours of each theme, by what they mean.

Everything that is painted takes its measures and colours from here; `styles` makes style sheets of them. Text stands
out from its background by at least 4.5 to 1, in high contrast by 7; what is no text (edges of fields, the ring of
the focus, icons) by 3 (WCAG 2.2, criteria 1.4.3, 1.4.6 and 1.4.11). tests/ui/test_theme.py computes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from reader.domain.contents import Status
from reader.domain.settings import Theme


class Space:
    """Distances in pixels: one scale for every margin and gap."""

    HAIR: Final = 2
    TIGHT: Final = 4
    SMALL: Final = 8
    MEDIUM: Final = 12
    LARGE: Final = 16
    WIDE: Final = 24
    HUGE: Final = 40


class Letters:
    """Sizes of letters: points in a chapter at 100 %, and factors of the window's own letters."""

    BODY: Final = 11.0
    SMALL: Final = 9.5
    H1: Final = 19.0
    H2: Final = 14.5
    H3: Final = 12.5
    H4: Final = 11.0
    USUAL_WINDOW: Final = 9.0
    """What the window's letters have on most systems; text grows with larger ones."""
    TITLE_FACTOR: Final = 1.8
    HEADING_FACTOR: Final = 1.25
    NOTE_FACTOR: Final = 0.9


RADIUS: Final = 4
FOCUS_PX: Final = 2


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of a theme as #rrggbb.

    Attributes:
        paper: Behind chapters, lists and fields.
        panel: Behind everything around them.
        ink: Text on `paper` and on `panel`.
        muted: Text that matters less: notes, details. Icons have it too.
        line: Between things; it carries no meaning.
        field: The edge of whatever can be filled in or pressed.
        focus: The ring around what has the keyboard.
        accent: The one colour that says "this one": what is chosen, what to press first. Its text is `accent_ink`.
        hover: Behind what the pointer is on.
        badge: Behind a status, which is `badge_ink`; `new`, `review` and `pending` behind those that say so.
        mark: Behind found words, which are `mark_ink`; `match` shows in the scroll bar where they are.
        warning: Behind warnings, which are `warning_ink`.
        added: Behind words that a newer edition added; `removed` behind those that it removed. Both are `ink`.
        code: Behind text that is to be typed or read to the letter.
        highlight_yellow: Behind what the reader has highlighted, like the three others. The text on them is `ink`.
    """

    paper: str
    panel: str
    ink: str
    muted: str
    link: str
    line: str
    field: str
    focus: str
    accent: str
    accent_ink: str
    hover: str
    badge: str
    badge_ink: str
    new: str
    new_ink: str
    review: str
    review_ink: str
    pending: str
    pending_ink: str
    mark: str
    mark_ink: str
    match: str
    warning: str
    warning_ink: str
    added: str
    removed: str
    code: str
    highlight_yellow: str
    highlight_green: str
    highlight_blue: str
    highlight_pink: str

    def badge_of(self, label: str) -> tuple[str, str]:
        """(background, text) of a badge, by what it says."""
        match label:
            case Status.NEW.label:
                return self.new, self.new_ink
            case Status.UNDER_REVIEW.label:
                return self.review, self.review_ink
            case Status.TO_FOLLOW.label:
                return self.pending, self.pending_ink
            case _:
                return self.badge, self.badge_ink


LIGHT = Colours(
    paper="#ffffff",
    panel="#f3f5f7",
    ink="#1a1d21",
    muted="#50575f",
    link="#0b57a4",
    line="#d3d8df",
    field="#767f8b",
    focus="#0b57a4",
    accent="#0b57a4",
    accent_ink="#ffffff",
    hover="#e2e8f0",
    badge="#dbe8f6",
    badge_ink="#0a3d73",
    new="#d5f0dc",
    new_ink="#0d4a20",
    review="#fdf0d0",
    review_ink="#5c3a00",
    pending="#e4e7eb",
    pending_ink="#3c434b",
    mark="#ffe28a",
    mark_ink="#1a1d21",
    match="#a85b00",
    warning="#fdf0d0",
    warning_ink="#5c3a00",
    added="#d7f2dc",
    removed="#fbdfe0",
    code="#eef0f3",
    highlight_yellow="#fff3b0",
    highlight_green="#cdefd2",
    highlight_blue="#cfe5fb",
    highlight_pink="#fbd7e6",
)
DARK = Colours(
    paper="#1b1e23",
    panel="#24282e",
    ink="#e8eaed",
    muted="#b3bac3",
    link="#8ebcf4",
    line="#3d444d",
    field="#8b95a1",
    focus="#8ebcf4",
    accent="#3474bf",
    accent_ink="#ffffff",
    hover="#343a43",
    badge="#2c4562",
    badge_ink="#d8e8fa",
    new="#1f4a2c",
    new_ink="#d3f5dc",
    review="#4d3c10",
    review_ink="#ffe9b8",
    pending="#3d434b",
    pending_ink="#e2e6ea",
    mark="#7a5f00",
    mark_ink="#ffffff",
    match="#ffcf4d",
    warning="#4a3a12",
    warning_ink="#ffe9b8",
    added="#1d4a29",
    removed="#5a2629",
    code="#2b3037",
    highlight_yellow="#55490b",
    highlight_green="#1e4d2a",
    highlight_blue="#1f4569",
    highlight_pink="#5f2a45",
)
SEPIA = Colours(
    paper="#f8f0de",
    panel="#efe4cc",
    ink="#33281b",
    muted="#5e4f3b",
    link="#7a3b10",
    line="#d9caab",
    field="#85724f",
    focus="#7a3b10",
    accent="#7a3b10",
    accent_ink="#fff8ea",
    hover="#e4d6b6",
    badge="#e2d3b0",
    badge_ink="#47320f",
    new="#d8deb0",
    new_ink="#2f3d0c",
    review="#f5d79a",
    review_ink="#553503",
    pending="#e0d8c8",
    pending_ink="#4a4030",
    mark="#f2c94f",
    mark_ink="#2b2010",
    match="#a04a00",
    warning="#f5d79a",
    warning_ink="#553503",
    added="#d6e0b4",
    removed="#f3cdb8",
    code="#ece0c6",
    highlight_yellow="#f7e08a",
    highlight_green="#d2dfa6",
    highlight_blue="#c9dbe0",
    highlight_pink="#f2c9c4",
)
HIGH_CONTRAST = Colours(
    paper="#000000",
    panel="#000000",
    ink="#ffffff",
    muted="#ffffff",
    link="#ffff66",
    line="#ffffff",
    field="#ffffff",
    focus="#00ffff",
    accent="#ffff00",
    accent_ink="#000000",
    hover="#1a3a5c",
    badge="#ffffff",
    badge_ink="#000000",
    new="#ffffff",
    new_ink="#000000",
    review="#ffff00",
    review_ink="#000000",
    pending="#ffffff",
    pending_ink="#000000",
    mark="#ffff00",
    mark_ink="#000000",
    match="#ffff00",
    warning="#ffff00",
    warning_ink="#000000",
    added="#003a10",
    removed="#5a0000",
    code="#000000",
    highlight_yellow="#4d4200",
    highlight_green="#00420f",
    highlight_blue="#003a66",
    highlight_pink="#5c0a3a",
)
PALETTES: Final = {
    Theme.LIGHT: LIGHT,
    Theme.DARK: DARK,
    Theme.SEPIA: SEPIA,
    Theme.HIGH_CONTRAST: HIGH_CONTRAST,
}


SYSTEM_POINTS: Final = "system-points"
"""The application's property that remembers how large the system's letters are while the window's are made larger."""


def letter_factor() -> float:
    """How large the window's letters are, 1 being the usual size."""
    return _share_of_usual(QGuiApplication.font().pointSizeF())


def system_letter_factor() -> float:
    """How large the system's letters are, 1 being the usual size, whatever the window's have been made to."""
    application = QGuiApplication.instance()
    points = application.property(SYSTEM_POINTS) if application is not None else None
    return round(_share_of_usual(float(points or QGuiApplication.font().pointSizeF())), 3)


def _share_of_usual(points: float) -> float:
    return points / Letters.USUAL_WINDOW if points > 0 else 1.0


def colours_of(theme: Theme) -> Colours:
    """The colours of a theme; what the system wants, contrast included, is asked for anew each time."""
    if theme is not Theme.SYSTEM:
        return PALETTES[theme]
    hints = QGuiApplication.styleHints()
    if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
        return HIGH_CONTRAST
    return DARK if hints.colorScheme() is Qt.ColorScheme.Dark else LIGHT


def palette_of(colours: Colours) -> QPalette:
    """The widgets' palette."""
    palette = QPalette()
    role = QPalette.ColorRole
    for name, colour in (
        (role.Window, colours.panel),
        (role.WindowText, colours.ink),
        (role.Base, colours.paper),
        (role.AlternateBase, colours.panel),
        (role.Text, colours.ink),
        (role.Button, colours.panel),
        (role.ButtonText, colours.ink),
        (role.BrightText, colours.warning_ink),
        (role.ToolTipBase, colours.paper),
        (role.ToolTipText, colours.ink),
        (role.PlaceholderText, colours.muted),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.accent_ink),
        (role.Link, colours.link),
        (role.LinkVisited, colours.link),
        (role.Mid, colours.line),
        (role.Midlight, colours.line),
        (role.Dark, colours.field),
        (role.Light, colours.paper),
        (role.Shadow, colours.line),
        (role.Accent, colours.accent),
    ):
        palette.setColor(name, QColor(colour))
    for name in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.muted))
    return palette
