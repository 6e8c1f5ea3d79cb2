"""Which chapters of two authorities answer the same practice question."""
