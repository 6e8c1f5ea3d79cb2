"""Entry point of `procedures-reader`. Spawned index processes import this module: keep it light."""

from __future__ import annotations

import gc
import multiprocessing
import os
import re
import sys
from typing import Final

_LIBRARY: Final = re.compile(r"(?P<name>lib[\w.+-]+\.so[.\d]*): ")


def main() -> int:
    """Start the window; returns the exit code."""
    multiprocessing.freeze_support()
    gc.disable()  # from here on `reader.ui.garbage` collects, on the GUI thread alone
    # No plugin that happens to be installed on this computer is loaded into the reader, nor looked for.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    _let_other_programs_be()
    try:
        from reader.app.program import run  # noqa: PLC0415  # a spawned child must not load Qt
    except ImportError as error:
        library = _LIBRARY.search(str(error))
        if library is None:
            raise
        said = f"The library {library['name']} of this system cannot be loaded, and the window needs it ({error})."
        sys.stderr.write(f"{said} The administrator's guide names the packages to install.\n")
        return 1
    return run(sys.argv[1:])


def _let_other_programs_be() -> None:
    """A frozen program finds its own libraries through this variable; a browser or viewer that it opens must not."""
    if sys.platform == "linux" and hasattr(sys, "_MEIPASS"):
        before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
        os.environ.pop("LD_LIBRARY_PATH", None)
        if before is not None:
            os.environ["LD_LIBRARY_PATH"] = before


if __name__ == "__main__":
    sys.exit(main())
