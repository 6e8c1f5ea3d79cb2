"""Looking into PDF files: their structure tree, and what of their pages belongs to it. Read with pypdf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

_SHOWS = {b"Tj", b"TJ", b"'", b'"', b"Do", b"f", b"F", b"f*", b"B", b"b", b"S", b"s", b"sh", b"BI"}


@dataclass
class Node:
    """An element of the structure tree.

    Attributes:
        pages: On which pages its content is drawn, from 0, in order.
        annotations: How many links it holds.
    """

    kind: str
    title: str = ""
    alternative: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    kids: list[Node] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    annotations: int = 0

    def walk(self) -> Iterator[Node]:
        yield self
        for kid in self.kids:
            yield from kid.walk()

    def all(self, *kinds: str) -> list[Node]:
        return [node for node in self.walk() if node.kind in kinds]


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def structure(pdf: bytes) -> Node:
    """The document's structure tree."""
    reader = read(pdf)
    page_numbers = {
        page.indirect_reference.idnum: index
        for index, page in enumerate(reader.pages)
        if page.indirect_reference
    }
    root = reader.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    return _node(root["/K"][0].get_object(), page_numbers)


def _node(row: Any, pages: dict[int, int]) -> Node:
    node = Node(str(row["/S"])[1:], str(row.get("/T", "")), str(row.get("/Alt", "")))
    node.attributes = {str(key)[1:]: value for key, value in (row.get("/A") or {}).items()}
    for kid in row.get("/K", []):
        found = kid.get_object()
        if found.get("/Type") == "/StructElem":
            assert found.raw_get("/P").get_object() == row, "a kid knows its parent"
            node.kids.append(_node(found, pages))
        elif found.get("/Type") == "/MCR":
            node.pages.append(pages[found.raw_get("/Pg").idnum])
        else:
            node.annotations += 1
    return node


def unmarked(pdf: bytes) -> list[str]:
    """What is painted outside marked content, or in marked content that is not nested as it must be."""
    reader = read(pdf)
    faults: list[str] = []
    for number, page in enumerate(reader.pages):
        contents = page.get_contents()
        assert contents is not None
        depth, in_text, opened_in_text = 0, False, False
        for _, operator in ContentStream(contents, reader).operations:
            if operator == b"BT":
                in_text = True
            elif operator == b"ET":
                in_text = False
                if opened_in_text and depth:
                    faults.append(f"page {number}: marked content goes on behind its text")
            elif operator in {b"BDC", b"BMC"}:
                depth += 1
                opened_in_text = in_text
                if depth > 1:
                    faults.append(f"page {number}: marked content in marked content")
            elif operator == b"EMC":
                depth -= 1
                if depth < 0 or (in_text != opened_in_text):
                    faults.append(f"page {number}: marked content ends where it may not")
            elif operator in _SHOWS and depth == 0:
                faults.append(f"page {number}: {operator!r} outside marked content")
        if depth:
            faults.append(f"page {number}: marked content does not end")
    return faults


def parents_fit(pdf: bytes) -> bool:
    """Whether the parent tree leads from every piece of marked content back to the element that holds it."""
    root: Any = read(pdf).trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    numbers = root["/ParentTree"]["/Nums"]
    tree = {int(numbers[at]): numbers[at + 1].get_object() for at in range(0, len(numbers), 2)}
    reader = read(pdf)
    for page in reader.pages:
        for number, element in enumerate(tree[int(str(page["/StructParents"]))]):
            own = [kid for kid in element["/K"] if kid.get_object().get("/Type") == "/MCR"]
            if not any(
                kid["/MCID"] == number and kid.raw_get("/Pg").idnum == page.indirect_reference.idnum  # type: ignore[union-attr]
                for kid in own
            ):
                return False
        for annotation in page.get("/Annots", []):
            found = annotation.get_object()
            if tree[int(found["/StructParent"])]["/S"] != "/Link":
                return False
    return True


def words(pdf: bytes, page: int | None = None) -> list[str]:
    """The words of a page, or of all, as PDFium reads them."""
    from reader.paper.raster import PdfPages  # noqa: PLC0415

    with PdfPages(pdf) as pages:
        wanted = range(pages.count) if page is None else [page]
        return [word for index in wanted for word in pages.words(index)]
