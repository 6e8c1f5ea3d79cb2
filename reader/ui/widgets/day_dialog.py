"""Asks for a day."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget


class DayDialog(QDialog):
    """A day, typed or picked from a calendar."""

    def __init__(self, title: str, label: str, day: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._edit = QDateEdit(QDate(day.year, day.month, day.day))
        self._edit.setCalendarPopup(True)
        self._edit.setDisplayFormat("d MMMM yyyy")
        self._edit.setAccessibleName(label)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(label))
        layout.addWidget(self._edit)
        layout.addWidget(buttons)

    @property
    def day(self) -> date:
        value = self._edit.date()
        return date(value.year(), value.month(), value.day())
