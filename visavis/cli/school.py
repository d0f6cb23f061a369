"""`visavis school`: its name, and who may sign in unasked."""

import click

from visavis.cli.running import does, json_option


@click.group()
def school() -> None:
    r"""Show and change the school: its name, and whose addresses may sign in.

    \b
    Example:
      visavis school set name="Northfield University" allowed_domains=northfield.edu
    """


@school.command()
@json_option
@does("school:show")
def show() -> None:
    r"""Show the school with all its settings, written as `set` takes them.

    \b
    Example:
      visavis school show
    """


@school.command("set")
@click.argument("pairs", nargs=-1, required=True, metavar="KEY=VALUE ...")
@json_option
@does("school:change")
def set_() -> None:
    r"""Change settings; all of them or, when one does not fit, none.

    Owners of an address at one of the `allowed_domains` may sign in without being on any list.
    `none` takes them all away. `email_codes=no` needs an identity provider that has let somebody
    in; `email_codes=yes` always works, and brings codes back when the school's sign-in is broken.

    \b
    Examples:
      visavis school set name="Northfield University"
      visavis school set "allowed_domains=northfield.edu|students.northfield.edu"
    """
