"""Prints one SHA-256 over all files of a folder, with their paths."""

import hashlib
import sys
from pathlib import Path

folder, digest = Path(sys.argv[1]), hashlib.sha256()
for path in sorted(path for path in folder.rglob("*") if path.is_file()):
    digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
print(digest.hexdigest())
