"""`procedures publish changes` and `procedures changes`: what an edition changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from reader.cli.output import Context, Json, print_json
from reader.compare.editions import compare_editions
from reader.domain.changes import ChapterChange, ChapterEntry, EditionChanges, EditionText, PassageChange
from reader.domain.errors import NotFoundError, SourceError
from reader.domain.files import write_in_one_step
from reader.domain.machine import Permission
from reader.publish.editions import edition_text
from reader.services.changes_page import changes_page, changes_text
from reader.services.editions import edition_of
from reader.services.workspace import today

publisher_app = typer.Typer()

Page = Annotated[
    Path | None,
    typer.Option(
        "--html", metavar="FILE", help="Also write one page for those who must approve the edition."
    ),
]


@publisher_app.command(name="changes")
def publisher_changes(
    edition: Annotated[
        Path, typer.Argument(metavar="EDITION", help="The bundle or source folder that is to be signed.")
    ],
    since: Annotated[
        Path,
        typer.Option("--since", metavar="EDITION", help="The bundle or source folder of the edition before."),
    ],
    page: Page = None,
    as_json: Json = False,
) -> None:
    """Say what an edition changes against the one before: chapters, passages, words, forms."""
    before, after = edition_text(since), edition_text(edition)
    if before.manual != after.manual:
        raise SourceError(f"{since} is an edition of {before.manual}, and {edition} one of {after.manual}.")
    _print(compare_editions(before, after), page, as_json=as_json)


def changes(
    ctx: typer.Context,
    manual: Annotated[str, typer.Argument(metavar="MANUAL", help="Authority, or authority/manual.")],
    since: Annotated[
        int | None,
        typer.Option(
            "--since", metavar="N", help="The edition to compare with; the one before, if not given."
        ),
    ] = None,
    page: Page = None,
    as_json: Json = False,
) -> None:
    """Say what the current edition of an installed manual changed, or what the next one will change."""
    context: Context = ctx.obj
    if page is not None:
        context.require(Permission.EXPORT)
    snapshot = context.load()
    manual_id = snapshot.find_manual(manual)
    current = snapshot.get(manual_id, None, today())
    number = current.edition.manifest.edition
    installed = [bundle.edition.manifest.edition for bundle in snapshot.editions(manual_id)]
    older = [edition for edition in installed if edition < number]
    if since is None:
        since = max(older, default=number)
    coming = max(installed)
    if since >= number and coming > since:  # not in force yet: what it will change is asked before that day
        current = snapshot.get(manual_id, coming, today())
    before = snapshot.get(manual_id, since, today())
    if before.edition.manifest.edition >= current.edition.manifest.edition:
        raise NotFoundError(
            f"Of {manual_id} nothing newer than edition {since} is installed: there is nothing to compare it with."
        )
    _print(compare_editions(edition_of(before), edition_of(current)), page, as_json=as_json)


def _print(found: EditionChanges, page: Path | None, *, as_json: bool) -> None:
    if page is not None:
        write_in_one_step(page, changes_page(found).encode("utf-8"))
    if as_json:
        print_json(_changes_json(found))
        return
    typer.echo(changes_text(found), nl=False)
    if page is not None:
        typer.echo(f"The page for those who approve it: {page}")


def _changes_json(found: EditionChanges) -> dict[str, Any]:
    return {
        "manual": str(found.after.manual),
        "before": _edition_json(found.before),
        "after": _edition_json(found.after),
        "chapters": [_chapter_json(chapter) for chapter in found.chapters],
        "files": [{"file": file.file, "title": file.title, "kind": file.kind.value} for file in found.files],
        "changed_not_listed": [chapter.id for chapter in found.not_listed],
        "listed_not_changed": [_entry_json(entry) for entry in found.not_changed],
    }


def _edition_json(edition: EditionText) -> dict[str, Any]:
    return {
        "edition": edition.edition,
        "label": edition.label,
        "effective_from": edition.effective_from.isoformat(),
    }


def _chapter_json(chapter: ChapterChange) -> dict[str, Any]:
    return {
        "id": chapter.id,
        "kinds": [kind.value for kind in chapter.kinds],
        "before": _entry_json(chapter.before),
        "after": _entry_json(chapter.after),
        "passages": [passage_json(passage) for passage in chapter.passages],
    }


def _entry_json(entry: ChapterEntry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {
        "number": entry.number,
        "title": entry.title,
        "division": entry.division,
        "status": list(entry.statuses),
    }


def passage_json(passage: PassageChange) -> dict[str, Any]:
    return {
        "heading_before": passage.before.heading if passage.before else None,
        "heading_after": passage.after.heading if passage.after else None,
        "anchor_before": passage.before.anchor if passage.before else None,
        "anchor_after": passage.after.anchor if passage.after else None,
        "moved": passage.is_moved,
        "words": [{"kind": words.kind.value, "text": words.text} for words in passage.words],
    }
