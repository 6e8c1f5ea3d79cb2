from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from reader.domain.settings import Theme
from reader.ui.actions import ActionId
from reader.ui.theme import DARK, HIGH_CONTRAST, LIGHT, Colours
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


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("colours", "least"),
    [(LIGHT, 4.5), (DARK, 4.5), (HIGH_CONTRAST, 7.0)],
    ids=["light", "dark", "high contrast"],
)
def test_text_stands_out_from_its_background(colours: Colours, least: float) -> None:
    pairs = {
        "ink on paper": (colours.ink, colours.paper),
        "ink on panel": (colours.ink, colours.panel),
        "muted on paper": (colours.muted, colours.paper),
        "muted on panel": (colours.muted, colours.panel),
        "link on paper": (colours.link, colours.paper),
        "link on panel": (colours.link, colours.panel),
        "selected": (colours.accent_ink, colours.accent),
        "badge": (colours.badge_ink, colours.badge),
        "found word": (colours.mark_ink, colours.mark),
        "warning": (colours.warning_ink, colours.warning),
    }
    too_weak = {name: round(_contrast(*pair), 2) for name, pair in pairs.items() if _contrast(*pair) < least}
    assert too_weak == {}


@pytest.mark.parametrize(
    ("action", "theme", "colours"),
    [
        (ActionId.THEME_DARK, Theme.DARK, DARK),
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
