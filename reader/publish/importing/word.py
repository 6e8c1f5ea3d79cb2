"""Word documents (.docx): read by mammoth, after what it leaves aside was made visible to it.

Word counts numbered headings and paragraphs itself, so that their numbers stand in no text: they are counted here
and written before the words. Tracked changes are accepted as mammoth accepts them; they, comments and what a page has
at its edges are reported.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers.expat import ExpatError

import mammoth
from lxml import etree
from lxml.etree import _Element as Element

from reader.domain.errors import SourceError
from reader.domain.text import counted, one_line
from reader.publish.importing.elements import text_of, unwrap
from reader.publish.importing.findings import Findings, Outcome
from reader.publish.importing.word_numbering import Numbering, restore_counts
from reader.publish.words import words_of

SUFFIXES: Final = frozenset({".docx"})
MAX_BYTES: Final = 64 * 1024 * 1024
_MAX_PART_BYTES: Final = 64 * 1024 * 1024
_MAX_WHOLE_BYTES: Final = 512 * 1024 * 1024
_MAX_PARTS: Final = 5_000
_MAX_XML_DEPTH: Final = 200
_MAX_ELEMENTS: Final = 1_000_000
_MOST_DOUBTFUL: Final = 200
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NS: Final = {"w": _W}
_DOCUMENT: Final = "word/document.xml"
_ID_PREFIX: Final = "word-"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BLIP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_REFERENCE: Final = re.compile(r"\s*(PAGE)?REF\s+\"?(\w+)\"?(.*)", re.IGNORECASE | re.DOTALL)
_STYLES: Final = """
p[style-name='Title'] => h1.document-title:fresh
p[style-name='Subtitle'] => p.document-subtitle:fresh
p[style-name='Heading 7'] => h6:fresh
p[style-name='Heading 8'] => h6:fresh
p[style-name='Heading 9'] => h6:fresh
p[style-name='Caption'] => p:fresh
p[style-name='caption'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='TOC Heading'] => !
p[style-name='toc 1'] => !
p[style-name='toc 2'] => !
p[style-name='toc 3'] => !
p[style-name='toc 4'] => !
p[style-name='TOC 1'] => !
p[style-name='TOC 2'] => !
p[style-name='TOC 3'] => !
p[style-name='TOC 4'] => !
p[style-name='header'] => !
p[style-name='footer'] => !
comment-reference => !
u => u
strike => s
"""
_EDGES: Final = re.compile(r"toc heading|toc [1-4]|header|footer")
_WORD: Final = re.compile(r"\w+")
# Elements between the letters of one word.
_NO_WIDTH: Final = frozenset(
    {"bookmarkStart", "bookmarkEnd", "proofErr", "lastRenderedPageBreak", "permStart", "permEnd"}
    | {
        f"{what}{end}"
        for what in ("commentRange", "moveFromRange", "moveToRange")
        for end in ("Start", "End")
    }
    | {"commentReference", "fldChar", "r", "annotationRef"}
)
# What mammoth says of things that have no place in a chapter, or that are reported here in better words.
_QUIET: Final = re.compile(
    r"Unrecognised (?:paragraph|run|table) style|[A-Z][a-z]+ style with ID .* was referenced but not defined"
    r"|An unrecognised element was ignored: (?:v|o|w10|w14|w15|mc|wp14|wps"
    r"|wpg|w:(?:proofErr|lastRenderedPageBreak|perm(?:Start|End)|softHyphen|ptab|sdtPr|[pr]PrChange|sectPrChange"
    r"|bookmarkEnd|(?:commentRange|moveFromRange|moveToRange)(?:Start|End)))"
)


@dataclass(slots=True)
class WordDocument:
    """A Word document as HTML.

    Attributes:
        root: Its body. Pictures are called by their keys in `pictures`.
        title: What its properties call it; "" when they say nothing.
    """

    root: Element
    title: str
    pictures: dict[str, bytes] = field(default_factory=dict)


def read_word(name: str, raw: bytes, findings: Findings) -> WordDocument:
    """Read a Word document.

    Args:
        name: What findings call it.
        raw: Its bytes.
        findings: Gets what could not be carried over, and what was.

    Raises:
        SourceError: when it is no Word document, or one that no person made.
    """
    parts = _parts(name, raw)
    document = _xml(name, _DOCUMENT, parts[_DOCUMENT])
    _report_beside_text(name, parts, document, findings)
    numbering = _optional(name, parts, "word/numbering.xml")
    lists = Numbering.of(numbering, _optional(name, parts, "word/styles.xml"))
    lists.write_into(document)
    if numbering is not None:
        numbering.extend(etree.fromstring(f'<w:lists xmlns:w="{_W}">{lists.plain_lists()}</w:lists>'))
        parts["word/numbering.xml"] = etree.tostring(numbering, xml_declaration=True, encoding="UTF-8")
    _mark_sums_of_shapes(name, document, findings)
    styles = _names_of_styles(_optional(name, parts, "word/styles.xml"))
    _report_edges(name, document, styles, findings)
    _unwrap_fields(document)
    _link_references(name, document, findings)
    _put_text_boxes_behind(document)
    parts[_DOCUMENT] = etree.tostring(document, xml_declaration=True, encoding="UTF-8", standalone=True)
    pictures: dict[str, bytes] = {}

    def keep_picture(image: mammoth.documents.Image) -> dict[str, str]:
        # The markup that mammoth makes spells names with spaces in another way: a name has no place in the key.
        key = f"picture:{hashlib.sha256(name.encode()).hexdigest()[:16]}:{len(pictures) + 1}"
        try:
            with image.open() as stream:
                pictures[key] = stream.read()
        except (KeyError, OSError):
            pictures[key] = b""  # the file does not hold it; that is reported like a damaged one
        return {"src": key, "alt": image.alt_text or ""}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(_packed(parts)),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(keep_picture),
            include_embedded_style_map=False,
            id_prefix=_ID_PREFIX,
        )
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        zipfile.BadZipFile,
        RecursionError,
        ExpatError,
    ) as error:
        raise SourceError(
            f"{name} is damaged ({type(error).__name__}): open it in Word, save it again and use that file."
        ) from error
    for message in result.messages:
        if not _QUIET.search(message.message):
            findings.add(name, None, Outcome.TO_CHECK, f"Word: {message.message}.".replace("..", "."))
    tree = etree.fromstring(
        f"<html><body>{result.value}</body></html>", etree.HTMLParser(huge_tree=True, no_network=True)
    )
    body = tree.find("body") if tree is not None else None
    if body is not None:
        restore_counts(body, _ID_PREFIX)
    _report_lost_words(name, document, words_of(result.value), styles, findings)
    return WordDocument(body if body is not None else etree.Element("body"), _title(name, parts), pictures)


def _names_of_styles(root: Element | None) -> dict[str, str]:
    """The names of styles by their ids; a style without an entry is called by its id."""
    if root is None:
        return {}
    found = ((style.get(f"{{{_W}}}styleId"), style.find(f"{{{_W}}}name")) for style in root)
    return {
        key: (name.get(f"{{{_W}}}val") or "").casefold() for key, name in found if key and name is not None
    }


def _is_edge(paragraph: Element, styles: dict[str, str]) -> bool:
    """Whether the style of a paragraph says that it is a table of contents, or stands at the edge of a page."""
    style = paragraph.find(f"{{{_W}}}pPr/{{{_W}}}pStyle")
    name = styles.get(style.get(f"{{{_W}}}val") or "", "") if style is not None else ""
    return _EDGES.fullmatch(name) is not None


def _report_edges(name: str, document: Element, styles: dict[str, str], findings: Findings) -> None:
    """What the style map leaves out by its style."""
    said: dict[bool, list[str]] = {}
    for paragraph in document.iter(f"{{{_W}}}p"):
        if _is_edge(paragraph, styles) and (words := _words(paragraph)):
            style = paragraph.find(f"{{{_W}}}pPr/{{{_W}}}pStyle")
            key = styles.get((style.get(f"{{{_W}}}val") or "") if style is not None else "", "")
            said.setdefault(key.startswith("toc"), []).append(words)
    for is_contents, found in said.items():
        quotes = ", ".join(f"“{words[:80]}”" for words in found)
        findings.add(
            name,
            None,
            Outcome.FURNITURE,
            f"its own table of contents was left out: {quotes[:600]}."
            if is_contents
            else f"paragraphs in the style of page headers and footers were left out: {quotes[:2_000]}.",
        )


def _unwrap_fields(document: Element) -> None:
    """Fields in their short form show their last value, as those in the long form do."""
    for found in list(document.iter(f"{{{_W}}}fldSimple")):
        unwrap(found)


def _link_references(name: str, document: Element, findings: Findings) -> None:
    """Cross-references become links to their bookmarks; what Word says of pages is reported."""
    pages = 0
    for code in document.iter(f"{{{_W}}}instrText"):
        found = _REFERENCE.fullmatch(code.text or "")
        if found is None:
            continue
        if found[1]:
            paragraph = next(code.iterancestors(f"{{{_W}}}p"), None)
            pages += not found[2].startswith("_Toc") and paragraph is not None
        elif "\\h" in found[3]:
            code.text = f' HYPERLINK \\l "{found[2]}" '
    if pages:
        findings.add(
            name,
            None,
            Outcome.TO_CHECK,
            "references to pages of the document stay as the figures that they were, and a chapter has no pages"
            f" ({pages} of them).",
        )


def _put_text_boxes_behind(document: Element) -> None:
    """The paragraphs of text boxes stand behind the paragraph that their box hangs on, whatever it was drawn with."""
    for choices in list(document.iter(f"{_MC}AlternateContent")):
        drawn = choices.find(f"{_MC}Choice")
        boxes = list(drawn.iter(f"{{{_W}}}txbxContent")) if drawn is not None else []
        paragraph = next(choices.iterancestors(f"{{{_W}}}p"), None)
        parent = choices.getparent()
        is_inside = next(choices.iterancestors(f"{_MC}AlternateContent"), None) is not None
        if not boxes or paragraph is None or parent is None or is_inside:
            continue
        if any(True for _ in choices.iter(_BLIP)) or any(
            next(box.iterancestors(f"{{{_W}}}txbxContent"), None) is not None for box in boxes
        ):
            continue  # with pictures, or boxes in boxes: as mammoth has it
        place = paragraph
        for block in [block for box in boxes for block in box]:
            place.addnext(block)
            place = block
        parent.remove(choices)


def _report_lost_words(
    name: str, document: Element, text: str, styles: dict[str, str], findings: Findings
) -> None:
    """Name every paragraph that holds a word which stands nowhere in the text that was made of the document."""
    text = text.replace("\xad", "")
    known = set(_WORD.findall(text))
    squeezed = "".join(text.split())
    doubtful = 0
    for paragraph in document.iter(f"{{{_W}}}p"):
        own = "".join(_own_words(paragraph))
        if _is_edge(paragraph, styles) or known.issuperset(_WORD.findall(own)):
            continue
        doubtful += 1
        if doubtful < _MOST_DOUBTFUL and "".join(own.split()) in squeezed:
            continue  # joined to the next paragraph, whose break was deleted
        findings.add(
            name,
            None,
            Outcome.LEFT_OUT,
            f"words stand where no chapter can hold them (a drawing, a merged cell): “{one_line(own)[:300]}”.",
        )


def _own_words(element: Element) -> Iterator[str]:
    """The words of a paragraph that were not deleted, without those of paragraphs inside of it."""
    for child in element:
        tag = str(child.tag).removeprefix(f"{{{_W}}}")
        if tag in {"p", "del", "moveFrom", "pPr", "rPr", "softHyphen", "instrText"}:
            continue
        if tag == "t":
            yield child.text or ""
        elif len(child):
            yield from _own_words(child)
        elif tag not in _NO_WIDTH:
            yield " "


def own_title(document: WordDocument) -> str:
    """The title that a Word document has in its style of that name."""
    for heading in document.root.iter("h1"):
        if heading.get("class") == "document-title" and text_of(heading):
            return text_of(heading)
    return ""


def own_fragments(root: Element) -> frozenset[str]:
    """The bookmarks that a document's own links lead to, and its footnotes."""
    hrefs = (link.get("href") or "" for link in root.iter("a"))
    return frozenset(href[1:] for href in hrefs if href.startswith("#"))


def _parts(name: str, raw: bytes) -> dict[str, bytes]:
    """The parts of the file, unpacked within limits whatever its table of contents says."""
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(
            f"{name} is of an old or encrypted Word format: save it as .docx without a password."
        )
    whole = 0
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            rows = archive.infolist()
            if len(rows) > _MAX_PARTS:
                raise _no_document(name, "holds thousands of parts")
            for row in rows:
                if row.is_dir():
                    continue
                with archive.open(row) as stream:
                    data = stream.read(_MAX_PART_BYTES + 1)
                whole += len(data)
                if len(data) > _MAX_PART_BYTES or whole > _MAX_WHOLE_BYTES:
                    raise _no_document(name, "unpacks to more than any document holds")
                if row.filename.casefold().endswith((".xml", ".rels")) and _declares_entities(data):
                    raise _no_document(name, "declares entities, which Word never does")
                parts[row.filename] = data
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OverflowError,
    ) as error:
        raise SourceError(
            f"{name} is no sound Word document ({error}): open it in Word, save it again and use that file."
        ) from error
    if _DOCUMENT not in parts:
        raise _no_document(name, "holds no text of Word")
    return parts


def _no_document(name: str, cause: str) -> SourceError:
    return SourceError(
        f"{name} {cause}: it was not read. Open it in Word, save it again as .docx and use that file."
    )


def _xml(name: str, part: str, raw: bytes) -> Element:
    """A part as a tree; one that declares entities is refused, and one that nests like no document."""
    if _declares_entities(raw):
        raise _no_document(name, "declares entities, which Word never does")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    depth = count = 0
    try:
        for event, _ in etree.iterparse(
            io.BytesIO(raw),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
        ):
            depth += 1 if event == "start" else -1
            count += event == "start"
            if count > _MAX_ELEMENTS:
                raise _no_document(name, "is made of more elements than any document of people")
            if depth > _MAX_XML_DEPTH:
                raise _no_document(name, "nests its parts like no document of people")
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(
            f"{name} is damaged ({part}: {error.msg}): open it in Word, save it again and use that file."
        ) from error


def _declares_entities(raw: bytes) -> bool:
    return b"<!DOCTYPE" in raw or b"<!ENTITY" in raw or b"<\0!\0D\0O\0C" in raw


def _optional(name: str, parts: dict[str, bytes], part: str) -> Element | None:
    return _xml(name, part, parts[part]) if part in parts else None


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return out.getvalue()


def _report_beside_text(name: str, parts: dict[str, bytes], document: Element, findings: Findings) -> None:
    inserted = document.findall(f".//{{{_W}}}ins") + document.findall(f".//{{{_W}}}moveTo")
    deleted = document.findall(f".//{{{_W}}}del") + document.findall(f".//{{{_W}}}moveFrom")
    if inserted or deleted:
        quotes = [_quote(change, "t") for change in inserted[:3]] + [
            _quote(change, "delText") for change in deleted[:3]
        ]
        said = ", ".join(f"“{quote}”" for quote in quotes if quote)
        findings.add(
            name,
            None,
            Outcome.CHANGED,
            f"tracked changes were accepted: {counted(len(inserted), 'insertion')}, {counted(len(deleted), 'deletion')}"
            f"{f' ({said})' if said else ''}.",
        )
    comments = _optional(name, parts, "word/comments.xml")
    count = len(comments.findall(f"{{{_W}}}comment")) if comments is not None else 0
    if count:
        findings.add(
            name,
            None,
            Outcome.LEFT_OUT,
            f"{counted(count, 'comment of a reviewer was', 'comments of reviewers were')} left out:"
            " comments are never published.",
        )
    for part in sorted(parts):
        if re.fullmatch(r"word/(?:header|footer)\d*\.xml", part):
            words = _words(_xml(name, part, parts[part]))
            if words:
                kind = "header" if "header" in part else "footer"
                findings.add(
                    name, None, Outcome.FURNITURE, f"the {kind} of its pages was left out: “{words[:80]}”."
                )
        elif part.startswith("word/embeddings/"):
            findings.add(
                name,
                None,
                Outcome.LEFT_OUT,
                f"an embedded file cannot be part of a chapter ({part.rsplit('/', 1)[-1]}).",
            )
    for field_code in document.iter(f"{{{_W}}}instrText"):
        if (field_code.text or "").strip().upper().startswith(("MERGEFIELD", "FORMTEXT", "ASK", "FILLIN")):
            findings.add(
                name,
                None,
                Outcome.TO_CHECK,
                f"a field of Word ({(field_code.text or '').strip()[:40]}) shows its last value only.",
            )


def _quote(change: Element, tag: str) -> str:
    return one_line("".join(text.text or "" for text in change.iter(f"{{{_W}}}{tag}")))[:60]


def _words(root: Element) -> str:
    return one_line(" ".join(text.text or "" for text in root.iter(f"{{{_W}}}t")))


def _mark_sums_of_shapes(name: str, document: Element, findings: Findings) -> None:
    """Text boxes are read by mammoth; drawings made of shapes, charts and formulas are not."""
    for tag, what in (
        ("{http://schemas.openxmlformats.org/drawingml/2006/chart}chart", "a chart"),
        ("{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds", "a diagram (SmartArt)"),
        ("{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath", "a formula"),
        (
            "{http://schemas.microsoft.com/office/word/2010/wordprocessingGroup}wgp",
            "a drawing made of shapes",
        ),
        (
            "{http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas}wpc",
            "a drawing made of shapes",
        ),
    ):
        for _ in document.iter(tag):
            findings.add(
                name,
                None,
                Outcome.LEFT_OUT,
                f"{what} cannot be part of a chapter: save it as a picture and put that in its place.",
            )


def _title(name: str, parts: dict[str, bytes]) -> str:
    core = _optional(name, parts, "docProps/core.xml")
    found = core.find("{http://purl.org/dc/elements/1.1/}title") if core is not None else None
    return one_line(found.text or "") if found is not None else ""
