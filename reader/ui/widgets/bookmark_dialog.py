"""What a bookmark stands on, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from reader.domain.bookmark import Colour
from reader.domain.text import one_line

COLOUR_NAMES: Final = (
    (None, "No highlight"),
    (Colour.YELLOW, "Yellow, solid line"),
    (Colour.GREEN, "Green, dashed line"),
    (Colour.BLUE, "Blue, dotted line"),
    (Colour.PINK, "Pink, wavy line"),
)
_NO_FOLDER: Final = "In no folder"
_WIDTH: Final = 520
_NOTE_LINES: Final = 5
_BOX_CHARACTERS: Final = 24
_MOST_NOTE: Final = 20_000


@dataclass(frozen=True, slots=True)
class BookmarkDraft:
    """A bookmark before it is kept.

    Attributes:
        targets: What it may stand on, in words; empty when that is settled.
        target: The number of the one that it stands on.
        folder: The name of its folder; a new name makes a new one, "" means the top.
    """

    name: str
    targets: tuple[str, ...] = ()
    target: int = 0
    folder: str = ""
    tags: tuple[str, ...] = ()
    colour: Colour | None = None
    note: str = ""


class BookmarkDialog(QDialog):
    """Shows a draft to be changed. A name that is left empty keeps the one that was proposed."""

    def __init__(
        self,
        title: str,
        draft: BookmarkDraft,
        folders: tuple[str, ...],
        tags: tuple[str, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._draft = draft
        self._name = QLineEdit(draft.name)
        self._name.setMaxLength(400)
        self._name.selectAll()
        self._target = QComboBox()
        self._target.addItems(draft.targets)
        self._target.setCurrentIndex(draft.target)
        self._folder = QComboBox()
        self._folder.setEditable(True)
        self._folder.addItems([_NO_FOLDER, *folders])
        self._folder.setCurrentText(draft.folder or _NO_FOLDER)
        line = self._folder.lineEdit()
        if line is not None:
            line.setAccessibleName("Folder")
        self._tags = QLineEdit(", ".join(draft.tags))
        self._tags.setPlaceholderText("court, training (between commas)")
        self._tags.setCompleter(QCompleter(list(tags), self._tags))
        self._colour = QComboBox()
        self._colour.addItems([name for _, name in COLOUR_NAMES])
        self._colour.setCurrentIndex([colour for colour, _ in COLOUR_NAMES].index(draft.colour))
        for box in (self._target, self._folder, self._colour):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_BOX_CHARACTERS)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._note = QPlainTextEdit(draft.note)
        self._note.setTabChangesFocus(True)
        self._note.setMinimumHeight(self._note.fontMetrics().lineSpacing() * _NOTE_LINES)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for label, field in (
            ("&Name", self._name),
            ("Stands &on", self._target),
            ("&Highlight", self._colour),
            ("&Folder", self._folder),
            ("&Tags", self._tags),
            ("N&ote", self._note),
        ):
            field.setAccessibleName(label.replace("&", ""))
            if field is not self._target or len(draft.targets) > 1:
                form.addRow(label, field)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self._target.currentIndexChanged.connect(self._on_target_changed)
        self._on_target_changed(draft.target)
        self.resize(_WIDTH, self.sizeHint().height())

    @property
    def draft(self) -> BookmarkDraft:
        """What stands in the dialog now."""
        folder = one_line(self._folder.currentText())
        tags = (one_line(tag).lstrip("#").strip() for tag in self._tags.text().split(","))
        return BookmarkDraft(
            name=one_line(self._name.text()) or self._draft.name,
            targets=self._draft.targets,
            target=max(self._target.currentIndex(), 0),
            folder="" if folder == _NO_FOLDER else folder,
            tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
            colour=COLOUR_NAMES[self._colour.currentIndex()][0] if self._colour.isEnabled() else None,
            note=self._note.toPlainText()[:_MOST_NOTE].strip(),
        )

    @Slot(int)
    def _on_target_changed(self, number: int) -> None:
        """Only words can be highlighted."""
        targets = self._draft.targets
        is_words = not targets or targets[max(number, 0)].startswith("“")
        self._colour.setEnabled(is_words)
