"""From a council's own files (a saved website, Word, Markdown) to a source folder."""

from reader.publish.importing.run import ImportOptions, ImportReport, import_source

__all__ = ["ImportOptions", "ImportReport", "import_source"]
