"""Lists and exports are read from a copy where there is one; what somebody just did is not."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_marked_pages_read_the_copy_and_their_author_the_first(tmp_path):
    first, copy = tmp_path / "first.sqlite3", tmp_path / "copy.sqlite3"
    environment = os.environ | {
        "VISAVIS_DATA": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{first}",
        "REPLICA_DATABASE_URL": f"sqlite:///{copy}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    script = [sys.executable, "-m", "tests.web.ui.replica_script", str(first), str(copy)]
    done = subprocess.run(
        script, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    # The door and the session ask the first; the page itself is the copy's.
    assert told["before"] == {
        "students": ["200", "Fromcopy", "default", "replica"],
        "export": ["200", "Fromcopy", "default", "replica"],
        "history": ["200", "default", "replica"],
        "history file": ["200", "default", "replica"],
        "settings": ["200", "default"],
    }
    assert told["after a form"] == {
        "students": ["200", "Fromfirst", "default"],
        "export": ["200", "Fromfirst", "default"],
        "history": ["200", "default"],
        "history file": ["200", "default"],
        "settings": ["200", "default"],
    }
