"""`make audit` never calls safe what nobody was asked about."""

import json
import shutil
from importlib.metadata import PackageNotFoundError, version

import pytest

from tests import audit
from tests.audit import FINE, UNKNOWN, WEAK, Asked, read_frontend, read_python, worst

GOOD = {"name": "django", "version": "5.2.9", "vulns": []}
SKIPPED = {"name": "click", "skip_reason": "Dependency not found and could not be audited"}
BAD = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"], "aliases": [], "description": "…"}],
}


def python(*found):
    return read_python("Python", json.dumps({"dependencies": found}), "", len(found))


def test_all_that_was_asked_about_is_fine():
    answer = python(GOOD, GOOD)
    assert (answer.status, answer.sentences) == (
        FINE,
        ["Python: 2 packages, no weakness is known."],
    )


def test_package_that_was_skipped_is_not_called_safe():
    answer = python(GOOD, SKIPPED)
    assert answer.status == UNKNOWN
    assert "could not be reached for 1 of 2 packages" in answer.sentences[0]


def test_known_weakness_is_named_with_what_mends_it():
    answer = python(GOOD, BAD, SKIPPED)
    assert answer.status == WEAK
    assert answer.sentences == ["Python: pillow 1.0 has PYSEC-1; mended in 1.1."]


@pytest.mark.parametrize("out", ["", "no JSON", "{}"])
def test_service_that_does_not_answer_is_said_plainly(out):
    answer = read_python("Python", out, "Traceback\nConnectionError: no route", 60)
    assert (answer.status, answer.asked, answer.all) == (UNKNOWN, 0, 60)
    assert answer.sentences[0].endswith("It said: ConnectionError: no route")
    assert read_frontend(out, "npm error audit endpoint returned an error", 9).status == UNKNOWN


def test_weakness_of_the_front_end_is_named():
    told = {"vulnerabilities": {"braces": {"range": "<3", "severity": "high"}}}
    answer = read_frontend(json.dumps(told), "", 9)
    assert answer.sentences == ["Front end: braces <3 has a weakness (high)."]
    assert read_frontend('{"vulnerabilities": {}}', "", 9).status == FINE


def test_weakness_outweighs_silence():
    fine, weak, silent = Asked("a", 1, 1), Asked("b", 1, 1, ("x",)), Asked("c", 0, 1)
    assert [worst(one) for one in ([fine], [fine, silent], [silent, weak])] == [0, 2, 1]


def test_lists_name_every_package_that_is_locked(tmp_path, monkeypatch):
    try:
        version("cyclonedx-bom")
    except PackageNotFoundError:
        pytest.skip("no cyclonedx-bom here: `make audit` brings it")
    monkeypatch.setattr(audit, "BUILD", tmp_path)
    listed = json.loads(audit.write_python_list("base").read_text())
    assert listed["bomFormat"] == "CycloneDX"
    names = {one["name"].lower() for one in listed["components"]}
    assert {"django", "django-allauth", "pillow"} <= names
    assert len(listed["components"]) == audit.count_locked("base")
    assert all(
        one["externalReferences"][0].get("hashes") or one.get("hashes")
        for one in listed["components"]
    )
    if shutil.which("npm"):
        front = json.loads(audit.write_frontend_list().read_text())
        assert {"tailwindcss", "esbuild", "daisyui"} <= {one["name"] for one in front["components"]}
