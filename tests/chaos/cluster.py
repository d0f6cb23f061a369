"""A PostgreSQL server of its own, in one machine of the street; gone with everything afterwards."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.network import Machine

NAME = "visavis"


def binaries() -> Path | None:
    """Where the newest server that is installed has its programs."""

    def version(folder: Path) -> float:
        return float(folder.parent.name)

    found = sorted(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")), key=version
    )
    return found[-1] if found else None


@contextmanager
def cluster(machine: Machine) -> Iterator[str]:
    """A server that listens at the machine's address, with one empty database: its address."""
    programs = binaries()
    if programs is None:
        raise RuntimeError("No PostgreSQL server is installed: install the package “postgresql”.")
    folder = Path(tempfile.mkdtemp(prefix="visavis-chaos-"))
    shutil.chown(folder, "postgres")
    data = folder / "data"

    def carry_out(*command: str) -> None:
        _carry_out(machine.inside(["runuser", "-u", "postgres", "--", *command]), folder)

    try:
        carry_out(f"{programs}/initdb", "-D", f"{data}", "-A", "trust", "-E", "UTF8", "--no-sync")
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.77.0.0/24 trust\n")
        # Nobody stops this server, so it need not wait for the disk.
        at = f"-c listen_addresses={machine.address} -c unix_socket_directories={folder}"
        start = ("-D", f"{data}", "-l", f"{folder}/log", "-w", "-o", f"{at} -c fsync=off")
        carry_out(f"{programs}/pg_ctl", *start, "start")
        try:
            carry_out(f"{programs}/createdb", "-h", machine.address, NAME)
            yield f"postgres://postgres@{machine.address}:5432/{NAME}"
        finally:
            carry_out(f"{programs}/pg_ctl", "-D", f"{data}", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _carry_out(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"`{' '.join(command)}` failed: {done.stderr.strip()}")
