"""A public collection with judgements of relevance, read from where `fetch.sh` has put it.

Semanlink: papers on language technology (titles and abstracts) that a librarian of his own library has tagged over
years. The name of a tag is what one would type; the papers that bear it are what ought to be found. Judgements are
yes or no, and nobody made them for a search: a paper without the tag may still be about it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from reader.domain.manual import ManualId
from reader.domain.search import IndexDocument
from reader.domain.vocabulary import Vocabulary
from tests.benchmarks.relevance.collection import ANSWER, Collection, Edition, Key, Question

NAMES: Final = ("semanlink",)
_MANUAL: Final = ManualId("semanlink", "papers")
_LEAST: Final = 2
_FORMAL_TAG: Final = "http://www.semanlink.net/tag/arxiv_doc"


def public_collection(name: str, folder: Path) -> Collection:
    """Read a collection; `folder` is the one that was given to `fetch.sh`."""
    assert name in NAMES
    papers: list[dict[str, Any]] = json.loads((folder / "arxiv.json").read_text(encoding="utf-8"))
    tags: dict[str, dict[str, Any]] = json.loads((folder / "tags.json").read_text(encoding="utf-8"))
    tagged: dict[str, list[Key]] = {}
    documents = []
    for number, paper in enumerate(papers):
        document = _document(f"paper-{number}", paper)
        documents.append(document)
        for tag in set(paper["tag"]) - {_FORMAL_TAG}:
            tagged.setdefault(tag, []).append(Key(str(_MANUAL), f"paper-{number}"))
    questions = (
        Question(str(tags[tag]["prefLabel"][0]), "tag", is_held_out=False, grades=dict.fromkeys(keys, ANSWER))
        for tag, keys in sorted(tagged.items())
        if len(keys) >= _LEAST
    )
    return Collection(name, (Edition(_MANUAL, 1, tuple(documents)),), tuple(questions), Vocabulary())


def _document(chapter: str, paper: dict[str, Any]) -> IndexDocument:
    return IndexDocument(
        chapter=chapter,
        number=None,
        title=" ".join(str(paper["arxiv_title"]).split()),
        division="",
        heading="",
        anchor=None,
        statuses=(),
        text=" ".join(str(paper["arxiv_summary"]).split()),
        extra="",
    )
