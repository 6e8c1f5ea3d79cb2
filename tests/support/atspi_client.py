"""Reads a window through AT-SPI, as a screen reader does. Run by the system's Python, which has the client library.

Prints one JSON document: what there is below the application named on the command line.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import gi  # type: ignore[import-not-found,unused-ignore]

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # type: ignore[import-not-found,unused-ignore]  # noqa: E402

_WAIT_SECONDS = 40
_MOST = 3_000
_FOCUSABLE = Atspi.StateType.FOCUSABLE
_SHOWING = Atspi.StateType.SHOWING


def main() -> int:
    application = _application(sys.argv[1])
    if application is None:
        sys.stdout.write(json.dumps({"error": "the application is not on the bus"}))
        return 1
    nodes: list[dict[str, object]] = []
    _walk(application, 0, nodes)
    sys.stdout.write(json.dumps({"nodes": nodes}))
    return 0


def _application(name: str) -> Any:
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline:
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if (
                child is not None
                and name.lower() in (child.get_name() or "").lower()
                and child.get_child_count()
            ):
                return child
        time.sleep(0.3)
    return None


def _walk(node: Any, depth: int, nodes: list[dict[str, object]]) -> None:
    if node is None or len(nodes) >= _MOST or depth > 25:
        return
    states = node.get_state_set()
    if depth > 1 and not states.contains(_SHOWING):
        return
    text = ""
    if node.get_role_name() in {"text", "document text", "paragraph", "entry", "document frame", "label"}:
        try:
            text = Atspi.Text.get_text(node, 0, min(Atspi.Text.get_character_count(node), 300))
        except Exception as error:  # noqa: BLE001  # not every one of them has a text
            text = f"<{type(error).__name__}>"
    nodes.append(
        {
            "depth": depth,
            "role": node.get_role_name(),
            "name": node.get_name() or "",
            "focusable": bool(states.contains(_FOCUSABLE)),
            "text": text,
        }
    )
    for index in range(min(node.get_child_count(), 60)):
        _walk(node.get_child_at_index(index), depth + 1, nodes)


if __name__ == "__main__":
    sys.exit(main())
