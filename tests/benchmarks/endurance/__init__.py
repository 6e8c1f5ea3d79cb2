"""How the program holds out: a hard day, damage to every file that it reads, and many manuals.

    python -m tests.benchmarks.endurance soak [--openings N]
    python -m tests.benchmarks.endurance damage [--every-byte]
    python -m tests.benchmarks.endurance curve [--manuals 1,10,50,150]

`make endurance` runs all three, and kills what writes at each of its steps (`tests/integration/test_kills.py`).
"""
