"""The command line: what IT scripts, publishers and tests use. The same services as the window."""
