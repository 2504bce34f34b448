"""`chengan user`: accounts from the command line."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from chengan.city.site.cli import running

app = typer.Typer(help="账号 · Accounts.", no_args_is_help=True)
DATA = typer.Option(None, help="数据目录 · data folder")


@app.command("list", help="列出账号 · List accounts and what they are granted.")
def show(data: Path | None = DATA) -> None:
    """Print one line an account."""
    running.connect(data)
    from chengan.city.places import api as places

    for line in places.account_lines():
        typer.echo(line)


@app.command("create", help="新建账号并授予角色 · Create an account with a role.")
def create(
    name: str,
    role: str = typer.Option(..., help="角色代码 · role code"),
    organisation: str = typer.Option(..., help="机构代码 · organisation code"),
    password: str = typer.Option(..., prompt=True, hide_input=True, confirmation_prompt=True),
    data: Path | None = DATA,
) -> None:
    """Create an account and grant it a role."""
    running.connect(data)
    from chengan.city.places import api as places

    try:
        places.create_account(
            username=name,
            password=password,
            role_code=role,
            organisation_code=organisation,
            by="command line",
            at=datetime.now(UTC),
        )
    except places.PlacesError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"已创建 · created {name}")


@app.command("password", help="重设密码 · Set an account's password.")
def password(
    name: str,
    new: str = typer.Option(..., "--password", prompt=True, hide_input=True),
    data: Path | None = DATA,
) -> None:
    """Set a password and lift a lock."""
    running.connect(data)
    from chengan.city.places import api as places

    try:
        places.set_password(username=name, password=new, by="command line")
    except places.PlacesError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"已重设 · set for {name}")
