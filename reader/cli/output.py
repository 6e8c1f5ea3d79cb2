"""What commands print: one JSON document for scripts, or plain text for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any

import typer

from reader.domain.cancel import CancelToken
from reader.domain.machine import Permission
from reader.services.snapshot import LibrarySnapshot
from reader.services.workspace import Workspace, WorkspaceChoice

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
ManualName = Annotated[str, typer.Argument(metavar="MANUAL", help="Authority, or authority/manual.")]


@dataclass
class Context:
    """What the options before a command have settled. The workspace is opened when a command needs it."""

    choice: WorkspaceChoice

    @cached_property
    def opened(self) -> Workspace:
        """The library that the options name, even where its trust root cannot be used.

        Raises:
            ReaderError: when it cannot be opened.
        """
        return Workspace(self.choice)

    def require(self, permission: Permission) -> None:
        """See `MachineSettings.require`."""
        self.opened.machine.require(permission)

    @cached_property
    def workspace(self) -> Workspace:
        """The library that the options name.

        Raises:
            ReaderError: when it cannot be opened, or the trust root that is set cannot be used.
        """
        workspace = self.opened
        if workspace.trust_fault is not None:
            raise workspace.trust_fault
        if self.choice.is_sample:
            for name in workspace.install_samples(CancelToken()):
                typer.echo(f"Added {name} to the sample library.", err=True)
        return workspace

    def load(self) -> LibrarySnapshot:
        """Verify and list what is installed; problems go to standard error, a line each."""
        snapshot = self.workspace.library.load(CancelToken())
        for problem in snapshot.problems:
            typer.echo(f"{problem.subject}: {problem.message}", err=True)
        return snapshot

    def close(self) -> None:
        opened = self.__dict__.get("opened")
        if opened is not None:
            opened.close()


def parse_date(text: str) -> date:
    """A day as it is given on the command line.

    Raises:
        BadParameter: when it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"“{text}” is no date: write it as 2025-02-05.") from error


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
