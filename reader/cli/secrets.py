"""Passphrases and PINs: from the environment for scripts, else from the person; never from the command line."""

from __future__ import annotations

import os
from typing import Final

import typer

PASSPHRASE_VARIABLE: Final = "PROCEDURES_PASSPHRASE"  # noqa: S105  # the variable's name, not its value
PIN_VARIABLE: Final = "PROCEDURES_PIN"


def ask_secret(what: str) -> str:
    """The secret with this name, such as "passphrase of keys/lead.pem" or "PIN of hsm:2"."""
    variable = PIN_VARIABLE if what.startswith("PIN") else PASSPHRASE_VARIABLE
    given = os.environ.get(variable)
    if given:
        return given
    answer: str = typer.prompt(what[0].upper() + what[1:], hide_input=True, err=True)
    return answer


def ask_new_passphrase() -> str:
    """A passphrase for new keys, given twice."""
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given:
        return given
    answer: str = typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True)
    return answer
