"""Trust domains and bundles that really sign: a `World` holds every private key, so a test can break any one rule.

Nothing here goes through the reader's own signing or checking code where that would hide a fault: files are spelled
by `reader.bundle.canonical_json.dump` and signed over the canonical JSON of TUF, and everything else is plain data.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.formats import encode_canonical
from securesystemslib.signer import CryptoSigner

from reader.bundle import canonical_json, names
from reader.bundle.container import pack
from reader.bundle.metadata import HOLDER_FIELD, SPEC_VERSION
from reader.bundle.trust import TrustRoot
from reader.domain.manual import ManualId

Json = dict[str, Any]
Edit = Callable[[Json], object]

WESTSHIRE: Final = ManualId("westshire", "procedures")
WESTSHIRE_FOSTERING: Final = ManualId("westshire", "fostering")
EASTSHIRE: Final = ManualId("eastshire", "procedures")
TODAY: Final = date(2026, 3, 2)

# One pixel, red: a whole PNG file.
PICTURE: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)
CHAPTERS: Final = {
    "home-visits": (
        '<h1 id="home-visits">Home Visits</h1><p>See every child alone, and write down what the child said.</p>'
        '<h2 id="before-the-visit">Before the visit</h2><p>Read the chronology. Tell a colleague where you go.</p>'
    ),
    "private-fostering": (
        '<h1 id="private-fostering">Private Fostering</h1><p>Notify the team within one working day.</p>'
        '<p><img src="manual:westshire/procedures/media/flow.png" alt="Flow chart"></p>'
    ),
}
_TITLES: Final = {
    "home-visits": ("1.1", "Home Visits"),
    "private-fostering": ("1.2", "Private Fostering"),
}


@dataclass(frozen=True, slots=True)
class Team:
    """The holders of one role, with their private keys, and how many of them must sign."""

    signers: tuple[CryptoSigner, ...]
    threshold: int = 1

    @classmethod
    def new(cls, name: str, count: int = 1, threshold: int = 1) -> Team:
        """Keys that depend on the name alone, so that every run signs the same bytes."""
        return cls(tuple(make_signer(f"{name} {number}") for number in range(1, count + 1)), threshold)

    @property
    def key_ids(self) -> list[str]:
        return [signer.public_key.keyid for signer in self.signers]

    @property
    def keys(self) -> Json:
        return {signer.public_key.keyid: signer.public_key.to_dict() for signer in self.signers}

    @property
    def role(self) -> Json:
        return {"keyids": self.key_ids, "threshold": self.threshold}

    def only(self, *numbers: int) -> tuple[CryptoSigner, ...]:
        """Some of the signers, by number from 0."""
        return tuple(self.signers[number] for number in numbers)


def make_signer(name: str) -> CryptoSigner:
    """A key pair that depends on the name alone; never for anything but tests."""
    seed = hashlib.sha256(f"test key of {name}".encode()).digest()
    signer = CryptoSigner(Ed25519PrivateKey.from_private_bytes(seed))
    signer.public_key.unrecognized_fields[HOLDER_FIELD] = name
    return signer


def sign(signed: Json, signers: Sequence[CryptoSigner]) -> bytes:
    """A trust file with good signatures over whatever `signed` says, sense or nonsense."""
    payload = _canonical(signed)
    signatures: list[Json] = [
        {"keyid": signer.public_key.keyid, "sig": signer.sign(payload).signature} for signer in signers
    ]
    file: Json = {"signatures": signatures, "signed": signed}
    return canonical_json.dump(file)


def _canonical(signed: Json) -> bytes:
    return str(encode_canonical(signed)).encode("utf-8", errors="surrogatepass")


def edited(raw: bytes, edit: Edit) -> bytes:
    """A JSON file changed and spelled canonically; its signatures stay as they were."""
    value = json.loads(raw)
    edit(value)
    return canonical_json.dump(value)


def resigned(raw: bytes, edit: Edit, signers: Sequence[CryptoSigner]) -> bytes:
    """A trust file whose signed part was changed and signed again."""
    signed = json.loads(raw)["signed"]
    edit(signed)
    return sign(signed, signers)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def root_signed(version: int, root: Team, registrar: Team, expires: str = "2036-01-01") -> Json:
    """The signed part of a root file."""
    nobody = {"keyids": [], "threshold": 1}
    return {
        "_type": "root",
        "consistent_snapshot": False,
        "expires": f"{expires}T00:00:00Z",
        "keys": {**root.keys, **registrar.keys},
        "roles": {"root": root.role, "targets": registrar.role, "timestamp": nobody, "snapshot": nobody},
        "spec_version": SPEC_VERSION,
        "version": version,
    }


def delegator_signed(
    version: int, roles: Mapping[str, tuple[Team, str]], expires: str = "2036-01-01"
) -> Json:
    """The signed part of a register or of an authority's list."""
    return {
        "_type": "targets",
        "delegations": {
            "keys": {key_id: key for team, _ in roles.values() for key_id, key in team.keys.items()},
            "roles": [
                {"name": name, "paths": [path], "terminating": True, **team.role}
                for name, (team, path) in sorted(roles.items())
            ],
        },
        "expires": f"{expires}T00:00:00Z",
        "spec_version": SPEC_VERSION,
        "targets": {},
        "version": version,
    }


@dataclass(frozen=True, slots=True)
class World:
    """A trust domain with all its keys. Every change gives a new world; old bundles stay as they were signed."""

    root: Team
    registrar: Team
    leads: Mapping[str, Team]
    officers: Mapping[ManualId, Team]
    roots: tuple[bytes, ...]
    register_version: int = 1
    list_versions: Mapping[str, int] = field(default_factory=dict)
    register_expires: str = "2036-01-01"

    @classmethod
    def new(cls, name: str = "shires", officers: Mapping[ManualId, Team] | None = None) -> World:
        """Root 2 of 3, registrar, leads and officers 1 of 1, two authorities and three manuals."""
        root = Team.new(f"{name} root", count=3, threshold=2)
        registrar = Team.new(f"{name} registrar")
        everybody = {
            manual: Team.new(f"{name} officer of {manual}")
            for manual in (WESTSHIRE, WESTSHIRE_FOSTERING, EASTSHIRE)
        }
        return cls(
            root,
            registrar,
            {authority: Team.new(f"{name} lead of {authority}") for authority in ("westshire", "eastshire")},
            {**everybody, **(officers or {})},
            (sign(root_signed(1, root, registrar), root.only(0, 1)),),
        )

    @property
    def trust_root(self) -> TrustRoot:
        """What IT pins."""
        return TrustRoot.parse(self.roots[0])

    @property
    def register_payload(self) -> Json:
        return delegator_signed(
            self.register_version,
            {authority: (team, f"{authority}/*/*/*") for authority, team in self.leads.items()},
            self.register_expires,
        )

    @property
    def register(self) -> bytes:
        return sign(self.register_payload, self.registrar.signers)

    def signer_list_payload(self, authority: str) -> Json:
        return delegator_signed(
            self.list_versions.get(authority, 1),
            {
                f"{manual.authority}.{manual.manual}": (team, f"{manual}/*/*")
                for manual, team in self.officers.items()
                if manual.authority == authority
            },
        )

    def signer_list(self, authority: str) -> bytes:
        return sign(self.signer_list_payload(authority), self.leads[authority].signers)

    def trust_members(self, authority: str) -> dict[str, bytes]:
        """The trust files that every bundle of an authority carries."""
        return {
            **{names.root_name(number): raw for number, raw in enumerate(self.roots, start=1)},
            names.REGISTER_NAME: self.register,
            names.authority_role_name(authority): self.signer_list(authority),
        }

    # What happens to a trust domain over the years

    def with_officers(self, manual: ManualId, team: Team) -> World:
        """The authority's lead replaces the officers of a manual."""
        version = self.list_versions.get(manual.authority, 1) + 1
        return replace(
            self,
            officers={**self.officers, manual: team},
            list_versions={**self.list_versions, manual.authority: version},
        )

    def with_lead(self, authority: str, team: Team) -> World:
        """The registrar replaces the lead of an authority; who then signs a list of its own."""
        return replace(
            self,
            leads={**self.leads, authority: team},
            register_version=self.register_version + 1,
            list_versions={**self.list_versions, authority: self.list_versions.get(authority, 1) + 1},
        )

    def with_next_root(
        self,
        root: Team | None = None,
        registrar: Team | None = None,
        signers: Sequence[CryptoSigner] | None = None,
    ) -> World:
        """The holders of the root pass it on; old and new holders sign, unless `signers` says otherwise."""
        new_root, new_registrar = root or self.root, registrar or self.registrar
        if signers is None:
            by_id = {s.public_key.keyid: s for s in (*self.root.only(0, 1), *new_root.signers[:2])}
            signers = tuple(by_id.values())
        raw = sign(root_signed(len(self.roots) + 1, new_root, new_registrar), signers)
        return replace(self, root=new_root, registrar=new_registrar, roots=(*self.roots, raw))

    # Trust updates and bundles

    def update(self, folder: Path, *authorities: str, name: str = "news.trust") -> Path:
        """A trust update with every root, the register, and the lists of signers of these authorities."""
        members = {names.root_name(number): raw for number, raw in enumerate(self.roots, start=1)}
        members[names.REGISTER_NAME] = self.register
        members |= {
            names.authority_role_name(authority): self.signer_list(authority) for authority in authorities
        }
        return write_update(folder, members, name)

    def bundle(
        self,
        manual: ManualId = WESTSHIRE,
        edition: int = 1,
        *,
        words: str = "",
        history: Sequence[SignedBundle] = (),
        manifest: Json | None = None,
        signers: Sequence[CryptoSigner] | None = None,
    ) -> SignedBundle:
        """A signed edition of three chapters, two of them with their text, and a picture.

        Args:
            manual: Which manual.
            edition: Its number.
            words: Stand in the first chapter, to tell two texts of one edition apart.
            history: Older editions that it vouches for.
            manifest: Fields of the manifest that differ.
            signers: Who signs, instead of the officers.
        """
        facts = {**manifest_of(manual, edition), **(manifest or {})}
        facts["history"] = [past.as_history for past in history] or facts["history"]
        files = {f"{manual}/media/flow.png": PICTURE}
        for chapter_id, html in CHAPTERS.items():
            is_with_words = words and chapter_id == "home-visits"
            text = html.replace("westshire/procedures", str(manual)) + (
                f"<p>{words}</p>" if is_with_words else ""
            )
            files[f"{manual}/chapters/{chapter_id}.html"] = text.encode()
        files[names.manifest_target(manual)] = canonical_json.dump(facts)
        files[names.contents_target(manual)] = canonical_json.dump(contents_of(manual))
        team = self.officers[manual]
        return SignedBundle(
            self,
            manual,
            self.trust_members(manual.authority),
            files,
            role_signed(files, facts),
            tuple(signers) if signers is not None else team.signers,
        )


def write_update(folder: Path, members: Mapping[str, bytes], name: str = "news.trust") -> Path:
    """A trust update of any members."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(pack(members, names.UPDATE_MIMETYPE))
    return file


def manifest_of(manual: ManualId, edition: int) -> Json:
    """What manifest.json says of an edition, unless a test says otherwise."""
    return {
        "format": 1,
        "authority": manual.authority,
        "authority_name": f"{manual.authority.capitalize()} Council",
        "manual": manual.manual,
        "title": f"{manual.manual.capitalize()} Manual",
        "edition": edition,
        "label": None,
        "issued": "2026-01-05",
        "effective_from": "2026-01-12",
        "review_by": "2027-01-05",
        "purpose": "practice",
        "note": None,
        "history": [],
    }


def chapter_entry(manual: ManualId, chapter_id: str, number: str, title: str, **changes: object) -> Json:
    """A chapter whose text is included, unless `changes` says otherwise."""
    return {
        "kind": "chapter",
        "id": chapter_id,
        "number": number,
        "title": title,
        "status": [],
        "revised": None,
        "held": "included",
        "file": f"{manual}/chapters/{chapter_id}.html",
        "source": None,
        "note": None,
        **changes,
    }


def contents_of(manual: ManualId) -> Json:
    """What contents.json says: a division of three chapters, a see-also and a note."""
    chapters = [chapter_entry(manual, id_, *numbered) for id_, numbered in _TITLES.items()]
    listed = chapter_entry(
        manual, "missing-children", "1.3", "Missing Children", held="listed", file=None, status=["to-follow"]
    )
    see_also = {
        "kind": "see_also",
        "title": "Home Visits",
        "source": None,
        "chapter": "home-visits",
        "note": None,
    }
    note = {"kind": "note", "text": "Reviewed every spring."}
    return {
        "entries": [
            {
                "kind": "division",
                "number": "1",
                "title": "Assessment",
                "entries": [*chapters, see_also, listed, note],
            }
        ]
    }


def role_signed(files: Mapping[str, bytes], manifest: Json) -> Json:
    """The signed part of an edition's list of files."""
    return {
        "_type": "targets",
        "expires": f"{manifest['review_by']}T00:00:00Z",
        "spec_version": SPEC_VERSION,
        "targets": {
            target: {"hashes": {"sha256": sha256(data)}, "length": len(data)}
            for target, data in files.items()
        },
        "version": manifest["edition"],
    }


@dataclass(frozen=True, slots=True)
class SignedBundle:
    """A bundle in parts. `trust` and `files` are what is packed, `role` is what the officers sign.

    The two are kept apart so that a test says which side it changes: `with_file` tampers, `with_signed_file` does not.
    """

    world: World
    manual: ManualId
    trust: Mapping[str, bytes]
    files: Mapping[str, bytes]
    role: Json
    signers: tuple[CryptoSigner, ...]
    role_raw: bytes | None = None
    extra: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def role_name(self) -> str:
        return names.manual_role_name(self.manual)

    @property
    def list_name(self) -> str:
        return names.authority_role_name(self.manual.authority)

    @property
    def role_bytes(self) -> bytes:
        return self.role_raw if self.role_raw is not None else sign(self.role, self.signers)

    @property
    def role_sha256(self) -> str:
        return sha256(self.role_bytes)

    @property
    def signed_sha256(self) -> str:
        """The hash of what the officers sign, without their signatures."""
        return sha256(_canonical(self.role))

    @property
    def edition(self) -> int:
        return int(self.role["version"])

    @property
    def as_history(self) -> Json:
        """How a newer edition vouches for this one."""
        manifest = json.loads(self.files[names.manifest_target(self.manual)])
        return {
            "edition": self.edition,
            "effective_from": manifest["effective_from"],
            "role_sha256": self.role_sha256,
        }

    @property
    def members(self) -> dict[str, bytes]:
        """Everything that is packed, without `mimetype`."""
        content = {f"{names.CONTENT_PREFIX}{target}": data for target, data in self.files.items()}
        return {**content, **self.trust, self.role_name: self.role_bytes, **self.extra}

    def pack(self) -> bytes:
        return pack(self.members)

    def write(self, folder: Path, name: str = "") -> Path:
        """Write the bundle; without a name it gets one that tells its manual and edition."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / (name or f"{self.manual.authority}-{self.manual.manual}-{self.edition}.manual")
        file.write_bytes(self.pack())
        return file

    def target(self, place: str) -> str:
        """The target of a place in this manual: "chapters/home-visits.html"."""
        return f"{self.manual}/{place}"

    # Changes that nobody signs

    def with_member(self, name: str, data: bytes) -> SignedBundle:
        """Put a member in, or in the place of another one, whatever it is called."""
        return replace(self, extra={**self.extra, name: data})

    def with_file(self, place: str, data: bytes) -> SignedBundle:
        """Change or add a file of the manual behind its signer's back."""
        return replace(self, files={**self.files, self.target(place): data})

    def without_file(self, place: str) -> SignedBundle:
        return replace(self, files={t: d for t, d in self.files.items() if t != self.target(place)})

    def with_trust(self, **by_role: bytes) -> SignedBundle:
        """Replace trust files: `register`, `signer_list`."""
        place = {"register": names.REGISTER_NAME, "signer_list": self.list_name}
        return replace(self, trust={**self.trust, **{place[role]: raw for role, raw in by_role.items()}})

    def with_roots(self, roots: Mapping[int, bytes]) -> SignedBundle:
        """Replace the run of roots."""
        others = {name: raw for name, raw in self.trust.items() if names.root_version(name) is None}
        return replace(
            self, trust={**others, **{names.root_name(version): raw for version, raw in roots.items()}}
        )

    def with_role_raw(self, raw: bytes) -> SignedBundle:
        return replace(self, role_raw=raw)

    # Changes that are signed

    def with_role(self, edit: Edit) -> SignedBundle:
        """Change what the officers sign, and let them sign it."""
        role = copy.deepcopy(self.role)
        edit(role)
        return replace(self, role=role)

    def signed_by(self, *signers: CryptoSigner) -> SignedBundle:
        return replace(self, signers=signers)

    def with_signed_file(self, place: str, data: bytes) -> SignedBundle:
        """Change or add a file of the manual, and sign it."""
        target = self.target(place)
        row = {"hashes": {"sha256": sha256(data)}, "length": len(data)}
        return self.with_file(place, data).with_role(lambda role: role["targets"].update({target: row}))

    def with_manifest(self, edit: Edit) -> SignedBundle:
        """Change the manifest, and sign it."""
        return self.with_signed_file(
            "meta/manifest.json", edited(self.files[names.manifest_target(self.manual)], edit)
        )

    def with_contents(self, edit: Edit) -> SignedBundle:
        """Change the contents list, and sign it."""
        return self.with_signed_file(
            "meta/contents.json", edited(self.files[names.contents_target(self.manual)], edit)
        )
