"""The sample bundles that are committed are what their sources say, signed under the sample root that is committed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reader.bundle import names
from reader.bundle.container import Container
from reader.bundle.trust import TrustRoot
from reader.bundle.verifier import open_bundle, walk_bundle
from reader.domain.cancel import CancelToken
from reader.domain.manual import Domain, Purpose
from reader.publish.build import build_bundle
from reader.publish.trust_domain import TrustFiles
from reader.store.places import sample_bundles, sample_root_file

SOURCES = Path(__file__).parents[2] / "bundles" / "sources"
BUNDLES = {file.stem: file for file in sample_bundles()}


def test_there_is_one_bundle_for_each_source() -> None:
    assert sorted(BUNDLES) == sorted(folder.name for folder in SOURCES.iterdir())
    assert len(BUNDLES) == 5


@pytest.mark.parametrize("name", sorted(BUNDLES))
def test_a_sample_bundle_verifies_under_the_sample_root(name: str) -> None:
    root = TrustRoot.parse(sample_root_file().read_bytes())
    bundle = open_bundle(walk_bundle(BUNDLES[name], root.start(None)), {}, Domain.SAMPLE)
    bundle.check_all(CancelToken())
    manifest = bundle.edition.manifest
    assert manifest.purpose is Purpose.CONTENTS_ONLY
    assert manifest.note is not None
    assert "Only the contents list of this manual is held" in manifest.note
    assert not any(chapter.file for chapter in bundle.edition.contents.chapters()), (
        "no text of a council is ours"
    )


@pytest.mark.parametrize("name", sorted(BUNDLES))
def test_a_sample_bundle_holds_what_its_source_says(name: str, tmp_path: Path) -> None:
    source = shutil.copytree(SOURCES / name, tmp_path / name)
    committed = Container(BUNDLES[name])
    trust = TrustFiles(
        {member: committed.read(member) for member in committed.names if member.startswith("trust/")}
    )
    report = build_bundle(source, trust, tmp_path / "new.manual")
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
