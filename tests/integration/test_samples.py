"""The sample bundles that are committed are what their sources say, signed under the sample root that is committed."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from reader.bundle import html, names
from reader.bundle.container import Container
from reader.bundle.trust import TrustRoot
from reader.bundle.verifier import VerifiedBundle, open_bundle, walk_bundle
from reader.domain.cancel import CancelToken
from reader.domain.manual import GUIDE, Domain, Purpose
from reader.publish.build import build_bundle
from reader.publish.trust_domain import TrustFiles
from reader.store.places import sample_bundles, sample_root_file

SOURCES = Path(__file__).parents[2] / "bundles" / "sources"
BUNDLES = {file.stem: file for file in sample_bundles()}


GUIDE_EDITIONS = ["user-guide-1"]
TRAINING = [name for name in sorted(BUNDLES) if name[-1].isdigit() and name not in GUIDE_EDITIONS]
COUNCILS = [name for name in sorted(BUNDLES) if name not in (*TRAINING, *GUIDE_EDITIONS)]


def sample(name: str) -> VerifiedBundle:
    root = TrustRoot.parse(sample_root_file().read_bytes())
    return open_bundle(walk_bundle(BUNDLES[name], root.start(None)), {}, Domain.SAMPLE)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The source folders of all samples, those of the training manuals imported as `make samples` does it."""
    work = tmp_path_factory.mktemp("samples")
    tool = runpy.run_path(str(SOURCES.parent / "make_samples.py"))
    return {edition.name: edition for edition in tool["prepared_sources"](work)}


def test_there_is_one_bundle_for_each_edition(prepared: dict[str, Any]) -> None:
    assert sorted(BUNDLES) == sorted(prepared)
    assert len(COUNCILS) == 5
    assert TRAINING == ["northmere-1", "northmere-2", "northmere-3", "saltby-1", "saltby-2"]
    assert set(GUIDE_EDITIONS) <= set(BUNDLES)


@pytest.mark.parametrize("name", COUNCILS)
def test_a_council_s_sample_verifies_and_holds_none_of_its_texts(name: str) -> None:
    bundle = sample(name)
    bundle.check_all(CancelToken())
    manifest = bundle.edition.manifest
    assert manifest.purpose is Purpose.CONTENTS_ONLY
    assert manifest.note is not None
    assert "Only the contents list of this manual is held" in manifest.note
    assert not any(chapter.file for chapter in bundle.edition.contents.chapters()), (
        "no text of a council is ours"
    )


@pytest.mark.parametrize("name", TRAINING)
def test_a_training_manual_verifies_and_says_what_it_is(name: str) -> None:
    bundle = sample(name)
    bundle.check_all(CancelToken())
    manifest = bundle.edition.manifest
    assert manifest.purpose is Purpose.TRAINING
    assert "Training manual of an invented council. Not for practice." in bundle.edition.warnings(
        manifest.effective_from
    )
    chapters = list(bundle.edition.contents.chapters())
    included = [chapter for chapter in chapters if chapter.file]
    assert len(included) >= 30
    words = sum(
        len(f"{passage.heading} {passage.text}".split())
        for chapter in included
        if chapter.file
        for passage in html.passages(bundle.read(chapter.file).decode())
    )
    assert words > 30_000


@pytest.mark.parametrize("name", GUIDE_EDITIONS)
def test_the_user_guide_verifies_and_does_not_claim_to_be_practice(name: str) -> None:
    bundle = sample(name)
    bundle.check_all(CancelToken())
    manifest = bundle.edition.manifest
    assert manifest.id == GUIDE
    assert manifest.purpose is Purpose.TRAINING
    assert all(chapter.file for chapter in bundle.edition.contents.chapters())
    said = " ".join(bundle.edition.warnings(manifest.effective_from))
    assert "Not for practice." in said
    assert "not by any council" in said


@pytest.mark.parametrize("name", sorted(BUNDLES))
def test_a_sample_bundle_holds_what_its_source_says(
    name: str, prepared: dict[str, Any], tmp_path: Path
) -> None:
    source, previous = prepared[name].folder, prepared[name].previous
    committed = Container(BUNDLES[name])
    trust = TrustFiles(
        {member: committed.read(member) for member in committed.names if member.startswith("trust/")}
    )
    report = build_bundle(
        source, trust, tmp_path / "new.manual", BUNDLES[previous] if previous is not None else None
    )
    assert report.new_ids == (), "chapter-ids.toml is committed with every id"
    built = Container(tmp_path / "new.manual")
    content = [member for member in built.names if member.startswith(names.CONTENT_PREFIX)]
    assert {member: built.read(member) for member in content} == {
        member: committed.read(member)
        for member in committed.names
        if member.startswith(names.CONTENT_PREFIX)
    }


def test_no_private_key_is_committed() -> None:
    for file in SOURCES.parents[1].joinpath("bundles").rglob("*"):
        if file.is_file():
            assert b"PRIVATE KEY" not in file.read_bytes(), file
    for file in sample_root_file().parent.rglob("*"):
        if file.is_file():
            assert b"PRIVATE KEY" not in file.read_bytes(), file
