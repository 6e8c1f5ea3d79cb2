from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.benchmarks import endurance


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.endurance",
        description=endurance.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=("soak", "damage", "curve"))
    parser.add_argument("--openings", type=int, default=10_000, help="of chapters, in the soak")
    parser.add_argument("--every-byte", action="store_true", help="damage each byte of small files")
    parser.add_argument("--manuals", default="1,10,50,150", help="how many, in the curve")
    options = parser.parse_args(arguments)
    if options.what == "soak":
        from tests.benchmarks.endurance.soak import soak  # noqa: PLC0415  # Qt

        return 0 if soak(options.openings) else 1
    if options.what == "damage":
        from tests.benchmarks.endurance.damage import damage  # noqa: PLC0415  # Qt

        return 0 if damage(is_every_byte=options.every_byte) else 1
    from tests.benchmarks.endurance.curve import curve  # noqa: PLC0415  # Qt

    curve([int(number) for number in options.manuals.split(",")])
    return 0


if __name__ == "__main__":
    sys.exit(main())
