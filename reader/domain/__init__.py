"""What the program is about: frozen values, errors and cancel tokens. The standard library only."""
