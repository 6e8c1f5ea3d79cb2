"""The window's program: options in, a desk out."""
