"""`visavis doctor`: what is misconfigured."""

import click

from visavis.cli.running import does, json_option


@click.command()
@json_option
@does("doctor:doctor", within="loaded")
def doctor() -> None:
    r"""Say what is misconfigured, in sentences, and what to do about it.

    What is wrong ends with status 1; hints do not.

    \b
    Example:
      visavis doctor
    """
