"""Draw the flowcharts and write the forms of the training manuals (`make training-media`).

Flowcharts are written as steps (`flowcharts/NAME.toml`), forms as Markdown (`form-texts/NAME.md`); what is made of them
(`media/NAME.png`, `forms/NAME.docx`, or .pdf where the form's front matter says so) is kept beside them, because
letters are drawn a little differently on every machine.
"""

from __future__ import annotations

import os
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import docx
import yaml
from docx.oxml.ns import qn
from docx.shared import Pt
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image
from PySide6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPen,
    QPolygonF,
    QTextDocument,
)

SOURCES_DIR: Final = Path(__file__).resolve().parent / "sources"
MANUALS: Final = ("northmere", "saltby")
_NOT_NEEDED: Final = ("/stylesWithEffects", "/thumbnail", "/customXml")

BOX_WIDTH: Final = 360.0
GAP_X: Final = 90.0
GAP_Y: Final = 84.0
PADDING: Final = 20.0
MARGIN: Final = 28.0
INK: Final = QColor("#1d2733")
_COLOURS: Final = 48
FILLS: Final = {"start": "#e3eef9", "step": "#ffffff", "decision": "#fdf3d8", "end": "#e4f3e6"}


@dataclass
class Step:
    """One box of a flowchart. `next` are the boxes that follow, each with the word on its arrow."""

    id: str
    kind: str
    text: str
    next: list[tuple[str, str]]
    rank: int = 0
    column: float = 0.0
    box: QRectF = field(default_factory=QRectF)


def read_flowchart(file: Path) -> list[Step]:
    """The steps of a flowchart file, each with its rank and column."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["step"]
    steps = [
        Step(
            row["id"],
            row["kind"],
            row["text"],
            [(to, "") if isinstance(to, str) else (to[0], to[1]) for to in row.get("next", [])],
        )
        for row in rows
    ]
    by_id = {step.id: step for step in steps}
    for _ in steps:  # the longest way to each step is its rank
        for step in steps:
            for to, _label in step.next:
                by_id[to].rank = max(by_id[to].rank, step.rank + 1)
    ranks: dict[int, list[Step]] = {}
    for step in steps:
        ranks.setdefault(step.rank, []).append(step)
    above: dict[str, list[Step]] = {}
    for step in steps:
        for to, _label in step.next:
            above.setdefault(to, []).append(step)
    widest = max(len(row) for row in ranks.values())
    for rank in sorted(ranks):
        row = ranks[rank]
        row.sort(
            key=lambda step: (
                sum(up.column for up in above.get(step.id, [])) / max(len(above.get(step.id, [])), 1)
            )
        )
        for place, step in enumerate(row):
            step.column = (widest - len(row)) / 2 + place
    return steps


def draw_flowchart(steps: list[Step]) -> QImage:
    """The flowchart as a picture, black on white."""
    font = QFont("DejaVu Sans")
    font.setPixelSize(24)
    metrics = QFontMetricsF(font)
    flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
    heights: dict[int, float] = {}
    for step in steps:
        inner = BOX_WIDTH - 2 * PADDING - (40 if step.kind == "decision" else 0)
        needed = metrics.boundingRect(QRectF(0, 0, inner, 1000), flags, step.text).height() + 2 * PADDING
        heights[step.rank] = max(heights.get(step.rank, 0.0), needed)
    y = MARGIN
    tops: dict[int, float] = {}
    for rank in sorted(heights):
        tops[rank] = y
        y += heights[rank] + GAP_Y
    height = y - GAP_Y + MARGIN
    width = max(step.column for step in steps) * (BOX_WIDTH + GAP_X) + BOX_WIDTH + 2 * MARGIN
    if any(_passes_a_box(step, steps) for step in steps):
        width += 60
    for step in steps:
        step.box = QRectF(
            MARGIN + step.column * (BOX_WIDTH + GAP_X), tops[step.rank], BOX_WIDTH, heights[step.rank]
        )
    image = QImage(int(width), int(height), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    by_id = {step.id: step for step in steps}
    for step in steps:
        # Arrows leave from left to right as their ends lie; those past other boxes go along the right side.
        ways = sorted(
            step.next, key=lambda way: (by_id[way[0]].rank > step.rank + 1, by_id[way[0]].column, way[1])
        )
        for number, (to, label) in enumerate(ways):
            _draw_arrow(painter, step, by_id[to], label, number=number, steps=steps)
    for step in steps:
        _draw_box(painter, step, flags)
    painter.end()
    return image.convertToFormat(QImage.Format.Format_RGB888)


def _passes_a_box(step: Step, steps: list[Step]) -> bool:
    by_id = {other.id: other for other in steps}
    return any(by_id[to].rank > step.rank + 1 for to, _ in step.next)


def _draw_box(painter: QPainter, step: Step, flags: int) -> None:
    painter.setPen(QPen(INK, 2.5))
    painter.setBrush(QColor(FILLS[step.kind]))
    box = step.box
    inset = PADDING
    if step.kind == "decision":
        cut = 24.0
        inset += 20
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(box.left() + cut, box.top()),
                    QPointF(box.right() - cut, box.top()),
                    QPointF(box.right(), box.center().y()),
                    QPointF(box.right() - cut, box.bottom()),
                    QPointF(box.left() + cut, box.bottom()),
                    QPointF(box.left(), box.center().y()),
                ]
            )
        )
    elif step.kind in {"start", "end"}:
        painter.drawRoundedRect(box, box.height() / 2.2, box.height() / 2.2)
    else:
        painter.drawRoundedRect(box, 6, 6)
    painter.setPen(INK)
    painter.drawText(box.adjusted(inset, 8, -inset, -8), flags, step.text)


def _draw_arrow(
    painter: QPainter, start: Step, end: Step, label: str, *, number: int, steps: list[Step]
) -> None:
    count = len(start.next)
    spread = {1: 0.0, 2: 120.0}.get(count, 260.0)
    shift = 0.0 if count == 1 else spread * (number / (count - 1) - 0.5)
    begin = QPointF(start.box.center().x() + shift, start.box.bottom())
    target = QPointF(
        end.box.center().x() + max(-60.0, min(60.0, (begin.x() - end.box.center().x()) / 6)), end.box.top()
    )
    path = QPainterPath(begin)
    if end.rank == start.rank + 1:
        leftwards = target.x() < begin.x()
        middle = begin.y() + GAP_Y * (0.45 + 0.14 * (number if leftwards else count - 1 - number))
        path.lineTo(begin.x(), middle)
        path.lineTo(target.x(), middle)
        label_at = QPointF(begin.x() + 8, begin.y() + 26)
    else:  # past the boxes between, on the side that is free
        side = max(step.box.right() for step in steps if start.rank < step.rank < end.rank) + 30 + 14 * number
        middle = begin.y() + GAP_Y * 0.42
        path.lineTo(begin.x(), middle)
        path.lineTo(side, middle)
        path.lineTo(side, end.box.top() - GAP_Y * 0.3)
        path.lineTo(target.x(), end.box.top() - GAP_Y * 0.3)
        label_at = QPointF(begin.x() + 8, begin.y() + 24)
    path.lineTo(target.x(), target.y() - 10)
    painter.setPen(QPen(INK, 2.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.setBrush(INK)
    painter.drawPolygon(
        QPolygonF(
            [target, QPointF(target.x() - 8, target.y() - 14), QPointF(target.x() + 8, target.y() - 14)]
        )
    )
    if label:
        width = QFontMetricsF(painter.font()).horizontalAdvance(label)
        painter.fillRect(QRectF(label_at.x() - 3, label_at.y() - 20, width + 6, 26), QColor("white"))
        painter.drawText(label_at, label)


def _save(image: QImage, file: Path) -> None:
    """Write a picture with as few colours as a drawing needs."""
    pixels = Image.frombuffer(
        "RGB",
        (image.width(), image.height()),
        bytes(image.constBits()),
        "raw",
        "RGB",
        image.bytesPerLine(),
        1,
    )
    pixels.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    print(file)


def write_form(file: Path, out_folder: Path) -> Path:
    """A form as a Word document, or as a PDF where its front matter says `format: pdf`."""
    _, front, body = file.read_text(encoding="utf-8").split("---\n", 2)
    fields = yaml.safe_load(front)
    if fields.get("format") == "pdf":
        return _write_pdf(fields["title"], body, out_folder / f"{file.stem}.pdf")
    document = docx.Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(11)
    document.core_properties.title = fields["title"]
    document.core_properties.author = ""
    document.add_heading(fields["title"], level=0)
    _add_tokens(document, MarkdownIt("commonmark").enable("table").parse(body))
    _leave_out_what_is_not_used(document)
    out = out_folder / f"{file.stem}.docx"
    document.save(str(out))
    return out


def _leave_out_what_is_not_used(document: docx.document.Document) -> None:
    """Of the template that every document is made from: two thirds of a form would be styles that nothing in it has."""
    for relations in (document.part.rels, document.part.package.rels):
        for key in [key for key, one in relations.items() if one.reltype.endswith(_NOT_NEEDED)]:
            del relations[key]
    styles = document.styles.element
    by_id = {style.get(qn("w:styleId")): style for style in styles.findall(qn("w:style"))}
    found = [name for name, style in by_id.items() if style.get(qn("w:default")) == "1"]
    found += [*_styles_of(document.element), *_styles_of(document.part.numbering_part.element)]
    used: set[str] = set()
    while found:
        name = found.pop()
        if name not in used:
            used.add(name)
            found += _styles_of(by_id[name])
    for name in by_id.keys() - used:
        styles.remove(by_id[name])


def _styles_of(element: Any) -> list[str]:
    names = ("w:pStyle", "w:rStyle", "w:tblStyle", "w:basedOn", "w:next", "w:link")
    return [one.get(qn("w:val")) for name in names for one in element.iter(qn(name))]


def _add_tokens(document: docx.document.Document, tokens: list[Token]) -> None:
    rows: list[list[str]] = []
    lists: list[str] = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            document.add_heading(_plain(tokens[index + 1]), level=int(token.tag[1]) - 1)
        elif token.type == "paragraph_open":
            style = lists[-1] if lists else None
            _add_words(document.add_paragraph(style=style), tokens[index + 1])
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append("List Bullet" if token.type.startswith("bullet") else "List Number")
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"}:
            rows[-1].append(_plain(tokens[index + 1]))
        elif token.type == "table_close":
            _add_table(document, rows)
            rows = []


def _plain(token: Token) -> str:
    return "".join(
        child.content or " "
        for child in token.children or []
        if child.type in {"text", "softbreak", "code_inline"}
    )


def _add_words(paragraph: docx.text.paragraph.Paragraph, token: Token) -> None:
    is_bold = False
    for child in token.children or []:
        if child.type in {"strong_open", "strong_close"}:
            is_bold = child.type == "strong_open"
        elif child.type == "softbreak":
            paragraph.add_run(" ")
        elif child.content:
            paragraph.add_run(child.content).bold = is_bold


def _add_table(document: docx.document.Document, rows: list[list[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            cell = table.cell(number, column)
            cell.text = text
            if number == 0:
                for run in cell.paragraphs[0].runs:
                    run.bold = True
    document.add_paragraph()


def _write_pdf(title: str, body: str, out: Path) -> Path:
    writer = QPdfWriter(str(out))
    writer.setTitle(title)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(18, 18, 18, 18), QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.setDefaultFont(QFont("DejaVu Sans", 10))
    markup = MarkdownIt("commonmark").enable("table").render(body)
    markup = markup.replace("<table>", '<table border="1" cellspacing="0" cellpadding="5" width="100%">')
    document.setHtml(f"<h1>{title}</h1>{markup}")
    document.print_(writer)
    return out


def main() -> int:
    """Make the pictures and forms of every edition."""
    _application = QGuiApplication(sys.argv[:1])
    for manual in MANUALS:
        for edition in sorted(folder for folder in (SOURCES_DIR / manual).iterdir() if folder.is_dir()):
            for name in ("media", "forms"):
                (edition / name).mkdir(exist_ok=True)
            for file in sorted((edition / "flowcharts").glob("*.toml")):
                _save(draw_flowchart(read_flowchart(file)), edition / "media" / f"{file.stem}.png")
            for file in sorted((edition / "form-texts").glob("*.md")):
                print(write_form(file, edition / "forms"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
