"""The differences between two editions, for people: lines of text, and one page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from reader.domain.changes import (
    ChapterChange,
    EditionChanges,
    EditionText,
    FileChange,
    Kind,
    PassageChange,
    WordKind,
    Words,
)
from reader.domain.manual import day
from reader.domain.text import counted
from reader.services.html_page import html_page

KIND_WORDS: Final = {
    Kind.NEW: "new",
    Kind.GONE: "gone",
    Kind.RENAMED: "renamed",
    Kind.RENUMBERED: "renumbered",
    Kind.MOVED: "moved",
    Kind.TEXT: "text changed",
    Kind.TEXT_ADDED: "text added",
    Kind.TEXT_GONE: "text no longer held",
    Kind.STATUS: "status",
}
_KEPT_WORDS: Final = 12
_LEGEND: Final = (
    '<p class="note"><ins>Added words</ins> are underlined, <del>removed words</del> are struck through.'
    " Words that stayed are shortened.</p>"
)


def changes_text(changes: EditionChanges) -> str:
    """The differences as lines: [-removed words-] and {+added words+} in their sentence."""
    lines = [_title(changes), _summary(changes), ""]
    for chapter in changes.chapters:
        lines.append(f"{_name(chapter)}: {', '.join(_kinds(chapter))}")
        lines += [f"  {sentence}" for sentence in _sentences(chapter)]
        for passage in chapter.passages if _shows_passages(chapter) else ():
            lines += [f"  {line}" for line in passage_lines(passage)]
        lines.append("")
    lines += [_file_sentence(file) for file in changes.files]
    for title, names in _own_list(changes):
        lines += ["", f"{title}:", *(f"  {name}" for name in names)]
    return "\n".join(lines).rstrip() + "\n"


def changes_page(changes: EditionChanges) -> str:
    """The differences as one HTML page, for those who must approve an edition; it loads nothing."""
    parts = [f"<p>{escape(_summary(changes))}</p>", _LEGEND, _overview(changes)]
    for chapter in changes.chapters:
        marks = "".join(f'<span class="kind">{escape(kind)}</span>' for kind in _kinds(chapter))
        parts.append(f'<h2 id="{escape(chapter.id)}">{escape(_name(chapter))}</h2><p>{marks}</p>')
        parts += [f"<p>{escape(sentence)}</p>" for sentence in _sentences(chapter)]
        for passage in chapter.passages if _shows_passages(chapter) else ():
            parts.append(f"<h3>{escape(_passage_title(passage))}</h3>")
            parts.append(f"<p>{''.join(_marked(words) for words in _shortened(passage.words))}</p>")
    if changes.files:
        parts.append('<h2 id="files">Forms and pictures</h2><ul>')
        parts += [f"<li>{escape(_file_sentence(file))}</li>" for file in changes.files]
        parts.append("</ul>")
    for title, names in _own_list(changes):
        parts.append(f"<h2>{escape(title)}</h2><ul>")
        parts += [f"<li>{escape(name)}</li>" for name in names]
        parts.append("</ul>")
    return html_page(_title(changes), parts)


def _own_list(changes: EditionChanges) -> Iterator[tuple[str, list[str]]]:
    """Where the manual's own statuses and notes of amendments say otherwise than its texts."""
    not_listed = [f"{_name(chapter)} ({', '.join(_kinds(chapter))})" for chapter in changes.not_listed]
    if not_listed:
        yield "Changed, but not listed as changed", not_listed
    not_changed = [f"{entry.numbered_title} ({', '.join(entry.statuses)})" for entry in changes.not_changed]
    if not_changed:
        yield f"Listed as changed, but in the same words as in {changes.before.name}", not_changed


def _title(changes: EditionChanges) -> str:
    after = changes.after
    return f"{after.authority_name}, {after.title}: what {after.name} changes"


def _summary(changes: EditionChanges) -> str:
    counts = [f"{count} {KIND_WORDS[kind]}" for kind in Kind if (count := changes.count(kind))]
    if changes.files:
        counts.append(f"{counted(len(changes.files), 'form or picture', 'forms or pictures')} changed")
    what = ", ".join(counts) if counts else "no chapter differs"
    return f"{_since(changes.before)}, compared with {_since(changes.after)}: {what}."


def _since(edition: EditionText) -> str:
    name = f"{edition.name[0].upper()}{edition.name[1:]}" if edition.name else ""
    return f"{name}, in force from {day(edition.effective_from)}"


def _name(chapter: ChapterChange) -> str:
    entry = chapter.after or chapter.before
    return entry.numbered_title if entry else chapter.id


def _kinds(chapter: ChapterChange) -> Iterator[str]:
    return (KIND_WORDS[kind] for kind in chapter.kinds)


def _sentences(chapter: ChapterChange) -> Iterator[str]:
    was, is_now = chapter.before, chapter.after
    if was is None and is_now is not None:
        yield f"New, in {is_now.division or 'the manual'}."
    elif is_now is None and was is not None:
        yield f"Gone; it stood in {was.division or 'the manual'}."
    elif was is not None and is_now is not None:
        if Kind.RENAMED in chapter.kinds:
            yield f"Renamed: it was called “{was.title}”."
        if Kind.RENUMBERED in chapter.kinds:
            yield f"Its number was {was.number or 'none'} and is {is_now.number or 'none'}."
        if Kind.MOVED in chapter.kinds:
            yield f"Moved from {was.division or 'the top'} to {is_now.division or 'the top'}."
        if Kind.STATUS in chapter.kinds:
            yield f"Its status was {_statuses(was.statuses)} and is {_statuses(is_now.statuses)}."
    if Kind.TEXT_GONE in chapter.kinds:
        yield "Its text is no longer held; the chapter is only listed."
    if Kind.TEXT_ADDED in chapter.kinds:
        yield "Its text was not held before."
    if Kind.NEW in chapter.kinds or Kind.TEXT_ADDED in chapter.kinds:
        words = sum(len(passage.after.text.split()) for passage in chapter.passages if passage.after)
        if words:
            yield f"{counted(len(chapter.passages), 'passage')}, {counted(words, 'word')}."


def _statuses(statuses: tuple[str, ...]) -> str:
    return ", ".join(statuses) or "none"


def _shows_passages(chapter: ChapterChange) -> bool:
    """A text that went as a whole is not printed again; one that came is, to be approved."""
    return not {Kind.GONE, Kind.TEXT_GONE} & set(chapter.kinds)


def _passage_title(passage: PassageChange) -> str:
    name = passage.heading or "Before the first heading"
    if passage.before is None:
        return f"{name} (new passage)"
    if passage.after is None:
        return f"{name} (passage removed)"
    remarks = []
    if passage.is_renamed:
        remarks.append(f"was headed “{passage.before.heading}”")
    if passage.is_moved:
        remarks.append("moved")
    return f"{name} ({', '.join(remarks)})" if remarks else name


def _shortened(words: tuple[Words, ...]) -> Iterator[Words]:
    """The words with long stretches that stayed cut down to what stands beside a change."""
    for index, piece in enumerate(words):
        if piece.kind is not WordKind.SAME:
            yield piece
            continue
        kept = piece.text.split(" ")
        is_first, is_last = index == 0, index == len(words) - 1
        if is_first and is_last:
            yield Words(WordKind.SAME, "(its words are the same)")
        elif is_first and len(kept) > _KEPT_WORDS:
            yield Words(WordKind.SAME, "… " + " ".join(kept[-_KEPT_WORDS:]))
        elif is_last and len(kept) > _KEPT_WORDS:
            yield Words(WordKind.SAME, " ".join(kept[:_KEPT_WORDS]) + " …")
        elif len(kept) > 2 * _KEPT_WORDS:
            yield Words(WordKind.SAME, f"{' '.join(kept[:_KEPT_WORDS])} … {' '.join(kept[-_KEPT_WORDS:])}")
        else:
            yield piece


def passage_lines(passage: PassageChange) -> Iterator[str]:
    """What happened to a passage, as lines: its heading, then its words with their marks."""
    yield _passage_title(passage)
    marks = {WordKind.ADDED: ("{+", "+}"), WordKind.REMOVED: ("[-", "-]"), WordKind.SAME: ("", "")}
    yield "  " + " ".join(
        f"{marks[words.kind][0]}{words.text}{marks[words.kind][1]}" for words in _shortened(passage.words)
    )


def _marked(words: Words) -> str:
    """Words as the page shows them; a screen reader hears what the marks show."""
    text = escape(words.text)
    match words.kind:
        case WordKind.ADDED:
            return f'<ins><span class="said"> added: </span>{text}</ins> '
        case WordKind.REMOVED:
            return f'<del><span class="said"> removed: </span>{text}</del> '
        case _:
            return f"{text} "


def _overview(changes: EditionChanges) -> str:
    rows = "".join(
        f'<tr><td><a href="#{escape(chapter.id)}">{escape(_name(chapter))}</a></td>'
        f"<td>{escape(', '.join(_kinds(chapter)))}</td></tr>"
        for chapter in changes.chapters
    )
    if not rows:
        return "<p>No chapter differs.</p>"
    return (
        f"<table><thead><tr><th>Chapter</th><th>What happened</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _file_sentence(file: FileChange) -> str:
    what = {Kind.NEW: "new", Kind.GONE: "gone"}.get(file.kind, "changed")
    name = f"“{file.title}” ({file.file})" if file.title else file.file
    return f"{'Form' if file.file.startswith('forms/') else 'Picture'} {name}: {what}."
