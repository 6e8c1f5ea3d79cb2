"""What a change of a trust file means, in sentences for those who are asked to sign it."""

from __future__ import annotations

from securesystemslib.signer import Key
from tuf.api.metadata import Root, Targets

from reader.bundle.metadata import holder_of
from reader.domain.manual import day
from reader.publish.trust_chain import keys_of, role_title, roles_of


def describe_changes(before: Root | Targets | None, after: Root | Targets) -> tuple[str, ...]:
    """What a file would change, in sentences for those who are asked to sign it."""
    old_roles = roles_of(before) if before is not None else {}
    new_roles = roles_of(after)
    old_keys, new_keys = keys_of(before) if before is not None else {}, keys_of(after)
    found: list[str] = []
    for name in sorted({*old_roles, *new_roles}):
        title = role_title(name)
        old, new = old_roles.get(name), new_roles.get(name)
        if new is None:
            found.append(f"{title}: taken out")
            continue
        old_ids = old.keyids if old else []
        found += [f"{title}: adds {_named(new_keys[id_])}" for id_ in new.keyids if id_ not in old_ids]
        found += [f"{title}: withdraws {_named(old_keys[id_])}" for id_ in old_ids if id_ not in new.keyids]
        found += [
            f"{title}: key {id_[:12]} is to be shown as held by “{holder_of(new_keys[id_])}”, not by"
            f" “{holder_of(old_keys[id_])}”"
            for id_ in new.keyids
            if id_ in old_ids and holder_of(new_keys[id_]) != holder_of(old_keys[id_])
        ]
        if new.keyids and (old is None or old.threshold != new.threshold):
            found.append(f"{title}: {new.threshold} of {len(new.keyids)} must sign")
    if before is not None and before.expires != after.expires:
        found.append(f"to be renewed by {day(after.expires.date())}, instead of {day(before.expires.date())}")
    return tuple(found) or ("names nobody yet" if before is None else "nothing but new signatures",)


def _named(key: Key) -> str:
    return f"{holder_of(key)} (key {key.keyid[:12]})"
