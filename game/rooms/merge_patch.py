"""The difference of two objects of the protocol as a JSON merge patch (RFC 7396)."""

from collections.abc import Mapping

from msgspec import UNSET, Struct, to_builtins

from game.protocol.fields import Json, Patch


def merge_patch(old: Struct, new: Struct) -> Patch:
    """What turns `old` into `new`: changed keys, null for those that are gone; empty when they are equal."""
    patch: Patch = {}
    gone: list[str] = []
    for key in new.__struct_fields__:
        before, value = getattr(old, key), getattr(new, key)
        if before == value:
            continue
        if value is UNSET:
            gone.append(key)
        else:
            patch[key] = _change(before, value)
    for key in gone:
        patch[key] = None
    return patch


def _change(before: object, value: object) -> Json:
    """The patch of one key whose value is another now."""
    if isinstance(value, Struct) and isinstance(before, Struct):
        return merge_patch(before, value)
    if isinstance(value, dict) and isinstance(before, dict):
        return mapping_patch(before, value)
    return plain(value)


def mapping_patch(old: Mapping[str, object], new: Mapping[str, object]) -> Patch:
    """As `merge_patch`, for objects with any keys."""
    patch: Patch = {}
    for key, value in new.items():
        if key not in old:
            patch[key] = plain(value)
        elif old[key] != value:
            patch[key] = _change(old[key], value)
    for key in old:
        if key not in new:
            patch[key] = None
    return patch


def plain(value: object) -> Json:
    """A value of the protocol as JSON has it."""
    found: Json = to_builtins(value)
    return found


def plain_object(value: Struct) -> Patch:
    """An object of the protocol as JSON has it."""
    found: Patch = to_builtins(value)
    return found


def apply_patch(target: Patch, patch: Patch) -> Patch:
    """`target` with a merge patch applied, as a new object."""
    result = dict(target)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            inner = result.get(key)
            result[key] = apply_patch(inner if isinstance(inner, dict) else {}, value)
        else:
            result[key] = value
    return result
