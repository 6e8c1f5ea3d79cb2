"""From one manual to many: start, tree, search and memory, each in a program that has just started.

Counterparts are those of one pair of manuals: the window asks for the manual that stands beside the text.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from reader.bundle import canonical_json, names
from reader.domain.cancel import CancelToken
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.search import SearchFilter
from reader.services.workspace import Workspace, WorkspaceChoice
from tests.benchmarks.relevance.collection import training_manuals
from tests.support.worlds import SignedBundle, Team, World, chapter_entry, role_signed

_CHAPTERS: Final = 250
_DIVISIONS: Final = 10
_PASSAGES: Final = 6
_PASSAGE_WORDS: Final = 80
_TYPED: Final = ("kinship", "kinship care", "initial visit", "section 47", "lado", "missing from care")
_SENTENCE: Final = re.compile(r"(?<=[.;:])\s+")
_FEW_WORDS: Final = 2
_TEXTS: Final = 3000
_CHILD: Final = "import sys; from tests.benchmarks.endurance.curve import look; look(sys.argv[1:])"


def curve(counts: Sequence[int]) -> None:
    """Measure libraries of so many manuals of 250 chapters, and print a line for each."""
    with tempfile.TemporaryDirectory(prefix="procedures-curve-") as folder:
        base = Path(folder)
        world = _country(max(counts))
        root = base / "root.json"
        root.write_bytes(world.roots[0])
        library = base / "library"
        documents = [document for _, document in training_manuals(base / "training").documents()]
        sentences = [s for d in documents for s in _SENTENCE.split(d.text) if len(s.split()) > _FEW_WORDS]
        titles = sorted({document.title for document in documents})
        bundles = _bundles(world, sentences, titles, base / "given")
        workspace = Workspace(WorkspaceChoice(library, root))
        installed = 0
        print(
            "manuals  install s  index s  tree s  all s  memory MB  typed ms (mean, most)  one pair's counterparts s"
        )
        for count in sorted(counts):
            new = [next(bundles) for _ in range(count - installed)]
            installed = count
            install_s, index_s = _grow(workspace, new)
            found = min((_looked(library, root) for _ in range(2)), key=lambda one: float(one["tree_s"]))
            print(
                f"{count:7}  {install_s:9.1f}  {index_s:7.1f}  {found['tree_s']:6.2f}  {found['all_s']:5.2f}"
                f"  {found['memory_mb']:9.0f}  {found['typed_mean_ms']:8.1f} {found['typed_most_ms']:8.1f}"
                f"      {found['counterparts_s']:14.2f}",
                flush=True,
            )
        workspace.close()


def _grow(workspace: Workspace, new: Sequence[Path]) -> tuple[float, float]:
    """Install and index more manuals; how long each took, in seconds."""
    began = time.perf_counter()
    for file in new:
        workspace.library.install(file, CancelToken())
        file.unlink()
    installed = time.perf_counter()
    snapshot = workspace.library.load(CancelToken())
    workspace.search.prepare(snapshot, lambda _: None, CancelToken())
    return installed - began, time.perf_counter() - installed


def look(arguments: Sequence[str]) -> None:
    """In a process of its own: open the window, read, type, compare; print what it took."""
    began = float(os.environ["BEGAN"])
    from reader.ui.desk import Desk  # noqa: PLC0415  # what is imported counts as the start
    from tests.support.driven import Driven, application  # noqa: PLC0415
    from tests.ui.conftest import ScriptedDialogs  # noqa: PLC0415

    app = application()
    library, root = Path(arguments[0]), Path(arguments[1])
    tree: list[float] = []

    def shown() -> None:
        if not tree:
            desk.window.grab()
            tree.append(time.time() - began)

    dialogs = ScriptedDialogs()
    desk = Desk(Workspace(WorkspaceChoice(library, root)), lambda: None, dialogs.over)
    desk.library.loaded.connect(shown)
    driven = Driven(desk, dialogs)
    desk.start()
    driven.settle(lambda: bool(tree))
    all_s = time.time() - began
    first = desk.library_state.editions[0].manual
    desk.navigation.go(Location(first, "chapter-7"))
    driven.settle()
    keystrokes: list[float] = []
    for typed in _TYPED:
        for end in range(2, len(typed) + 1):
            asked = time.perf_counter()
            desk.workspace.search.search(typed[:end], SearchFilter(), 50, CancelToken())
            keystrokes.append(time.perf_counter() - asked)
    bundle, *others = desk.library_state.editions
    asked = time.perf_counter()
    for other in others[:1]:
        desk.workspace.counterparts.counterpart(bundle, "chapter-7", other)
    counterparts_s = time.perf_counter() - asked
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    driven.close()
    del app
    print(
        json.dumps(
            {
                "tree_s": tree[0],
                "all_s": all_s,
                "memory_mb": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
                "typed_mean_ms": statistics.mean(keystrokes) * 1000,
                "typed_most_ms": max(keystrokes) * 1000,
                "counterparts_s": counterparts_s,
            }
        )
    )


def _looked(library: Path, root: Path) -> dict[str, Any]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "BEGAN": str(time.time())}
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(library), str(root)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _country(manuals: int) -> World:
    """A trust domain with an authority for each manual."""
    world = World.new("country")
    ids = [ManualId(f"council-{number:03}", "procedures") for number in range(manuals)]
    return replace(
        world,
        leads={manual.authority: Team.new(f"lead of {manual}") for manual in ids},
        officers={manual: Team.new(f"officer of {manual}") for manual in ids},
    )


def _bundles(world: World, sentences: Sequence[str], titles: Sequence[str], folder: Path) -> Iterator[Path]:
    """Bundles of 250 chapters each, of the training manuals' own sentences, shuffled."""
    chance = random.Random(20260301)  # noqa: S311  # no secret
    texts = [_text(chance, sentences) for _ in range(_TEXTS)]
    shutil.rmtree(folder, ignore_errors=True)
    for manual in world.officers:
        yield _bundle(world, manual, chance, texts, titles).write(folder)


def _text(chance: random.Random, sentences: Sequence[str]) -> str:
    parts = []
    for number in range(_PASSAGES):
        words = 0
        parts.append(f'<h2 id="passage-{number}">{_escaped(chance.choice(sentences)[:60])}</h2>')
        while words < _PASSAGE_WORDS:
            sentence = chance.choice(sentences)
            words += len(sentence.split())
            parts.append(f"<p>{_escaped(sentence)}</p>")
    return "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").strip() or "Text"


def _bundle(
    world: World, manual: ManualId, chance: random.Random, texts: Sequence[str], titles: Sequence[str]
) -> SignedBundle:
    small = world.bundle(manual)
    manifest_target, contents_target = names.manifest_target(manual), names.contents_target(manual)
    facts = json.loads(small.files[manifest_target])
    files = {manifest_target: small.files[manifest_target]}
    divisions: list[Any] = [
        {"kind": "division", "number": str(number + 1), "title": f"Division {number + 1}", "entries": []}
        for number in range(_DIVISIONS)
    ]
    for number in range(_CHAPTERS):
        title = chance.choice(titles) or "Chapter"
        division = divisions[number % _DIVISIONS]
        identity = f"chapter-{number}"
        place = f"{division['number']}.{len(division['entries']) + 1}"
        division["entries"].append(chapter_entry(manual, identity, place, title))
        text = f'<h1 id="{identity}">{_escaped(title)}</h1>{chance.choice(texts)}'
        files[f"{manual}/chapters/{identity}.html"] = text.encode()
    files[contents_target] = canonical_json.dump({"entries": divisions})
    return replace(small, files=files, role=role_signed(files, facts))
