"""Style sheets, made of the measures and colours of `theme`: one for the window, one for chapters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.store.places import resources_dir
from reader.ui.theme import (
    DARK,
    FOCUS_PX,
    HIGH_CONTRAST,
    LIGHT,
    RADIUS,
    SEPIA,
    Colours,
    Letters,
    Space,
)

_DRAWN: Final = {id(LIGHT): "light", id(DARK): "dark", id(SEPIA): "sepia", id(HIGH_CONTRAST): "high-contrast"}
_BLOCKS: Final = "p, li, dt, dd, td, th, div, blockquote, pre, h1, h2, h3, h4, h5, h6"


@dataclass(frozen=True, slots=True)
class Typography:
    """How the text of chapters is set, its size aside.

    Attributes:
        family: The font; empty for the window's own.
        line_percent: From line to line; 100 is as close as the font allows.
        paragraph_percent: Distance between paragraphs.
        line_characters: How long lines are at most; None for as long as the window is wide.
    """

    family: str = ""
    line_percent: int = 125
    paragraph_percent: int = 100
    line_characters: int | None = 75


@dataclass(frozen=True, slots=True)
class TextLook:
    """How the text of chapters looks: given as a whole, because each change lays a text out anew.

    Attributes:
        zoom_percent: The size of the text, 100 being the usual one.
    """

    colours: Colours = LIGHT
    typography: Typography = Typography()
    zoom_percent: int = 100


def widget_css(colours: Colours, factor: float = 1.0) -> str:
    """How the window's widgets look.

    Args:
        colours: The theme.
        factor: How large the window's letters are, 1 being the usual size: what is drawn grows with them.
    """
    c = colours
    edge = f"1px solid {c.field}"
    ring = f"{FOCUS_PX}px solid {c.focus}"
    drawn = (resources_dir() / "icons" / "drawn").as_posix()
    theme = _DRAWN.get(id(colours), "light")

    def px(length: float) -> str:
        return f"{max(round(length * factor), 1)}px"

    def image(name: str) -> str:
        return f'url("{drawn}/{name}-{theme}.png")'

    return f"""
QLineEdit, QComboBox, QSpinBox, QDateEdit {{ background: {c.paper}; color: {c.ink}; border: {edge};
  border-radius: {RADIUS}px; padding: 3px 6px; min-height: {px(18)}; placeholder-text-color: {c.muted};
  selection-background-color: {c.accent}; selection-color: {c.accent_ink}; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus {{ border: {ring}; padding: 2px 5px; }}
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDateEdit:disabled {{ background: {c.panel};
  color: {c.muted}; border: 1px solid {c.line}; }}
QComboBox, QDateEdit {{ padding-right: 2px; }}
QComboBox:focus, QDateEdit:focus {{ padding-right: 1px; }}
QComboBox::drop-down, QDateEdit::drop-down {{ border: 0; width: {px(20)}; }}
QComboBox::down-arrow, QDateEdit::down-arrow {{ image: {image("chevron-down")}; width: {px(12)}; height: {px(12)}; }}
QComboBox QAbstractItemView {{ background: {c.paper}; color: {c.ink}; border: {edge};
  selection-background-color: {c.accent}; selection-color: {c.accent_ink}; outline: 0; }}
QPushButton, QToolButton {{ background: {c.paper}; color: {c.ink}; border: {edge}; border-radius: {RADIUS}px;
  padding: 3px {px(8)}; min-height: {px(18)}; }}
QPushButton {{ padding: 4px {px(14)}; }}
QToolButton[autoRaise="true"] {{ background: transparent; border: 1px solid transparent; padding: 3px 5px; }}
QPushButton:hover, QToolButton:hover, QToolButton[autoRaise="true"]:hover {{ background: {c.hover}; }}
QPushButton:pressed, QToolButton:pressed, QToolButton:checked, QToolButton[autoRaise="true"]:checked
  {{ background: {c.hover}; color: {c.ink}; border: {edge}; }}
QPushButton:default, QPushButton[isFirst="true"] {{ background: {c.accent}; color: {c.accent_ink};
  border: 1px solid {c.accent}; }}
QPushButton:focus, QToolButton:focus, QToolButton[autoRaise="true"]:focus {{ border: {ring}; padding: 2px {px(7)}; }}
QPushButton:focus {{ padding: 3px {px(13)}; }}
QToolButton[autoRaise="true"]:focus {{ padding: 2px 4px; }}
QPushButton:default:focus, QPushButton[isFirst="true"]:focus {{ border: {FOCUS_PX}px solid {c.ink}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {c.muted}; background: transparent;
  border: 1px solid {c.line}; }}
QToolButton[autoRaise="true"]:disabled {{ border: 1px solid transparent; }}
QToolButton[popupMode="2"] {{ padding-right: {px(20)}; }}
QToolButton[popupMode="2"]:focus {{ padding-right: {px(19)}; }}
QToolButton::menu-indicator {{ image: {image("chevron-down")}; width: {px(12)}; height: {px(12)};
  subcontrol-origin: padding; subcontrol-position: right center; right: {px(4)}; }}
QLineEdit QToolButton {{ min-height: 0; padding: 0; border: 0; background: transparent; }}
QCheckBox, QRadioButton {{ border: {FOCUS_PX}px solid transparent; border-radius: {RADIUS}px; padding: 1px 2px;
  spacing: {px(6)}; }}
QCheckBox:focus, QRadioButton:focus {{ border: {ring}; }}
QCheckBox::indicator {{ width: {px(14)}; height: {px(14)}; border: {edge}; border-radius: 3px;
  background: {c.paper}; }}
QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent}; image: {image("check")}; }}
QAbstractScrollArea {{ border: 1px solid {c.line}; }}
QTreeView, QListView, QTableView, QGraphicsView {{ background: {c.paper}; border: 1px solid {c.line};
  border-radius: {RADIUS}px; outline: 0; padding: 1px; }}
QTreeView:focus, QListView:focus, QTableView:focus, QGraphicsView:focus {{ border: {ring}; padding: 0; }}
QTableView {{ gridline-color: {c.line}; }}
QTreeView::branch {{ background: transparent; }}
QTreeView::branch:has-children:closed {{ image: {image("chevron-right")}; padding: 3px; }}
QTreeView::branch:has-children:open {{ image: {image("chevron-down")}; padding: 3px; }}
#page-text {{ border: 0; border-top: {FOCUS_PX}px solid {c.paper}; background: {c.paper}; }}
#page-text:focus {{ border-top: {ring}; }}
QScrollArea {{ border: 0; background: transparent; }}
QScrollArea > QWidget > #scrolled {{ background: transparent; }}
#strip-scroll {{ border: 0; border-bottom: 1px solid {c.line}; background: {c.panel}; }}
#strip-scroll:focus {{ border: {ring}; }}
QTabBar {{ background: {c.panel}; border: 0; }}
QTabBar::tab {{ background: {c.panel}; color: {c.muted}; border: {FOCUS_PX}px solid transparent;
  border-bottom: 3px solid transparent; padding: 4px {px(8)}; min-height: {px(18)}; }}
#side QTabBar::tab {{ padding: 4px {px(4)}; }}
QTabBar::tab:selected {{ color: {c.ink}; background: {c.paper}; border-bottom: 3px solid {c.accent}; }}
QTabBar::tab:hover:!selected {{ background: {c.hover}; color: {c.ink}; }}
QTabBar::tab:selected:focus {{ border: {ring}; border-bottom: 3px solid {c.focus}; }}
QTabBar::close-button {{ image: {image("x")}; width: {px(12)}; height: {px(12)}; padding: 2px;
  border-radius: 3px; }}
QTabBar::close-button:hover {{ background: {c.hover}; }}
QTabBar QToolButton {{ background: {c.panel}; border: {edge}; padding: 0; min-height: 0; }}
QTabBar::scroller {{ width: {px(22)}; }}
QTabBar QToolButton::left-arrow {{ image: {image("chevron-left")}; }}
QTabBar QToolButton::right-arrow {{ image: {image("chevron-right")}; }}
QMenuBar {{ background: {c.panel}; color: {c.ink}; border-bottom: 1px solid {c.line}; padding: 1px 4px; }}
QMenuBar::item {{ background: transparent; padding: 3px {px(7)}; border-radius: {RADIUS}px; }}
QMenuBar::item:selected {{ background: {c.accent}; color: {c.accent_ink}; }}
QToolBar {{ background: {c.panel}; border: 0; border-bottom: 1px solid {c.line}; padding: 4px 6px; spacing: 4px; }}
QStatusBar {{ background: {c.panel}; border-top: 1px solid {c.line}; }}
QStatusBar::item {{ border: 0; }}
QHeaderView::section {{ background: {c.panel}; color: {c.ink}; border: 0; border-right: 1px solid {c.line};
  border-bottom: 1px solid {c.field}; padding: 3px 5px; }}
QTableCornerButton::section {{ background: {c.panel}; border: 0; border-bottom: 1px solid {c.field}; }}
QProgressBar {{ background: {c.paper}; border: {edge}; border-radius: {RADIUS}px; max-height: {px(10)}; }}
QProgressBar::chunk {{ background: {c.accent}; }}
QScrollBar:vertical {{ background: {c.panel}; width: {px(13)}; margin: 0; }}
QScrollBar:horizontal {{ background: {c.panel}; height: {px(13)}; margin: 0; }}
QScrollBar::handle {{ background: {c.field}; border-radius: {RADIUS}px; border: 2px solid {c.panel}; }}
QScrollBar::handle:vertical {{ min-height: {px(28)}; }}
QScrollBar::handle:horizontal {{ min-width: {px(28)}; }}
QScrollBar::handle:hover {{ background: {c.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSlider::groove:horizontal {{ height: 4px; background: {c.line}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {c.accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{ background: {c.accent}; border: 2px solid {c.paper}; width: {px(14)};
  margin: -{px(7)} 0; border-radius: {px(9)}; }}
QSlider:focus {{ border: {ring}; border-radius: {RADIUS}px; }}
QSlider {{ border: {FOCUS_PX}px solid transparent; min-height: {px(24)}; }}
QGroupBox {{ border: 0; border-top: 1px solid {c.line}; margin-top: {px(20)}; padding-top: {px(6)}; }}
QGroupBox::title {{ subcontrol-origin: margin; subcontrol-position: top left; padding: 0 6px 2px 0; }}
QToolTip {{ background: {c.paper}; color: {c.ink}; border: {edge}; padding: 3px; }}
#banner {{ background: {c.warning}; color: {c.warning_ink}; font-weight: bold; padding: {px(8)} {px(12)};
  border: 2px solid {c.warning_ink}; }}
#card {{ background: {c.paper}; border: 1px solid {c.line}; border-radius: 6px; text-align: left; }}
#card:hover {{ background: {c.hover}; border: {edge}; }}
#card:focus {{ border: {ring}; }}
#note {{ color: {c.muted}; }}
"""


def document_css(colours: Colours, typography: Typography | None = None, scale: float = 1.0) -> str:
    """The style sheet of a chapter's text, in the part of CSS that Qt's rich text knows.

    Args:
        colours: The theme.
        typography: How lines and paragraphs are set.
        scale: The size of the text, 1 being the usual one.
    """
    c, t = colours, typography or Typography()
    air = scale * t.paragraph_percent / 100

    def pt(points: float) -> str:
        return f"{points * scale:.1f}pt"

    def px(length: float) -> str:
        return f"{round(length * air)}px"

    cell = f"{round(Space.TIGHT * scale)}px {round(Space.SMALL * scale)}px"
    return f"""
        body {{ color: {c.ink}; }}
        {_BLOCKS} {{ line-height: {t.line_percent}%; }}
        h1, h2, h3, h4, h5, h6 {{ font-weight: 600; line-height: {min(t.line_percent, 115)}%; }}
        h1 {{ font-size: {pt(Letters.H1)}; margin-top: 0; margin-bottom: {px(12)}; }}
        h2 {{ font-size: {pt(Letters.H2)}; margin-top: {px(22)}; margin-bottom: {px(6)}; }}
        h3 {{ font-size: {pt(Letters.H3)}; margin-top: {px(16)}; margin-bottom: {px(4)}; }}
        h4, h5, h6 {{ font-size: {pt(Letters.H4)}; margin-top: {px(12)}; margin-bottom: {px(4)}; }}
        p {{ margin-top: {px(4)}; margin-bottom: {px(9)}; }}
        ul, ol {{ margin-top: {px(2)}; margin-bottom: {px(9)}; }}
        li {{ margin-bottom: {px(4)}; }}
        a {{ color: {c.link}; text-decoration: underline; }}
        small {{ color: {c.muted}; }}
        em {{ color: {c.muted}; }}
        code, pre, kbd, samp {{ background-color: {c.code}; }}
        blockquote {{ color: {c.muted}; }}
        table {{ border-collapse: collapse; margin-top: {px(6)}; margin-bottom: {px(12)}; }}
        th, td {{ border: 1px solid {c.line}; padding: {cell}; }}
        th {{ text-align: left; font-weight: 600; background-color: {c.panel}; }}
        .extra {{ margin-top: {px(8)}; margin-bottom: 0; }}
        .alt {{ color: {c.muted}; text-decoration: none; }}
        .facts th, .facts td {{ border: 0; padding: 3px 14px 3px 0; background-color: transparent; }}
        .box td {{ border: 1px solid {c.line}; padding: {round(Space.MEDIUM * scale)}px;
            background-color: {c.panel}; }}
        .box h2 {{ font-size: {pt(Letters.H3)}; margin-top: 0; }}
        .note {{ color: {c.muted}; }}
        .added {{ background-color: {c.added}; }}
        .removed {{ background-color: {c.removed}; }}
        .not-held {{ background-color: {c.panel}; color: {c.ink}; }}
        .warning {{ background-color: {c.warning}; color: {c.warning_ink}; }}
    """
