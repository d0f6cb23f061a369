"""A backup told differently, and right by its own account all the same."""

import hashlib
import json
import zipfile
from pathlib import Path


def retold(
    path: Path, *, to: Path | None = None, change=(), manifest: dict | None = None
) -> zipfile.ZipFile:
    """The backup, open; with `to`, another in which (table, row, column, value) are changed."""
    found = zipfile.ZipFile(path)
    if to is None:
        return found
    members = {name: found.read(name) for name in found.namelist()}
    told = json.loads(members["manifest.json"]) | (manifest or {})
    for table, row, column, value in [change] if isinstance(change, tuple) and change else change:
        entry = next(entry for entry in told["tables"] if entry["name"] == table)
        lines = members[f"tables/{table}.jsonl"].splitlines()
        values = json.loads(lines[row])
        values[entry["columns"].index(column)] = value
        lines[row] = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        members[f"tables/{table}.jsonl"] = b"\n".join([*lines, b""])
        entry["sha256"] = hashlib.sha256(members[f"tables/{table}.jsonl"]).hexdigest()
    members["manifest.json"] = json.dumps(told).encode()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return zipfile.ZipFile(to)
