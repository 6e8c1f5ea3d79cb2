"""Two editions of one chapter in the comparison pane."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reader.domain.cancel import CancelToken
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.services.workspace import Workspace, WorkspaceChoice
from reader.store.places import sample_bundles
from reader.ui.actions import ActionId
from tests.ui.conftest import DeskOpener, OpenDesk

SALTBY = ManualId("saltby", "procedures")


@pytest.fixture
def desk(open_desk: DeskOpener, tmp_path: Path, both_editions_library: Path) -> OpenDesk:
    """A window over a library with two editions of one manual, the comparison pane open."""
    shutil.copytree(both_editions_library, tmp_path / "laptop")
    desk = open_desk(tmp_path / "laptop")
    desk.window.actions_by_id[ActionId.COMPARE].trigger()
    return desk


def test_the_other_edition_of_an_open_chapter_is_offered_and_shows_what_changed(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    panel = desk.window.comparison
    panel.choose_edition(1)
    desk.wait()
    assert panel.page is not None
    assert (
        panel.page.title
        == "5.7 Contact: what changed from edition 1 (October 2024) to edition 2 (February 2026)"
    )
    heard = panel.view.text.toPlainText()
    assert "changed from three months to eight weeks]" in heard
    assert '<s class="removed">three months</s> to <u class="added">eight weeks</u>]' in panel.page.html
    assert "underlined" in panel.message


def test_the_choice_of_an_edition_stays_from_chapter_to_chapter(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    desk.window.comparison.choose_edition(1)
    desk.wait()
    desk.go("case-records", SALTBY)
    desk.wait()
    assert desk.window.comparison.page is not None
    assert "The text is the same in both editions." in desk.window.comparison.page.html


def test_an_older_edition_in_front_is_compared_with_the_newer_one_in_the_same_direction(
    desk: OpenDesk,
) -> None:
    desk.desk.navigation.go(Location(SALTBY, "contact", 1))
    desk.wait()
    desk.window.comparison.choose_edition(2)
    desk.wait()
    assert desk.window.comparison.page is not None
    assert "eight weeks</u>]" in desk.window.comparison.page.html


def test_a_chapter_that_is_new_says_that_the_other_edition_does_not_hold_it(desk: OpenDesk) -> None:
    desk.go("supported-accommodation-for-young-people-aged-16-and-17", SALTBY)
    desk.window.comparison.choose_edition(1)
    desk.wait()
    assert desk.window.comparison.page is None
    assert "only listed there" in desk.window.comparison.message


def test_the_counterpart_follows_passage_by_passage(open_desk: DeskOpener, tmp_path: Path) -> None:
    workspace = Workspace(WorkspaceChoice(tmp_path / "laptop", is_sample=True))
    for file in sample_bundles():
        if file.stem in {"saltby-2", "northmere-3"}:
            workspace.library.install(file, CancelToken())
    workspace.close()
    desk = open_desk(tmp_path / "laptop")
    desk.window.resize(1200, 700)
    desk.go("contact", SALTBY)
    desk.window.actions_by_id[ActionId.COMPARE].trigger()
    desk.wait()
    panel = desk.window.comparison
    panel.choose_manual(ManualId("northmere", "procedures"))
    desk.wait()
    assert panel.page is not None
    assert panel.page.location.chapter == "family-time"
    view = desk.window.current_view
    assert view is not None
    view.text.go_to_anchor("3-supervision")
    desk.qtbot.waitUntil(lambda: view.text.passage_at_top == "3-supervision", timeout=5_000)
    desk.qtbot.waitUntil(lambda: panel.view.text.passage_at_top == "3-2-levels-of-support", timeout=5_000)
    before = panel.view.text.passage_at_top
    panel.scrolls_together = False
    view.text.go_to_anchor("1-legal-basis-and-who-decides")
    desk.wait()
    assert panel.view.text.passage_at_top == before
