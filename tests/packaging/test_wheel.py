"""What is given to a school's IT: one file that is installed and runs, without Node and make."""

import os
import re
import socket
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path
from urllib.error import URLError
from urllib.request import build_opener

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).parent / "uv"


def run(*command, **named):
    """Run it to its end; what it said is shown when it fails."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **named
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with the wheel and the sources, made as `make wheel` makes them."""
    if not UV.exists():
        lack = pytest.fail if os.environ.get("VISAVIS_TEST_EVERYTHING") else pytest.skip
        lack("no uv beside this Python: the wheel is built with it")
    folder = tmp_path_factory.mktemp("built")
    run(UV, "build", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """A new environment with the wheel in it, and the versions of the lock file."""
    venv = tmp_path_factory.mktemp("fresh") / "venv"
    run(UV, "venv", "--python", sys.executable, venv)
    install = (UV, "pip", "install", "--python", venv / "bin/python")
    run(*install, "--require-hashes", "-r", ROOT / "requirements/base.txt")
    [wheel] = built.glob("*.whl")
    run(*install, "--no-deps", wheel)
    return venv


@pytest.fixture
def environment(installed, tmp_path):
    """Nothing of this machine but the new environment: no Node, no make, no settings."""
    return {"PATH": f"{installed}/bin", "HOME": str(tmp_path), "VISAVIS_DEMO": "1"}


def test_the_wheel_has_what_runs_and_nothing_else(built):
    [wheel] = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"visavis", "visavis-0.1.0.dist-info"}
    for wanted in (
        "visavis/web/ui/static/dist/app.css",
        "visavis/web/ui/static/dist/app.js",
        "visavis/web/ui/templates/500.html",
        "visavis/core/migrations/0001_initial.py",
    ):
        assert wanted in names
    if (ROOT / ".git").exists():
        assert set(run("git", "ls-files", "visavis", cwd=ROOT).split()) - set(names) == set()


def test_the_sources_can_be_built_without_node(built):
    [sources] = built.glob("*.tar.gz")
    with tarfile.open(sources) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "requirements/base.in", "requirements/base.txt"} <= names
    assert "visavis/web/ui/static/dist/app.css" in names
    unwanted = (".venv", "node_modules", "data", ".git")
    assert not [name for name in names if name.startswith(unwanted)]


def test_installed_it_makes_the_demo_and_serves_it(environment, tmp_path):
    command = Path(environment["PATH"]) / "visavis"
    run(command, "demo", env=environment, cwd=tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = subprocess.Popen(
        [str(command), "serve", "--port", str(port), "--workers", "1"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    try:
        page = fetch(f"http://127.0.0.1:{port}/accounts/login/", served).decode()
        assert "Jordan" in page
        [sheet] = re.findall(r'href="(/static/dist/app\.[0-9a-f]+\.css)"', page)
        assert len(fetch(f"http://127.0.0.1:{port}{sheet}", served)) > 10_000
    finally:
        served.terminate()
        assert served.wait(40) == 0


def fetch(address, served):
    """What is there, as soon as the server answers."""
    end = time.monotonic() + 180
    while time.monotonic() < end and served.poll() is None:
        try:
            with build_opener().open(address) as answer:
                assert answer.status == 200
                return answer.read()
        except (URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"Nothing came from {address}.")
