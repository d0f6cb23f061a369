"""`visavis serve`, `worker` and `migrate`, started as people start them."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from django.db import connection

from tests.cli.load import ANSWERED, REFUSED, Clients
from visavis.cli.work.serving import web_processes

ADD_ANN = (
    "import django; django.setup();"
    "from visavis.people.models import User; User.objects.create(email='ann@else.test')"
)


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def static_folder(tmp_path_factory):
    """Gathering the files takes seconds; who comes first does it for all."""
    return tmp_path_factory.mktemp("static")


@pytest.fixture
def environment(transactional_db, tmp_path, static_folder):
    """A data folder of our own; on PostgreSQL the test database, which is migrated."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "EMAIL_URL", "PORT")}
    environment = kept | {
        "VISAVIS_DATA": str(tmp_path),
        "VISAVIS_STATIC": str(static_folder),
        "VISAVIS_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "visavis.config.settings",
    }
    if connection.vendor == "postgresql":
        told = connection.settings_dict
        person = f"{told['USER']}:{told['PASSWORD']}"
        place = f"{told['HOST']}:{told['PORT']}/{told['NAME']}"
        environment["DATABASE_URL"] = f"postgres://{person}@{place}"
    return environment


def visavis(*arguments, environment):
    command = [sys.executable, "-m", "visavis.cli.main", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=180, check=False
    )


def wait_for(find, *, seconds=120):
    """What `find` answers as soon as it is something; fails when that takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(URLError, ConnectionError):
            if found := find():
                return found
        time.sleep(0.1)
    raise AssertionError(f"Nothing came within {seconds} seconds.")


def children_of(pid):
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    listed = " ".join(thread.read_text() for thread in threads).split()
    return {int(child): Path(f"/proc/{child}/cmdline").read_text() for child in listed}


def is_alive(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def write_down(*arguments, environment):
    return json.loads(visavis(*arguments, "--json", environment=environment).stdout)


def find_worker(pid):
    return next((c for c, line in children_of(pid).items() if "\0worker\0" in line), None)


@pytest.fixture
def served(environment, port):
    visavis("migrate", environment=environment)
    subprocess.run([sys.executable, "-c", ADD_ANN], env=environment, check=True)
    command = [sys.executable, "-m", "visavis.cli.main", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    yield process
    if process.poll() is None:
        process.terminate()
        process.wait(15)


def test_serve_answers_delivers_mail_replaces_its_worker_and_ends(served, environment, port):
    site = f"http://127.0.0.1:{port}"
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    assert wait_for(lambda: browser.open(f"{site}/healthz").read()) == b"ok"

    page = browser.open(f"{site}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    typed = urlencode({"csrfmiddlewaretoken": token, "email": "ann@else.test"}).encode()
    browser.open(f"{site}/accounts/login/", typed)
    mails = Path(environment["VISAVIS_DATA"], "mail")
    [mail] = wait_for(lambda: list(mails.glob("*.log")))
    assert "is your code to sign in" in wait_for(mail.read_text)

    first = find_worker(served.pid)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: find_worker(served.pid) not in (None, first))

    everybody = [served.pid, *children_of(served.pid)]
    started = time.monotonic()
    served.send_signal(signal.SIGTERM)
    assert served.wait(15) == 0
    assert time.monotonic() - started < 8
    wait_for(lambda: not any(is_alive(pid) for pid in everybody), seconds=5)


def test_serve_that_is_killed_leaves_nobody_behind_and_the_port_free(served, port):
    site = f"http://127.0.0.1:{port}"
    assert wait_for(lambda: build_opener().open(f"{site}/healthz").read()) == b"ok"
    wait_for(lambda: find_worker(served.pid))
    family = children_of(served.pid)
    served.kill()
    served.wait(15)
    wait_for(lambda: not any(is_alive(pid) for pid in family), seconds=15)
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_serve_that_is_told_to_end_under_load_loses_no_request(served, port):
    site = f"http://127.0.0.1:{port}"
    assert wait_for(lambda: build_opener().open(f"{site}/readyz").read()) == b"ready"
    clients = Clients(port, "/accounts/login/")
    clients.start()
    wait_for(lambda: clients.ends[ANSWERED] > 40)
    served.send_signal(signal.SIGTERM)
    refusal = wait_for(lambda: readiness(site))
    assert refusal == (503, b"The server is stopping.\n")
    answered = clients.ends[ANSWERED]
    wait_for(lambda: clients.ends[ANSWERED] > answered)  # still served while it says so
    assert served.wait(40) == 0
    clients.stop()
    assert clients.statuses.keys() == {200}
    assert set(clients.ends) <= {ANSWERED, REFUSED}, clients.ends


def readiness(site):
    """What /readyz says once it is not "ready" any more."""
    try:
        build_opener().open(f"{site}/readyz").read()
    except HTTPError as error:
        return error.code, error.read()
    return None


def test_the_figures_of_all_processes_are_told_by_any_of_them(served, port):
    site = f"http://127.0.0.1:{port}"
    assert wait_for(lambda: build_opener().open(f"{site}/readyz").read()) == b"ready"
    for _ in range(12):  # by several processes: each connection goes to one of them
        build_opener().open(f"{site}/accounts/login/").read()

    def asked():
        told = build_opener().open(f"{site}/metrics").read().decode()
        pages = re.search(
            r'requests_total{method="GET",route="account_login",status="200"} (\S+)', told
        )
        jobs = re.search(r'visavis_jobs_total{job="visavis[^"]+",outcome="done"} ', told)
        return (float(pages.group(1)), bool(jobs)) if pages and jobs else None

    # The worker has counted, too.
    assert wait_for(asked) == (12.0, True)


def threads_that_answer(pid):
    answering = [child for child, line in children_of(pid).items() if "spawn_main" in line]
    return {int(task.name) for child in answering for task in Path(f"/proc/{child}/task").iterdir()}


@pytest.mark.long
def test_threads_without_requests_stay_for_the_next(served, port):
    site = f"http://127.0.0.1:{port}"
    assert wait_for(lambda: build_opener().open(f"{site}/readyz").read()) == b"ready"
    clients = Clients(port, "/accounts/login/")
    clients.start()
    wait_for(lambda: clients.ends[ANSWERED] > 100)
    clients.stop()
    time.sleep(15)  # whatever else the server has begun for them is over
    before = threads_that_answer(served.pid)
    assert len(before) > 8
    time.sleep(25)  # granian's own patience is half a minute
    assert before - threads_that_answer(served.pid) == set()


def test_a_job_that_runs_when_the_server_is_told_to_end_is_finished(environment, port, tmp_path):
    visavis("migrate", environment=environment)
    begun, done = tmp_path / "begun", tmp_path / "done"
    enqueue = (
        "import django; django.setup();"
        "from tests.core.watched_jobs import dawdle;"
        f"dawdle.enqueue({str(begun)!r}, {str(done)!r}, 3)"
    )
    subprocess.run([sys.executable, "-c", enqueue], env=environment, check=True)
    command = [sys.executable, "-m", "visavis.cli.main", "serve", "--port", str(port)]
    process = subprocess.Popen([*command, "--stop-delay", "0"], env=environment)
    wait_for(begun.exists)
    process.send_signal(signal.SIGTERM)
    assert process.wait(40) == 0
    assert done.read_text() == "once"


def test_a_worker_tells_beside_that_it_lives_and_its_figures(environment, port):
    visavis("migrate", environment=environment)
    command = [sys.executable, "-m", "visavis.cli.main", "worker", "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    site = f"http://127.0.0.1:{port}"
    try:
        assert wait_for(lambda: build_opener().open(f"{site}/healthz").read()) == b"ok"
        told = build_opener().open(f"{site}/metrics").read().decode()
        assert "visavis_jobs_waiting" in told
        with pytest.raises(HTTPError):
            build_opener().open(f"{site}/accounts/login/")
    finally:
        process.terminate()
        assert process.wait(15) == 0


def test_a_port_in_use_gets_a_sentence(environment, port):
    visavis("migrate", environment=environment)
    with socket.create_server(("127.0.0.1", port)):
        answer = visavis("serve", "--port", str(port), environment=environment)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"Port {port} on 127.0.0.1 cannot be used")


def test_what_is_booked_is_told_by_the_worker_inside_serve(served, environment):
    visavis("demo", environment=environment)
    where = ("--community", "peer-mentoring", "--service", "All available Peer Mentoring")
    slot = write_down("slots", *where, environment=environment)["slots"][-1]
    who = ("--student", "jordan.lee@demo.visavis.test", "--provider", slot["providers"][0])
    booked = write_down("book", *where, *who, "--start", slot["start"], environment=environment)
    folder = Path(environment["VISAVIS_DATA"], "mail")

    def find_invitations():
        texts = [file.read_text() for file in folder.glob("*.log")]
        found = [text for text in texts if f"UID:{booked['booking']}@visavis" in text]
        return found if len(found) == 2 else None

    for text in wait_for(find_invitations):
        assert "METHOD:REQUEST" in text
        assert "Auto-Submitted: auto-generated" in text


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_a_database_that_does_not_answer_gets_a_sentence(environment, command, port):
    nowhere = environment | {"DATABASE_URL": f"postgres://x:secret@127.0.0.1:{port}/x"}
    answer = visavis(command, environment=nowhere)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("The database does not answer")
    assert "Traceback" not in answer.stderr
    assert "secret" not in answer.stderr


def test_migrating_twice_does_no_harm(environment):
    visavis("migrate", environment=environment)
    answer = visavis("migrate", environment=environment)
    assert (answer.returncode, answer.stdout) == (0, "The database was up to date already.\n")


def test_a_worker_ends_when_its_parent_is_gone(environment):
    visavis("migrate", environment=environment)
    answer = visavis("worker", "--parent", "1", environment=environment)
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize(("processors", "processes"), [(1, 1), (2, 2), (4, 4), (64, 4)])
def test_a_process_a_processor_serves_and_four_at_most(monkeypatch, processors, processes):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(processors)), raising=False)
    monkeypatch.setattr("visavis.cli.work.serving.AFFINITY", True)
    assert web_processes() == processes


def test_where_processors_cannot_be_had_one_by_one_the_machine_counts(monkeypatch):
    monkeypatch.setattr("visavis.cli.work.serving.AFFINITY", False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert web_processes() == 1
