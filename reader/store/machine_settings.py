"""machine.toml: what IT settles for everybody on a computer. Read only; nothing here ever writes it."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reader.domain.errors import StorageError
from reader.domain.machine import DEFAULT_LOOK_EVERY_MINUTES, MachineSettings, Permission
from reader.store.places import deployed_dir

_FINGERPRINT_DIGITS: Final = 64
_NOT_USABLE: Final = (
    "What IT has settled for this computer cannot be read ({file}: {what}). Reading goes on; adding, removing,"
    " printing and exporting wait until IT has mended the file."
)
_Who = Literal["everyone", "it"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Trust(_Section):
    root: Annotated[
        str,
        Field(
            description="The trust root. A path that does not begin at the top is taken from this file's folder."
        ),
    ] = ""
    fingerprint: Annotated[
        str,
        Field(
            description="SHA-256 of the root, as `procedures trust show` prints it: another root is refused.",
            pattern=r"^[0-9a-fA-F ]*$",
        ),
    ] = ""


class _Bundles(_Section):
    folders: Annotated[
        list[str],
        Field(
            description="Folders whose bundles and trust updates are taken in by themselves: local, on a share, on a"
            " USB stick. $NAME (on Windows also %NAME%) stands for a variable of the environment."
        ),
    ] = []
    look_every_minutes: Annotated[
        int, Field(description="How often they are looked into while the reader is open.", ge=1, le=1440)
    ] = DEFAULT_LOOK_EVERY_MINUTES
    who_may_add: Annotated[_Who, Field(description="it: only what lies in these folders is added.")] = (
        "everyone"
    )
    who_may_remove: Annotated[_Who, Field(description="it: people cannot remove an edition.")] = "everyone"


class _Paper(_Section):
    print: Annotated[bool, Field(description="Whether people may print.")] = True
    pdf: Annotated[bool, Field(description="Whether people may save as PDF.")] = True
    court_extracts: Annotated[bool, Field(description="Whether people may make court extracts.")] = True


class _Exports(_Section):
    files: Annotated[
        bool,
        Field(
            description="Whether people may save bookmarks, reading lists, hits, comparisons, coverage and forms as"
            " files."
        ),
    ] = True


class _MachineToml(_Section):
    """Settings of the Procedures Reader for everybody on a computer."""

    format: Annotated[Literal[1], Field(description="The format of this file.")]
    telemetry: Annotated[
        Literal["none"],
        Field(description="There is none, and no way to switch any on: the reader opens no connection."),
    ] = "none"
    trust: _Trust = _Trust()
    bundles: _Bundles = _Bundles()
    paper: _Paper = _Paper()
    exports: _Exports = _Exports()


def read_machine_settings(file: Path) -> MachineSettings:
    """What the file settles. Without one, everything is allowed, and the folder beside it is still looked into.

    A file that cannot be used loosens nothing: its problem is said, and what it could have forbidden is forbidden.
    """
    try:
        return check_machine_settings(file)
    except FileNotFoundError:
        return MachineSettings(folders=(deployed_dir(),))
    except StorageError as error:
        return MachineSettings(
            file,
            folders=(deployed_dir(),),
            forbidden=frozenset(Permission),
            problem=_NOT_USABLE.format(file=file, what=error),
        )


def check_machine_settings(file: Path) -> MachineSettings:
    """Read the file as strictly as every reader does.

    Raises:
        FileNotFoundError: when there is none.
        StorageError: says what is wrong, with the line or the name of the setting.
    """
    try:
        parsed = _MachineToml.model_validate(tomllib.loads(file.read_bytes().decode("utf-8-sig")))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageError(f"it cannot be opened: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise StorageError(f"it is not saved as UTF-8 (byte {error.start + 1})") from error
    except tomllib.TOMLDecodeError as error:
        raise StorageError(f"it is no TOML: {error}") from error
    except ValidationError as error:
        raise StorageError("; ".join(_faults(error))) from error
    fingerprint = "".join(parsed.trust.fingerprint.split()).casefold()
    if fingerprint and len(fingerprint) != _FINGERPRINT_DIGITS:
        raise StorageError(
            f"trust.fingerprint has {len(fingerprint)} digits in place of {_FINGERPRINT_DIGITS}"
        )
    folders = [_place(file, folder) for folder in parsed.bundles.folders]
    return MachineSettings(
        file,
        _place(file, parsed.trust.root) if parsed.trust.root else None,
        fingerprint or None,
        tuple(dict.fromkeys([deployed_dir(), *folders])),
        parsed.bundles.look_every_minutes,
        frozenset(_forbidden(parsed)),
    )


def machine_settings_schema() -> str:
    """The JSON schema of the file, for editors and deployment tools."""
    schema = _MachineToml.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "machine.toml of the Procedures Reader"
    # Not the words of the class: the frozen program goes without these.
    schema["description"] = "Settings of the Procedures Reader for everybody on a computer."
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _forbidden(parsed: _MachineToml) -> list[Permission]:
    allowed = {
        Permission.ADD: parsed.bundles.who_may_add == "everyone",
        Permission.REMOVE: parsed.bundles.who_may_remove == "everyone",
        Permission.PRINT: parsed.paper.print,
        Permission.SAVE_PDF: parsed.paper.pdf,
        Permission.EXTRACT: parsed.paper.court_extracts,
        Permission.EXPORT: parsed.exports.files,
    }
    return [permission for permission, is_allowed in allowed.items() if not is_allowed]


def _place(file: Path, named: str) -> Path:
    """A path that the file names: variables filled in, and from the file's own folder where it is a relative one."""
    return file.parent / Path(os.path.expandvars(named)).expanduser()


def _faults(error: ValidationError) -> list[str]:
    found = []
    for fault in error.errors():
        name = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            found.append(f"there is no setting {name}")
        elif fault["type"] == "missing":
            found.append(f"{name} is missing")
        else:
            found.append(f"{name}: {fault['msg'][0].lower()}{fault['msg'][1:]}")
    return found
