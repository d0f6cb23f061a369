"""Says whether a PostgreSQL server answers, so that `make test` can use it or say why not."""

import sys

import psycopg


def main(url: str) -> int:
    """Exit status 0 when the server of this address answers, with one clear line otherwise."""
    server = url.rsplit("/", 1)[0] + "/postgres"
    try:
        psycopg.connect(server, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        print(f"SKIPPED: the suite on PostgreSQL; no server answers at {server}: {reason}")  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
