"""Item models over domain values. Qt is given integer node ids, never Python objects."""
