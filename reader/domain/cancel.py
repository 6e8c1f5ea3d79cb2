"""Cancel tokens: one for each request, so that stopping one piece of work never stops another."""

from __future__ import annotations

import threading

from reader.domain.errors import CancelledError


class CancelToken:
    """Carries the wish to stop from one thread to another. Once cancelled it stays cancelled."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def is_cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        self._event.set()

    def raise_if_cancelled(self) -> None:
        """Stop here when somebody asked for it.

        Raises:
            CancelledError: when `cancel` was called.
        """
        if self._event.is_set():
            raise CancelledError("Stopped.")
