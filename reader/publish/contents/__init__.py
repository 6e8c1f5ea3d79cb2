"""Reads councils' contents lists, as text, HTML or Markdown, into the tree of a manual."""

from reader.publish.contents.facts import PageFacts
from reader.publish.contents.parser import ContentsPage, parse_contents_list, read_contents_list
from reader.publish.contents.sources import ContentsKind
from reader.publish.contents.tree import EntryLinks

__all__ = [
    "ContentsKind",
    "ContentsPage",
    "EntryLinks",
    "PageFacts",
    "parse_contents_list",
    "read_contents_list",
]
