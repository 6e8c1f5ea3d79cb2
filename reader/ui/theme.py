"""Colours: the three themes, for widgets and for the text of chapters.

Contrast of text to its background is at least 4.5 to 1 everywhere and 7 to 1 in high contrast (WCAG 2.2, criteria
1.4.3 and 1.4.6); tests/ui/test_theme.py computes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from reader.domain.settings import Theme


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of a theme as #rrggbb.

    Attributes:
        ink: Text on `paper` and on `panel`.
        muted: Text that matters less: notes, details.
        badge_ink: Text on `badge`.
        mark: Behind found words, which are `mark_ink`.
        warning: Behind warnings, which are `warning_ink`.
        added: Behind words that a newer edition added; `removed` behind those that it removed. Both are `ink`.
    """

    paper: str
    panel: str
    ink: str
    muted: str
    link: str
    line: str
    accent: str
    accent_ink: str
    badge: str
    badge_ink: str
    mark: str
    mark_ink: str
    warning: str
    warning_ink: str
    added: str
    removed: str


LIGHT = Colours(
    paper="#ffffff",
    panel="#f3f4f6",
    ink="#1a1d21",
    muted="#535a63",
    link="#0b57a4",
    line="#c9ced6",
    accent="#0b57a4",
    accent_ink="#ffffff",
    badge="#dbe8f6",
    badge_ink="#0a3d73",
    mark="#ffe28a",
    mark_ink="#1a1d21",
    warning="#fdf0d0",
    warning_ink="#5c3a00",
    added="#d7f2dc",
    removed="#fbdfe0",
)
DARK = Colours(
    paper="#1c1f24",
    panel="#25292f",
    ink="#e8eaed",
    muted="#b0b7c0",
    link="#8ab9f1",
    line="#454c56",
    accent="#2f6fb8",
    accent_ink="#ffffff",
    badge="#2e4560",
    badge_ink="#d8e8fa",
    mark="#7a5f00",
    mark_ink="#ffffff",
    warning="#4a3a12",
    warning_ink="#ffe9b8",
    added="#1d4a29",
    removed="#5a2629",
)
HIGH_CONTRAST = Colours(
    paper="#000000",
    panel="#000000",
    ink="#ffffff",
    muted="#ffffff",
    link="#ffff66",
    line="#ffffff",
    accent="#ffff00",
    accent_ink="#000000",
    badge="#ffffff",
    badge_ink="#000000",
    mark="#ffff00",
    mark_ink="#000000",
    warning="#ffff00",
    warning_ink="#000000",
    added="#003a10",
    removed="#5a0000",
)


def colours_of(theme: Theme) -> Colours:
    """The colours of a theme; the system's choice between light and dark is asked for anew each time."""
    match theme:
        case Theme.LIGHT:
            return LIGHT
        case Theme.DARK:
            return DARK
        case Theme.HIGH_CONTRAST:
            return HIGH_CONTRAST
        case Theme.SYSTEM:
            is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
            return DARK if is_dark else LIGHT


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
        (role.Dark, colours.line),
        (role.Light, colours.paper),
        (role.Shadow, colours.line),
        (role.Accent, colours.accent),
    ):
        palette.setColor(name, QColor(colour))
    for name in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.muted))
    return palette


def widget_css(colours: Colours) -> str:
    """What the palette cannot say: the banner; and in high contrast every control has a visible edge."""
    banner = (
        f"#banner {{ background: {colours.warning}; color: {colours.warning_ink}; font-weight: bold; padding: 8px 12px;"
        f" border: 2px solid {colours.warning_ink}; }}"
    )
    if colours is not HIGH_CONTRAST:
        return banner
    edge = f"border: 1px solid {colours.line};"
    return (
        f"QLineEdit, QComboBox, QTreeView, QPushButton, QToolButton, QMenu, QDockWidget {{ {edge} padding: 3px; }}"
        f"QLineEdit:focus, QComboBox:focus, QPushButton:focus, QToolButton:focus"
        f" {{ border: 2px solid {colours.accent}; }}"
        f"QToolButton:hover, QPushButton:hover, QMenu::item:selected, QMenuBar::item:selected"
        f" {{ background: {colours.accent}; color: {colours.accent_ink}; }}"
        f"QToolTip {{ background: {colours.paper}; color: {colours.ink}; {edge} }}{banner}"
    )


def document_css(colours: Colours) -> str:
    """The style sheet of a chapter's text, in the part of CSS that Qt's rich text knows."""
    return f"""
        body {{ color: {colours.ink}; }}
        h1 {{ font-size: 17pt; font-weight: 600; margin-top: 0; margin-bottom: 10px; }}
        h2 {{ font-size: 14pt; font-weight: 600; margin-top: 18px; margin-bottom: 6px; }}
        h3 {{ font-size: 12pt; font-weight: 600; margin-top: 14px; margin-bottom: 4px; }}
        h4, h5, h6 {{ font-size: 11pt; font-weight: 600; margin-top: 12px; margin-bottom: 4px; }}
        p {{ margin-top: 4px; margin-bottom: 8px; }}
        li {{ margin-bottom: 4px; }}
        a {{ color: {colours.link}; text-decoration: underline; }}
        small {{ color: {colours.muted}; }}
        em {{ color: {colours.muted}; }}
        table {{ border-collapse: collapse; margin-top: 6px; margin-bottom: 12px; }}
        th, td {{ border: 1px solid {colours.line}; padding: 4px 8px; }}
        th {{ text-align: left; font-weight: 600; background-color: {colours.panel}; }}
        .facts th, .facts td {{ border: 0; padding: 3px 14px 3px 0; background-color: transparent; }}
        .box td {{ border: 1px solid {colours.line}; padding: 10px; background-color: {colours.panel}; }}
        .box h2 {{ font-size: 12pt; margin-top: 0; }}
        .note {{ color: {colours.muted}; }}
        .added {{ background-color: {colours.added}; }}
        .removed {{ background-color: {colours.removed}; }}
        .not-held {{ background-color: {colours.panel}; color: {colours.ink}; }}
        .warning {{ background-color: {colours.warning}; color: {colours.warning_ink}; }}
    """
