"""`procedures coverage`: which authority has a chapter on what, and who has none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from reader.cli.output import Context, Json, print_json
from reader.domain.cancel import CancelToken
from reader.domain.coverage import Coverage, Topic, TopicChapter
from reader.domain.errors import NotFoundError
from reader.domain.machine import Permission
from reader.domain.manual import ManualId
from reader.domain.text import counted
from reader.services.coverage_export import column_names, export_coverage
from reader.services.workspace import today


def coverage(
    ctx: typer.Context,
    manual: Annotated[
        list[str] | None,
        typer.Option("--manual", metavar="M", help="Only these manuals; may stand repeatedly."),
    ] = None,
    gaps: Annotated[
        str | None,
        typer.Option("--gaps", metavar="M", help="Only topics that this manual has no chapter on."),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="N", help="With --gaps: only what this manual has, and the other way."
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="Write the topics to FILE.csv or FILE.html too."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List the topics of all manuals, and which manual has a chapter on each.

    A topic is a group of chapters that are counterparts of each other.
    """
    context: Context = ctx.obj
    if export is not None:
        context.require(Permission.EXPORT)
    if against and not gaps:
        raise typer.BadParameter("--against needs --gaps: say whose gaps you look for.")
    snapshot = context.load()
    wanted = {snapshot.find_manual(name) for name in manual} if manual else set(snapshot.comparable())
    having = snapshot.find_manual(gaps) if gaps else None
    other = snapshot.find_manual(against) if against else None
    if having is not None and having == other:
        raise typer.BadParameter("--gaps and --against name the same manual.")
    wanted |= {found for found in (having, other) if found is not None}
    if having is not None and len(wanted) == 1:
        raise NotFoundError(f"There is no other manual to compare {having} with: install one first.")
    found = context.workspace.coverage.coverage(snapshot, CancelToken(), manuals=wanted)
    topics = _chosen(found, having, other)
    if export is not None:
        export_coverage(export, found, snapshot, today(), topics)
    names = column_names(
        {covered.id: snapshot.get(covered.id, covered.edition, today()) for covered in found.manuals}
    )
    if as_json:
        print_json(
            {
                "topics": [_topic_row(topic) for topic in topics],
                "manuals": [{"manual": str(m.id), "edition": m.edition} for m in found.manuals],
            }
        )
        return
    if not found.manuals:
        typer.echo("No manual is installed: there is nothing to compare.")
    elif having is None:
        _print_topics(topics, found, names)
    elif other is None:
        _print_gaps_of(having, found, names)
    else:
        _print_gaps(having, other, found, names)
        _print_gaps(other, having, found, names)
    if export is not None:
        typer.echo(f"Written: {export}")


def _chosen(found: Coverage, having: ManualId | None, other: ManualId | None) -> tuple[Topic, ...]:
    """The topics that are asked for; between two manuals the gaps of both."""
    if having is None:
        return found.topics
    gaps = set(found.gaps(having, other))
    if other is not None:
        gaps |= set(found.gaps(other, having))
    return tuple(topic for topic in found.topics if topic in gaps)


def _print_topics(topics: Sequence[Topic], found: Coverage, names: dict[ManualId, str]) -> None:
    division = None
    for topic in topics:
        if topic.division != division:
            division = topic.division
            typer.echo(f"\n{division or 'In no division'}")
        typer.echo(f"  {topic.name}")
        for manual in found.manual_ids:
            for chapter in topic.of(manual):
                typer.echo(f"    {names[manual]}: {chapter.chapter.numbered_title}")
        _print_none(topic, found, names)
    by_all = len(found.topics) - len(found.incomplete())
    typer.echo("")
    if found.by_titles_alone:
        typer.echo("Matched by titles alone: there are too many texts to compare.")
    if len(found.manuals) > 1:
        typer.echo(
            f"{counted(len(topics), 'topic')} in {counted(len(found.manuals), 'manual')};"
            f" {by_all} of them in every manual."
        )
    else:
        typer.echo(f"{counted(len(topics), 'topic')} in {counted(len(found.manuals), 'manual')}.")


def _print_none(topic: Topic, found: Coverage, names: dict[ManualId, str]) -> None:
    """Who has none, and what comes nearest there."""
    missing = [manual for manual in found.manual_ids if not topic.of(manual)]
    for manual in missing:
        near = topic.near_in(manual)
        if near:
            typer.echo(f"    {names[manual]}: none; nearest: {_titles(near)}")
    others = [names[manual] for manual in missing if not topic.near_in(manual)]
    if others:
        typer.echo(f"    none: {', '.join(others)}")


def _print_gaps_of(having: ManualId, found: Coverage, names: dict[ManualId, str]) -> None:
    """What one manual has none on, first what most of the others have."""
    gaps = found.gaps(having)
    others = len(found.manuals) - 1
    for count in range(others, 0, -1):
        topics = [topic for topic in gaps if len(topic.manuals) == count]
        if topics:
            have = "has" if count == 1 else "have"
            head = "every other manual has" if count == others else f"{count} of {others} others {have}"
            typer.echo(f"\n{names[having]} has no chapter on {counted(len(topics), 'topic')} that {head}:")
            for topic in topics:
                _print_gap(topic, having)
    typer.echo(f"\n{names[having]} has no chapter on {len(gaps)} of {counted(len(found.topics), 'topic')}.")


def _print_gaps(having: ManualId, other: ManualId, found: Coverage, names: dict[ManualId, str]) -> None:
    gaps = found.gaps(having, other)
    typer.echo(f"{names[having]} has no chapter on {counted(len(gaps), 'topic')} that {names[other]} has:")
    for topic in gaps:
        _print_gap(topic, having)
    typer.echo("")


def _print_gap(topic: Topic, manual: ManualId) -> None:
    near = topic.near_in(manual)
    typer.echo(f"  {topic.name}" + (f"  (nearest: {_titles(near)})" if near else ""))


def _titles(chapters: Sequence[TopicChapter]) -> str:
    return "; ".join(found.chapter.numbered_title for found in chapters)


def _topic_row(topic: Topic) -> dict[str, Any]:
    return {
        "name": topic.name,
        "division": topic.division,
        "chapters": _by_manual(topic.chapters),
        "nearest": _by_manual(topic.near),
    }


def _by_manual(chapters: Sequence[TopicChapter]) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for found in chapters:
        row = {"chapter": found.chapter.id, "number": found.chapter.number, "title": found.chapter.title}
        rows.setdefault(str(found.manual), []).append(row)
    return rows
