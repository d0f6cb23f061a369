"""A provider-first community, and short ways to plan, apply and read back."""

from datetime import UTC, datetime

import pytest

from visavis.core.history import Actor
from visavis.imports import queries
from visavis.imports.actions import apply_import, plan_import
from visavis.setup.actions import found_community

ADMIN = Actor(None, "Ada Admin")
NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)


class School:
    """One community, spoken to in files."""

    def __init__(self, community):
        self.community = community

    def plan(self, kind, content, *, mode="merge", **more):
        body = content if isinstance(content, bytes) else content.encode()
        return plan_import(
            self.community,
            kind=kind,
            mode=mode,
            file_name=f"{kind}.csv",
            content=body,
            actor=ADMIN,
            **more,
        )

    def apply(self, kind, content, *, mode="merge", skip_bad_rows=False, confirmed=True):
        run = self.plan(kind, content, mode=mode)
        assert run.state == "planned", run.refused_message
        return apply_import(
            run, actor=ADMIN, now=NOW, skip_bad_rows=skip_bad_rows, confirmed=confirmed
        )

    def export(self, kind):
        return "".join(queries.export_csv(self.community, kind))

    def rows(self, kind):
        """The export's lines without the header, sorted."""
        return sorted(self.export(kind).split("\r\n")[1:-1])


def counts(run):
    """The plan's (added, changed, removed, unchanged)."""
    told = queries.report(run, skip_bad_rows=True)
    return tuple(told[name] for name in ("added", "changed", "removed", "unchanged"))


def problems(run):
    """Every error and warning as (severity, line, column, value, code)."""
    return [
        (issue.severity, issue.line, issue.column, issue.value, issue.code)
        for issue in queries.issues(run)
    ]


@pytest.fixture
def school(db):
    community = found_community(
        slug="peers",
        name="Peer Mentoring",
        preset="provider-first",
        timezone="America/Chicago",
        by=ADMIN,
    )
    return School(community)


@pytest.fixture
def other_school(db):
    community = found_community(
        slug="lab",
        name="Learning Lab",
        preset="course-first",
        timezone="America/Chicago",
        by=ADMIN,
    )
    return School(community)
