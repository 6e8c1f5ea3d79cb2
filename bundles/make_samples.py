"""Make the sample trust domain and the signed sample bundles anew (`make samples`).

The private keys live in this process only and are gone when it ends: a sample bundle is never changed, all of
them are made again, under a new sample trust root.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Final

from reader.bundle import names
from reader.bundle.verifier import open_bundle, walk_bundle
from reader.domain.cancel import CancelToken
from reader.domain.files import write_in_one_step
from reader.domain.manual import Domain
from reader.publish.build import build_bundle, sign_bundle
from reader.publish.keys import new_signer
from reader.publish.source import read_source
from reader.publish.trust_domain import Holders, TrustFiles, make_authority, make_register, make_root

BUNDLES_DIR: Final = Path(__file__).resolve().parent
SAMPLE_ROOT_FILE: Final = BUNDLES_DIR.parent / "resources" / "trust" / "sample-root.json"
EXPIRES: Final = date(2036, 11, 22)


def main() -> int:
    """Build, sign and verify one bundle for each source folder."""
    folders = sorted(folder for folder in (BUNDLES_DIR / "sources").iterdir() if folder.is_dir())
    root = new_signer("Sample root")
    registrar = new_signer("Sample registrar")
    manuals = {folder: read_source(folder).manifest.id for folder in folders}
    leads = {manual.authority: new_signer("Sample lead") for manual in manuals.values()}
    officers = {manual: new_signer("Sample signer") for manual in manuals.values()}
    trust = TrustFiles(
        {
            names.root_name(1): make_root(Holders.of([root]), Holders.of([registrar]), [root], EXPIRES),
            names.REGISTER_NAME: make_register(
                {name: Holders.of([lead]) for name, lead in leads.items()}, [registrar], EXPIRES
            ),
        }
        | {
            names.authority_role_name(manual.authority): make_authority(
                manual.authority, {manual.manual: Holders.of([officer])}, [leads[manual.authority]], EXPIRES
            )
            for manual, officer in officers.items()
        }
    )
    state = trust.first_root.start(None)
    for folder, manual in manuals.items():
        file = BUNDLES_DIR / f"{folder.name}.manual"
        report = build_bundle(folder, trust, file)
        sign_bundle(file, officers[manual])
        open_bundle(walk_bundle(file, state), {}, Domain.SAMPLE).check_all(CancelToken())
        print(f"{file.name}: {report.chapters} chapters, {file.stat().st_size // 1024} KiB")
    write_in_one_step(SAMPLE_ROOT_FILE, trust.first_root.raw)
    print(f"{SAMPLE_ROOT_FILE.name}: {trust.first_root.fingerprint}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
