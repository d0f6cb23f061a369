"""`visavis demo`: a school to try everything with."""

import click

from visavis.cli.running import does, json_option


@click.command()
@click.option("--remove", is_flag=True, help="Take the demo school away, and nothing else.")
@click.option("--if-empty", is_flag=True, help="Only where no community has been made yet.")
@json_option
@does("demo:demo")
def demo() -> None:
    r"""Make the demo school: Peer Mentoring and a Learning Centre, with people, hours and meetings.

    Twice makes one. Sign in as jordan.lee@demo.visavis.test (student), talia.k@demo.visavis.test
    (mentor) or admin@demo.visavis.test; with VISAVIS_DEMO=1 one click does it.

    \b
    Examples:
      visavis demo
      visavis demo --remove
    """
