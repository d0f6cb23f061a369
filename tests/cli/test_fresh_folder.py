"""The real command in a process of its own: an empty folder, and machines that are not right."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

CREATE = ("community", "create", "--slug", "writing", "--name", "Writing Centre")
COURSE_FIRST = ("--preset", "course-first", "--timezone", "America/New_York")
KEPT = ("PATH", "HOME", "LANG")


@pytest.fixture
def visavis(tmp_path):
    """Run the command with an empty data folder and nothing else in its environment."""

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "visavis.cli.main", *arguments],
            env={
                **{name: os.environ[name] for name in KEPT if name in os.environ},
                "VISAVIS_DATA": str(tmp_path / "data"),
                **environment,
            },
            capture_output=True,
            check=False,
        )

    return run


def test_command_makes_an_empty_folder_ready_by_itself(visavis, tmp_path):
    made = visavis(*CREATE, *COURSE_FIRST)
    assert (made.returncode, made.stderr) == (0, b"")
    listed = visavis("community", "list", "--json")
    assert [row["slug"] for row in json.loads(listed.stdout)["communities"]] == ["writing"]
    data = tmp_path / "data"
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (data / "visavis.sqlite3").exists()


def test_several_commands_may_come_first_at_once(visavis):
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: visavis("community", "list"), range(3)))
    assert [(answer.returncode, answer.stderr) for answer in answers] == [(0, b"")] * 3


def test_folder_with_odd_letters_is_a_folder(visavis, tmp_path):
    answer = visavis("community", "list", VISAVIS_DATA=str(tmp_path / "my data?#%20é"))
    assert (answer.returncode, answer.stderr) == (0, b"")


def test_folder_is_made_where_the_key_comes_from_outside(visavis):
    assert visavis("community", "list", SECRET_KEY="k" * 60).returncode == 0


def test_help_touches_nothing(visavis, tmp_path):
    assert visavis("--help").returncode == 0
    assert visavis("hours", "add", "--help").returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://a:secret@b/c"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://a:secret@h:port/c"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://a:secret@127.0.0.1:1/c"}, "does not answer"),
        ({"DATABASE_URL": "sqlite:////dev/null/x/y.db"}, "/dev/null/x"),
        ({"DATABASE_URL": "sqlite:////etc/passwd"}, "not a database"),
        ({"VISAVIS_DATA": "/dev/null/data"}, "VISAVIS_DATA"),
        ({"VISAVIS_DATA": "/dev/null/data", "SECRET_KEY": "k" * 60}, "VISAVIS_DATA"),
        ({"SECRET_KEY_FILE": "/no/such/file"}, "SECRET_KEY_FILE"),
        ({"ALLOWED_HOSTS": "support.uni.test"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": "support.uni.test", "VISAVIS_DEMO": "1"}, "VISAVIS_DEMO"),
        ({"VISAVIS_DEMO": "maybe"}, "VISAVIS_DEMO"),
        ({"EMAIL_URL": "nonsense"}, "EMAIL_URL"),
        ({"TRUSTED_PROXY_COUNT": "two"}, "TRUSTED_PROXY_COUNT"),
    ],
)
def test_machine_that_is_not_right_gets_one_sentence(visavis, environment, word):
    answer = visavis("community", "list", **environment)
    told = answer.stderr.decode()
    assert (answer.returncode, answer.stdout) == (1, b"")
    assert word in told
    assert "secret" not in told
    assert len(told.strip().splitlines()) == 1


def test_refusal_of_the_machine_is_json_too(visavis):
    answer = visavis("community", "list", "--json", DATABASE_URL="nonsense")
    assert (answer.returncode, answer.stderr) == (1, b"")
    assert json.loads(answer.stdout)["refused"] == "misconfigured"


def test_argument_that_is_no_text_is_wrong_usage(visavis):
    answer = visavis("community", "show", b"caf\xe9")
    assert answer.returncode == 2
    assert answer.stderr.decode() == "Argument 3 is not UTF-8 text. Write it in UTF-8.\n"


def test_terminal_without_unicode_is_answered_all_the_same(visavis):
    visavis(*CREATE[:-1], "Büro für Schreiben", *COURSE_FIRST)
    latin = visavis("community", "list", PYTHONIOENCODING="ascii")
    assert (latin.returncode, b"Traceback" in latin.stderr) == (0, False)
    named = visavis("community", "list", "--json", PYTHONIOENCODING="ascii")
    assert json.loads(named.stdout)["communities"][0]["name"] == "Büro für Schreiben"


def test_names_cannot_steer_the_terminal(visavis):
    visavis(*CREATE[:-1], "Red \x1b[31m Centre", *COURSE_FIRST)
    assert b"\x1b" not in visavis("community", "list").stdout
