"""Tagged PDF over reportlab, which writes none: a structure tree, marked content, links and metadata.

ISO 32000-1, 14.6 to 14.8, and what ISO 14289-1 (PDF/UA-1) asks for; the files do not claim to conform to it, because no
complete checker has looked at them. An `Element` is a node of the tree; whatever is drawn between
`begin` and `end` of a canvas belongs to one, and everything else is an artifact, which a screen reader passes over. An
element may be drawn on several pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFObjectReference,
    PDFStream,
    PDFString,
)
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject
from typing_extensions import override

from reader.paper.fonts import FAMILY

LINK_COLOUR: Final = HexColor("#0b4a8c")
"""Text of this colour is a link: where it begins and ends in a line, so does the link's element."""


@dataclass(eq=False, slots=True)
class Element:
    """A node of the structure tree.

    Attributes:
        kind: A standard structure type ("P", "H1", "TH").
        title: What a reader may show for it.
        alternative: Instead of its content, for who cannot see it.
        attributes: Of the owner "Table" or "List".
        kids: Elements, and (page, number) of marked content, and annotations, in reading order.
    """

    kind: str
    title: str = ""
    alternative: str = ""
    attributes: dict[str, str | int] = field(default_factory=dict)
    kids: list[Element | _Mark | _Annotation] = field(default_factory=list)

    def add(self, kind: str, **more: Any) -> Element:
        """A new element below this one."""
        kid = Element(kind, **more)
        self.kids.append(kid)
        return kid


@dataclass(frozen=True, slots=True)
class _Mark:
    page: int
    number: int


@dataclass(frozen=True, slots=True)
class _Annotation:
    page: int
    name: str


class _Text(PDFTextObject):  # type: ignore[misc]  # reportlab ships no types
    """Text whose marked content begins and ends inside it, as it must; a link in it is content of its own."""

    def __init__(self, canvas: TaggedCanvas, x: float, y: float, direction: Any) -> None:
        super().__init__(canvas, x, y, direction=direction)
        self._marking = canvas.opening_of_text()
        if self._marking:
            self._code.append(self._marking)

    @override
    def setFillColor(self, aColor: Any, alpha: Any = None) -> None:
        if self._marking:
            self._code.extend(self._canvas.switched(is_link=aColor == LINK_COLOUR))
        super().setFillColor(aColor, alpha)

    @override
    def getCode(self) -> str:
        if self._marking:
            self._code.append("EMC")
        return str(super().getCode())


class TaggedCanvas(Canvas):  # type: ignore[misc]
    """A canvas whose pages are tagged."""

    def __init__(self, made: datetime, title: str, subject: str, author: str) -> None:
        """Begin a document.

        Args:
            made: The moment that the file says it was made.
            title: Of the document; a reader shows it in place of the file's name.
            subject: A sentence on what it is.
            author: Whose texts it holds.
        """
        self.file = BytesIO()
        # Without a first font of its own reportlab names Helvetica, which no file may use without holding it.
        super().__init__(
            self.file,
            pageCompression=1,
            invariant=1,
            pdfVersion=(1, 7),
            lang="en-GB",
            initialFontName=FAMILY,
        )
        self.root = Element("Document", title=title)
        self._marked: list[list[Element]] = []
        self._annotated: list[Element] = []
        self._page_numbers: list[int] = []
        self._open: Element | None = None
        self._link: Element | None = None
        self._waiting: list[Element] = []
        self._last_link: Element | None = None
        self._page_refs: list[PDFObjectReference] = []
        self._made = made
        self.setTitle(title)
        self.setSubject(subject)
        self.setAuthor(author)
        self.setCreator("Procedures Reader")
        stamp = self._doc._timeStamp  # noqa: SLF001  # no other door to the date of a file
        stamp.t, stamp.lt = made.timestamp(), made.timetuple()
        stamp.YMDhms = tuple(made.timetuple())[:6]
        offset = int((made.utcoffset() or made - made).total_seconds()) // 60
        stamp.dhh, stamp.dmm = (abs(offset) // 60) * (-1 if offset < 0 else 1), abs(offset) % 60

    # Marked content

    def begin(self, element: Element | None) -> None:
        """What is drawn from here belongs to an element; to none: an artifact."""
        self._code.append(self._opening(element))

    def end(self) -> None:
        """End what `begin` began."""
        self._code.append("EMC")

    def begin_text(self, element: Element) -> None:
        """The text that is drawn from here belongs to an element; lines are artifacts."""
        self._open = element
        self._link = self._last_link = None
        self._waiting.clear()

    def end_text(self) -> None:
        """End what `begin_text` began."""
        self._open = None

    def opening_of_text(self) -> str:
        """What stands at the beginning of a text."""
        if self._open is None:
            return ""
        if self._fillColorObj == LINK_COLOUR:  # a paragraph that is a link from its first letter on
            self._link = self._open.add("Link")
            self._waiting.append(self._link)
        return self._opening(self._link or self._open)

    def switched(self, *, is_link: bool) -> Iterator[str]:
        """What stands where the colour of a text changes: a link begins, or ends."""
        if self._open is None or is_link == (self._link is not None):
            return
        if is_link:
            self._link = self._open.add("Link")
            self._waiting.append(self._link)
        else:
            self._link = None
        yield "EMC"
        yield self._opening(self._link or self._open)

    @override
    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        if self._open is not None:
            self._code.append("/Artifact BMC")
        super().line(x1, y1, x2, y2)
        if self._open is not None:
            self._code.append("EMC")

    def _opening(self, element: Element | None) -> str:
        if element is None:
            return "/Artifact BMC"
        marked = self._marks_of_page()
        mark = _Mark(len(self._page_refs), len(marked))
        marked.append(element)
        element.kids.append(mark)
        return f"/{element.kind} <</MCID {mark.number}>> BDC"

    def _marks_of_page(self) -> list[Element]:
        while len(self._marked) <= len(self._page_refs):
            self._marked.append([])
        return self._marked[len(self._page_refs)]

    @override
    def beginText(self, x: float = 0, y: float = 0, direction: Any = None) -> _Text:
        return _Text(self, x, y, direction)

    # Links

    @override
    def linkURL(self, url: str, rect: Any, relative: int = 0, **_: Any) -> None:
        action = PDFDictionary({"S": PDFName("URI"), "URI": PDFString(url)})
        self._annotate(rect, url, "A", action)

    @override
    def linkRect(self, contents: str, destinationname: str, Rect: Any = None, **_: Any) -> None:
        self._annotate(
            Rect,
            contents or "Go to this place in the document",
            "Dest",
            self._bookmarkReference(destinationname),
        )

    def _annotate(self, rect: Any, contents: str, key: str, target: Any) -> None:
        """A link over a place. Its element is the one that the text of the link opened."""
        if self._open is None:
            return
        element = self._waiting.pop(0) if self._waiting else self._last_link
        if element is None:
            element = self._open.add("Link")
        self._last_link = element
        name = f"link-{len(self._annotated)}"
        annotation = PDFDictionary(
            {
                "Type": PDFName("Annot"),
                "Subtype": PDFName("Link"),
                "Rect": PDFArray(self._absRect(rect, 1)),
                "Border": PDFArray([0, 0, 0]),
                "F": 4,  # it is printed as it is shown
                "Contents": PDFString(contents),
                "StructParent": _ANNOTATION_KEYS + len(self._annotated),
                key: target,
            }
        )
        self._annotated.append(element)
        element.kids.append(_Annotation(len(self._page_refs), name))
        self._addAnnotation(annotation, name)

    # Pages

    @override
    def _setAnnotations(self, page: Any) -> None:
        """Called for each page that is finished."""
        super()._setAnnotations(page)
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = len(self._page_refs)
        page.Tabs = PDFName("S")
        self._marks_of_page()
        self._page_refs.append(self._doc.thisPageRef())

    def finish(self, prefix: str) -> bytes:
        """The file.

        Args:
            prefix: Letters before the number of each page.
        """
        catalog = self._doc.Catalog
        self.addPageLabel(0, "ARABIC", 1, prefix)
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        catalog.ViewerPreferences = PDFDictionary({"DisplayDocTitle": "true"})
        catalog.StructTreeRoot = self._structure()
        catalog.Metadata = self._metadata()
        self.save()
        return self.file.getvalue()

    def _structure(self) -> PDFObjectReference:
        tree = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        tree_ref = self._doc.Reference(tree)
        refs: dict[int, PDFObjectReference] = {}
        tree["K"] = PDFArray([self._element(self.root, tree_ref, refs)])
        numbers: list[Any] = []
        for page, marked in enumerate(self._marked):
            row = PDFArray([refs[id(element)] for element in marked])
            numbers += [page, self._doc.Reference(row)]
        for index, element in enumerate(self._annotated):
            numbers += [_ANNOTATION_KEYS + index, refs[id(element)]]
        tree["ParentTree"] = self._doc.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
        tree["ParentTreeNextKey"] = _ANNOTATION_KEYS + len(self._annotated)
        return tree_ref

    def _element(self, element: Element, parent: Any, refs: dict[int, Any]) -> PDFObjectReference:
        """Elements that were never drawn, and hold nothing that was, are left out."""
        row = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(element.kind), "P": parent})
        ref = refs[id(element)] = self._doc.Reference(row)
        if element.title:
            row["T"] = PDFString(element.title)
        if element.alternative:
            row["Alt"] = PDFString(element.alternative)
        if element.attributes:
            owner = "List" if element.kind == "L" else "Table"
            row["A"] = PDFDictionary(
                {"O": PDFName(owner)}
                | {
                    key: PDFName(value) if isinstance(value, str) else value
                    for key, value in element.attributes.items()
                }
            )
        row["K"] = PDFArray([self._kid(kid, ref, refs) for kid in _drawn(element)])
        return ref

    def _kid(self, kid: Element | _Mark | _Annotation, ref: Any, refs: dict[int, Any]) -> Any:
        if isinstance(kid, Element):
            return self._element(kid, ref, refs)
        page = self._page_refs[kid.page]
        if isinstance(kid, _Mark):
            return PDFDictionary({"Type": PDFName("MCR"), "Pg": page, "MCID": kid.number})
        target = self._doc.refAnnotation(kid.name)
        return PDFDictionary({"Type": PDFName("OBJR"), "Pg": page, "Obj": target})

    def _metadata(self) -> PDFObjectReference:
        info = self._doc.info
        made = self._made.isoformat(timespec="seconds")
        xmp = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(info.title)}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(info.subject)}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{escape(info.author)}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>en-GB</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{made}</xmp:CreateDate><xmp:ModifyDate>{made}</xmp:ModifyDate>
<xmp:CreatorTool>{escape(info.creator)}</xmp:CreatorTool>
<pdf:Producer>{escape(info.producer)}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
        stream = PDFStream(
            PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}), xmp.encode(), filters=[]
        )
        reference: PDFObjectReference = self._doc.Reference(stream)
        return reference


_ANNOTATION_KEYS: Final = 1_000_000  # pages have the numbers below


def _drawn(element: Element) -> Iterator[Element | _Mark | _Annotation]:
    for kid in element.kids:
        if not isinstance(kid, Element) or _is_drawn(kid):
            yield kid


def _is_drawn(element: Element) -> bool:
    return element.kind in {"TD", "TH"} or any(
        not isinstance(kid, Element) or _is_drawn(kid) for kid in element.kids
    )
