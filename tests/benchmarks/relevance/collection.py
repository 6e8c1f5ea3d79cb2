"""What is searched, what is asked of it, and what ought to be found."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from reader.domain.cancel import CancelToken
from reader.domain.manual import ManualId
from reader.domain.search import IndexDocument
from reader.domain.vocabulary import Vocabulary
from reader.services.documents import documents_of
from reader.services.form_text import FormReader
from reader.services.workspace import Workspace, WorkspaceChoice, today

QUESTIONS_FILE: Final = Path(__file__).with_name("questions.toml")
MANUALS: Final = ("northmere/procedures", "saltby/procedures")
ANSWER: Final = 3
"""The grade of a passage that answers a question: it should come first."""


class Key(NamedTuple):
    """One thing that can be found. What it has none of is empty: a form has no chapter, a whole chapter no anchor."""

    manual: str
    chapter: str = ""
    anchor: str = ""
    form: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """The chapter or the form that it lies in; a division is a place of its own."""
        return self.manual, self.chapter or self.form or self.anchor


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody types, and the grade (1 to 3) of every passage that is worth finding for it.

    Attributes:
        kind: What sort of question it is, for the table.
        is_held_out: Whether no weight may be chosen by it.
    """

    text: str
    kind: str
    is_held_out: bool
    grades: dict[Key, int]

    @property
    def answers(self) -> frozenset[Key]:
        return frozenset(key for key, grade in self.grades.items() if grade == ANSWER)


@dataclass(frozen=True, slots=True)
class Edition:
    """All documents of one edition."""

    manual: ManualId
    number: int
    documents: tuple[IndexDocument, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts, questions about them, and the terms that mean the same in them."""

    name: str
    editions: tuple[Edition, ...]
    questions: tuple[Question, ...]
    vocabulary: Vocabulary

    def documents(self) -> Iterator[tuple[Key, IndexDocument]]:
        for edition in self.editions:
            for document in edition.documents:
                yield key_of(str(edition.manual), document), document


def key_of(manual: str, document: IndexDocument) -> Key:
    return Key(manual, document.chapter or "", document.anchor or "", document.form or "")


def training_manuals(folder: Path) -> Collection:
    """The current editions of the two training manuals, from a sample library made in a folder of its own."""
    workspace = Workspace(WorkspaceChoice(library_dir=folder, is_sample=True))
    try:
        for _ in workspace.install_samples(CancelToken()):
            pass
        current = workspace.library.load(CancelToken()).current(today())
        with FormReader() as forms:
            editions = tuple(
                Edition(
                    bundle.manual,
                    bundle.edition.manifest.edition,
                    tuple(documents_of(bundle, forms.paragraphs)),
                )
                for bundle in current
                if str(bundle.manual) in MANUALS
            )
        collection = Collection("training manuals", editions, questions(), workspace.vocabulary)
        there = {key for key, _ in collection.documents()}
        for question in collection.questions:
            assert there.issuperset(question.grades), (question.text, set(question.grades) - there)
        return collection
    finally:
        workspace.close()


def questions(file: Path = QUESTIONS_FILE) -> tuple[Question, ...]:
    """The questions of the development set."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(
        Question(
            text=str(row["text"]),
            kind=str(row["kind"]),
            is_held_out=bool(row["held_out"]),
            grades=dict(map(_judgement, row["judgements"])),
        )
        for row in table["question"]
    )


def _judgement(row: dict[str, Any]) -> tuple[Key, int]:
    parts = (str(row.get(part, "")) for part in ("chapter", "anchor", "form"))
    return Key(f"{row['manual']}/procedures", *parts), int(row["grade"])
