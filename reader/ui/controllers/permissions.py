"""What IT allows on this computer, asked before a dialog opens."""

from __future__ import annotations

from reader.domain.errors import NotAllowedError
from reader.domain.machine import MachineSettings, Permission
from reader.ui.dialogs import Dialogs


def may(permission: Permission, machine: MachineSettings, dialogs: Dialogs, title: str) -> bool:
    """Whether something is allowed; where it is not, the person is told by whom and what to do."""
    try:
        machine.require(permission)
    except NotAllowedError as error:
        dialogs.show_text(title, str(error))
        return False
    return True
