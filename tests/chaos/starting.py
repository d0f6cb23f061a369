"""Builds the street and the server, and starts the supervisor at the switch."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

from tests.chaos.cluster import cluster
from tests.chaos.network import Street

MACHINES = {"web1": 11, "web2": 12, "web3": 13, "worker1": 21, "worker2": 22}
ROOT = Path(__file__).resolve().parents[2]


def carry_out(seconds: float, students: int, seed: int) -> dict:
    """One run in a street of its own, which is gone afterwards; its figures."""
    load = os.getloadavg()[0]
    with Street(f"vv{secrets.token_hex(3)}") as street:
        database = street.machine("database", 2)
        machines = [street.machine(name, number) for name, number in MACHINES.items()]
        with cluster(database) as url:
            wanted = {"seconds": seconds, "students": students, "seed": seed}
            told = {"street": street.name, "wanted": wanted}
            told["machines"] = [[one.name, one.address] for one in (database, *machines)]
            command = street.switch.inside([sys.executable, "-m", "tests.chaos.supervisor"])
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
                input=json.dumps(told) + "\n",
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
    return {"load": load, **json.loads(done.stdout)}
