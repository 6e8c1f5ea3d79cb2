"""The sheets of a court extract that quote nothing: its cover, and what stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from reader.bundle import names
from reader.domain.extract import ExtractRecord
from reader.domain.manual import EXTRACT_SUFFIX, day
from reader.domain.paper import Block, Cell, Contents, ItemList, ListItem, Paragraph, Run, Style, Table
from reader.domain.provenance import LinkKind, grouped
from reader.domain.text import counted
from reader.services.paper_parts import Source, authority_line, facts_table, heading, paragraph

_BOLD: Final = frozenset({Style.BOLD})


def proof_file(pdf: Path) -> Path:
    """The file that lies beside the PDF of an extract."""
    return pdf.with_suffix(EXTRACT_SUFFIX)


def cover(record: ExtractRecord, sources: Sequence[Source]) -> Iterator[Block]:
    """The cover sheet, with the contents."""
    facts = record.facts
    yield heading(1, facts.title)
    rows = [
        ("Case", facts.case),
        ("Prepared by", facts.prepared_by),
        ("Made on", f"{day(record.made.date())} at {record.made:%H:%M}"),
        (
            "Quotes",
            counted(len(record.quotes), "passage or chapter", "passages and chapters"),
        ),
    ]
    yield facts_table(rows)
    yield heading(2, "Editions")
    for source in sources:
        manifest = source.edition.manifest
        yield heading(3, authority_line(source.edition))
        yield facts_table(
            [
                ("Edition", manifest.edition_name),
                ("Issued", day(manifest.issued)),
                ("In force from", day(manifest.effective_from)),
                ("Review by", day(manifest.review_by)),
                (
                    "Signed by",
                    "; ".join(signer.name for signer in source.edition.signers) or "a newer edition vouches",
                ),
            ]
        )
    yield heading(2, "Contents")
    yield Contents()


def verification_sheet(record: ExtractRecord, sources: Sequence[Source]) -> Iterator[Block]:
    """What stands behind the extract, and how somebody else can check it."""
    proof = proof_file(Path(record.pdf.name)).name
    yield heading(1, "Verification")
    yield paragraph(
        f"The file {proof} belongs to this document. It holds the chapters that are quoted here exactly as their"
        " authorities signed them, and the signed files that vouch for them. On a computer that trusts the same trust"
        " root, this command"
    )
    yield Paragraph((Run(f"procedures verify {proof}", _BOLD),))
    yield paragraph(
        "proves that these texts are what was signed, without a network. If this PDF lies beside it, the program makes"
        " the PDF again from the signed texts and says whether it is the same. A paper copy proves nothing by itself:"
        " compare its words with those that are verified. The title, the case, remarks and the numbers of pages are the"
        " words of whoever made the extract; nobody signed them."
    )
    yield heading(2, "What is quoted")
    rows = [
        (_head_cell("Chapter or passage"), _head_cell("Edition"), _head_cell("SHA-256 of the signed chapter"))
    ]
    for quote in record.quotes:
        source = sources[quote.bundle]
        place = names.chapter_target(source.manual, quote.chapter).removeprefix(f"{source.manual}/")
        digest = source.file_hashes(("chapters",)).get(place, "")
        title = f"{quote.title} › {quote.passage}" if quote.passage else quote.title
        manifest = source.edition.manifest
        cells = (title, f"{manifest.authority_name}, {manifest.edition_name}", grouped(digest))
        rows.append((_cell(cells[0]), _cell(cells[1]), _cell(cells[2])))
    yield Table(tuple(rows), heads=1)
    for source in sources:
        yield from _vouchers(source)


def _vouchers(source: Source) -> Iterator[Block]:
    edition = source.edition
    manifest = edition.manifest
    yield heading(2, f"{manifest.authority_name}, {manifest.edition_name}: who vouches for it")
    items = [
        f"SHA-256 of the signed list of all files of the edition: {grouped(source.role_sha256)}",
        f"Fingerprint of the trust root: {edition.provenance.root_fingerprint}",
    ]
    words = {
        LinkKind.ROOT: "The trust root",
        LinkKind.REGISTER: "The register of authorities",
        LinkKind.AUTHORITY: f"The list of who may sign for {manifest.authority_name}",
        LinkKind.EDITION: "The edition",
    }
    for link in edition.provenance.links:
        keys = "; ".join(f"{signer.name}, key {grouped(signer.key_id)}" for signer in link.signers)
        by = f"signed by {keys}" if keys else "vouched for by a newer edition"
        version = "" if link.kind is LinkKind.EDITION else f" (version {link.version})"
        items.append(f"{words[link.kind]}{version}: {by}")
    yield ItemList(tuple(ListItem("•", (paragraph(item),)) for item in items))


def _head_cell(text: str) -> Cell:
    return Cell((paragraph(text, _BOLD),), is_head=True)


def _cell(text: str) -> Cell:
    return Cell((paragraph(text),))
