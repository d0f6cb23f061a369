"""`visavis doctor`: what is misconfigured."""

import click

from visavis.cli.running import does, json_option


@click.command()
@click.option(
    "--deploy",
    is_flag=True,
    help="Look at everything that guards people on a public host, and say what is fine too.",
)
@json_option
@does("doctor:doctor", within="loaded")
def doctor() -> None:
    r"""Say what is misconfigured, in sentences, and what to do about it.

    What is wrong ends with status 1; hints do not.

    \b
    Examples:
      visavis doctor
      visavis doctor --deploy
    """
