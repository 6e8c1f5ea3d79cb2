"""Stepping through changes, the library as at a day, the coverage map."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytestqt.modeltest import ModelTester

from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.ui.actions import ActionId
from reader.ui.models.nodes import Role
from tests.support.prepared import Prepared
from tests.ui.conftest import DeskOpener, OpenDesk, samples

SALTBY = ManualId("saltby", "procedures")


@pytest.fixture(scope="module", autouse=True)
def the_sample_is_saltby_and_two_councils() -> Iterator[None]:
    wanted = samples("saltby", "bedford", "lancashire")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reader.services.workspace.sample_bundles", lambda: wanted)
        yield


@pytest.fixture
def saltby(tmp_path: Path, open_desk: DeskOpener, prepared: Prepared) -> OpenDesk:
    filled = prepared.library(samples("saltby", "bedford", "lancashire"))
    return open_desk(Path(shutil.copytree(filled, tmp_path / "library")))


def _rows(desk: OpenDesk) -> list[str]:
    tree = desk.window.changes.tree.model()
    top = tree.index(0, 0)
    return [str(tree.index(row, 0, top).data()) for row in range(tree.rowCount(top))]


def test_changes_are_a_queue_that_opens_each_beside_the_edition_before(
    saltby: OpenDesk, qtmodeltester: ModelTester
) -> None:
    saltby.window.actions_by_id[ActionId.NEXT_CHANGE].trigger()
    saltby.wait()
    rows = _rows(saltby)
    assert len(rows) > 3
    qtmodeltester.check(saltby.window.changes.tree.model(), force_py=True)
    saltby.window.actions_by_id[ActionId.NEXT_CHANGE].trigger()
    saltby.wait()
    view = saltby.window.current_view
    assert view is not None
    assert view.page is not None
    assert view.page.title == rows[0]
    assert view.page.location.edition == 2
    beside = saltby.window.comparison.page
    assert beside is not None
    assert "from edition 1" in beside.title
    saltby.window.actions_by_id[ActionId.NEXT_CHANGE].trigger()
    saltby.wait()
    assert view is not saltby.window.current_view
    saltby.window.changes.since_changed.emit()
    saltby.wait()
    badges = saltby.window.changes.tree.model()
    first = badges.index(0, 0, badges.index(0, 0))
    assert "Seen" in first.data(Role.SHOWN).badges, "what was opened in the edition in force is seen"


def test_what_one_read_in_an_older_edition_is_offered_when_it_changed(saltby: OpenDesk) -> None:
    saltby.go("contact", SALTBY, edition=1)
    panel = saltby.window.changes
    panel._since_box.setCurrentIndex(1)
    saltby.window.actions_by_id[ActionId.SHOW_CHANGES].trigger()
    saltby.wait()
    assert _rows(saltby) in ([], ["5.7 Contact"])


def test_the_library_as_at_a_day_shows_the_editions_of_that_day_under_a_banner(saltby: OpenDesk) -> None:
    assert saltby.window.banner == ""
    saltby.dialogs.day = date(2025, 6, 1)
    saltby.window.actions_by_id[ActionId.AS_AT].trigger()
    saltby.wait()
    assert saltby.window.banner.startswith("AS AT 1 JUNE 2025")
    saltby.desk.navigation.go(Location(SALTBY, "contact"))
    saltby.wait()
    view = saltby.window.current_view
    assert view is not None
    assert view.page is not None
    assert view.page.location.edition == 1
    assert any("Superseded" in warning for warning in view.page.strip.warnings)
    saltby.type_search("contact")
    notes = [label.text() for label in saltby.window.results.findChildren(type(saltby.window._banner))]
    assert any("As at 1 June 2025" in note for note in notes)
    saltby.window.actions_by_id[ActionId.NOW].trigger()
    saltby.wait()
    assert saltby.window.banner == ""
    saltby.desk.navigation.go(Location(SALTBY, "contact"))
    saltby.wait()
    again = saltby.window.current_view
    assert again is not None
    assert again.page is not None
    assert again.page.location.edition == 2


def test_the_coverage_map_leads_to_chapters(saltby: OpenDesk) -> None:
    saltby.window.actions_by_id[ActionId.COVERAGE].trigger()
    saltby.wait()
    was_shown = saltby.window.is_showing_coverage
    assert was_shown
    assert len(saltby.window.coverage.topics) > 100
    saltby.window.coverage.chapter_activated.emit(Location(SALTBY, "contact"))
    saltby.wait()
    assert not saltby.window.is_showing_coverage
    assert saltby.page_text.startswith("5.7 Contact")


def test_the_coverage_map_is_exported(saltby: OpenDesk, tmp_path: Path) -> None:
    saltby.dialogs.folder = tmp_path
    saltby.window.actions_by_id[ActionId.COVERAGE].trigger()
    saltby.wait()
    saltby.window.coverage.export_requested.emit()
    saltby.wait()
    text = (tmp_path / "coverage.csv").read_text(encoding="utf-8-sig")
    assert "Saltby Borough Council" in text
