from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from reader.domain.settings import Theme
from reader.ui.actions import ActionId
from reader.ui.theme import DARK, HIGH_CONTRAST, LIGHT, PALETTES, SEPIA, Colours
from tests.ui.conftest import OpenDesk

_LINEAR_LIMIT = 0.04045


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    named = QColor(colour)
    red, green, blue = (
        part / 12.92 if part <= _LINEAR_LIMIT else float(((part + 0.055) / 1.055) ** 2.4)
        for part in (named.redF(), named.greenF(), named.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


LEAST = {Theme.LIGHT: 4.5, Theme.DARK: 4.5, Theme.SEPIA: 4.5, Theme.HIGH_CONTRAST: 7.0}
LEAST_WITHOUT_TEXT = 3.0


@pytest.mark.parametrize("theme", LEAST)
def test_text_stands_out_from_its_background(theme: Theme) -> None:
    found = _text_contrasts(PALETTES[theme])
    too_weak = {name: round(ratio, 2) for name, ratio in found.items() if ratio < LEAST[theme]}
    assert too_weak == {}


@pytest.mark.parametrize("theme", LEAST)
def test_what_is_no_text_stands_out_too(theme: Theme) -> None:
    """Edges of fields, the ring of the focus, icons, the bar of a scroll bar (WCAG 2.2, 1.4.11 and 2.4.13)."""
    c = PALETTES[theme]
    pairs = {
        "edge of a field on paper": (c.field, c.paper),
        "edge of a field on panel": (c.field, c.panel),
        "focus on paper": (c.focus, c.paper),
        "focus on panel": (c.focus, c.panel),
        "focus beside an edge without it": (c.focus, c.line)
        if theme is not Theme.HIGH_CONTRAST
        else (c.focus, c.paper),
        "focus of the first button": (c.ink, c.panel),
        "icon on panel": (c.ink, c.panel),
        "icon on hover": (c.ink, c.hover),
        "mark of a checked box": (c.accent_ink, c.accent),
        "the tab in front": (c.accent, c.panel),
        "bar of a revised passage": (c.accent, c.paper),
        "a match in the scroll bar": (c.match, c.panel),
    }
    too_weak = {
        name: round(contrast(*pair), 2)
        for name, pair in pairs.items()
        if contrast(*pair) < LEAST_WITHOUT_TEXT
    }
    assert too_weak == {}


def _text_contrasts(c: Colours) -> dict[str, float]:
    pairs = {
        f"{ink} on {back}": (getattr(c, ink), getattr(c, back))
        for ink in ("ink", "muted", "link")
        for back in ("paper", "panel")
    }
    pairs |= {
        f"ink on {back}": (c.ink, getattr(c, back))
        for back in (
            "added",
            "removed",
            "code",
            "hover",
            "highlight_yellow",
            "highlight_green",
            "highlight_blue",
            "highlight_pink",
        )
    }
    pairs |= {f"link on {back}": (c.link, getattr(c, back)) for back in ("added", "removed", "code")}
    pairs |= {
        "selected": (c.accent_ink, c.accent),
        "badge": (c.badge_ink, c.badge),
        "new": (c.new_ink, c.new),
        "under review": (c.review_ink, c.review),
        "to follow": (c.pending_ink, c.pending),
        "found word": (c.mark_ink, c.mark),
        "warning": (c.warning_ink, c.warning),
    }
    return {name: contrast(*pair) for name, pair in pairs.items()}


@pytest.mark.parametrize(
    ("action", "theme", "colours"),
    [
        (ActionId.THEME_DARK, Theme.DARK, DARK),
        (ActionId.THEME_SEPIA, Theme.SEPIA, SEPIA),
        (ActionId.THEME_HIGH_CONTRAST, Theme.HIGH_CONTRAST, HIGH_CONTRAST),
        (ActionId.THEME_LIGHT, Theme.LIGHT, LIGHT),
    ],
)
def test_a_theme_colours_the_window_and_the_text(
    desk: OpenDesk, action: ActionId, theme: Theme, colours: Colours
) -> None:
    desk.go("staying-put-policy")
    desk.window.actions_by_id[action].trigger()
    desk.wait()
    assert desk.desk.workspace.settings.load().theme is theme
    palette = QApplication.palette()
    assert palette.color(QPalette.ColorRole.Base).name() == colours.paper
    view = desk.window.current_view
    assert view is not None
    image = view.text.grab().toImage()
    assert image.pixelColor(image.width() // 2, image.height() - 5).name() == colours.paper
