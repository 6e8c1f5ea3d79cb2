"""How well the reader finds the chapter of another manual that answers the same practice question."""
