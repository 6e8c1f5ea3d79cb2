"""Word documents, honest and hostile, made of XML strings and the standard library's zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

_SPACES: Final = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_STYLES: Final = (
    ("Title", "Title", None),
    *((f"Heading{level}", f"heading {level}", level - 1) for level in range(1, 7)),
    ("TOC1", "toc 1", None),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship of the document: its id, its kind ("hyperlink"), where it leads."""

    id: str
    kind: str
    target: str
    is_outside: bool = False


def run(text: str, *, bold: bool = False) -> str:
    """Words as they stand in a paragraph."""
    properties = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(text: str = "", style: str | None = None, *, runs: str = "", number: str = "") -> str:
    """A paragraph: words, or ready runs; `number` is "numId level"."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        list_id, level = number.split()
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text) if text else ''}{runs}</w:p>"


def heading(text: str, level: int = 1, number: str = "") -> str:
    return paragraph(text, f"Heading{level}", number=number)


def table(*rows: tuple[str, ...], has_head: bool = False) -> str:
    """A table of words; with a head its first row repeats on every page, as Word says it."""
    out = []
    for index, row in enumerate(rows):
        head = "<w:trPr><w:tblHeader/></w:trPr>" if has_head and not index else ""
        out.append(f"<w:tr>{head}{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>")
    return f"<w:tbl>{''.join(out)}</w:tbl>"


def inserted(text: str) -> str:
    return f'<w:ins w:id="1" w:author="A Reviewer">{run(text)}</w:ins>'


def deleted(text: str) -> str:
    words = f'<w:r><w:delText xml:space="preserve">{escape(text)}</w:delText></w:r>'
    return f'<w:del w:id="2" w:author="A Reviewer">{words}</w:del>'


def picture(relation: str, alt: str = "") -> str:
    """A run that shows the picture of a relationship."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="{escape(alt)}"/>'
        "<a:graphic><a:graphicData><pic:pic><pic:blipFill>"
        f'<a:blip r:embed="{relation}"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def part(tag: str, body: str) -> bytes:
    """A part of the file whose root is an element of Word ("w:comments")."""
    return f"{_HEAD}<{tag} {_SPACES}>{body}</{tag}>".encode()


def levels(*texts: str, kind: str = "decimal", styles: Mapping[int, str] | None = None) -> bytes:
    """numbering.xml with one list, number 1: the text of each level ("%1.%2"), and the styles that count in it."""
    linked = styles or {}
    made = "".join(
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        + (f'<w:pStyle w:val="{linked[index]}"/>' if index in linked else "")
        + f'<w:lvlText w:val="{text}"/></w:lvl>'
        for index, text in enumerate(texts)
    )
    return part(
        "w:numbering",
        f'<w:abstractNum w:abstractNumId="0">{made}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    )


def styles_part() -> bytes:
    made = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>'
        + (f'<w:pPr><w:outlineLvl w:val="{level}"/></w:pPr>' if level is not None else "")
        + "</w:style>"
        for key, name, level in _STYLES
    )
    return part("w:styles", made)


def word_parts(
    body: str, parts: Mapping[str, bytes] | None = None, links: tuple[Link, ...] = (), title: str = ""
) -> dict[str, bytes]:
    """The parts of a document with this body; `parts` adds to them or stands in for them."""
    made = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations((Link("rId1", "officeDocument", "word/document.xml"),)),
        "word/document.xml": part("w:document", f"<w:body>{body}</w:body>"),
        "word/styles.xml": styles_part(),
    }
    more = dict(parts or {})
    known = {"numbering", "comments", "footnotes", "endnotes"}
    own = tuple(
        Link(f"rIdPart{name}", name, f"{name}.xml") for name in sorted(known) if f"word/{name}.xml" in more
    )
    made["word/_rels/document.xml.rels"] = _relations((Link("rIdS", "styles", "styles.xml"), *own, *links))
    if title:
        made["docProps/core.xml"] = (
            f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
            f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title>'
            "</cp:coreProperties>"
        ).encode()
    return made | more


def word_file(
    body: str, parts: Mapping[str, bytes] | None = None, links: tuple[Link, ...] = (), title: str = ""
) -> bytes:
    """A Word document as its file."""
    return packed(word_parts(body, parts, links, title))


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Parts as a zip file, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(
                zipfile.ZipInfo(name, (2027, 1, 31, 12, 0, 0)), data, compress_type=zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def _content_types() -> bytes:
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
        "</Types>"
    ).encode()


def _relations(links: tuple[Link, ...]) -> bytes:
    made = "".join(
        f'<Relationship Id="{link.id}" Type="{_OFFICE}/{link.kind}" Target="{escape(link.target)}"'
        + (' TargetMode="External"' if link.is_outside else "")
        + "/>"
        for link in links
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>'.encode()
