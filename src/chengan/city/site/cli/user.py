"""`chengan user`: accounts from the command line."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import typer

from chengan.city.site.cli import running

BY = "command line"
app = typer.Typer(help="账号 · Accounts.", no_args_is_help=True)
NAME = typer.Argument(help="用户名 · user name")
ROLE = typer.Option(..., help="角色代码 · role code")
ORGANISATION = typer.Option(..., help="机构代码 · organisation code")
DATA = typer.Option(None, help="数据目录 · data folder")


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Print what the city refuses, and exit 1."""
    from chengan.city.places import api as places

    try:
        yield
    except places.PlacesError as error:
        typer.echo(f"✗ {error}", err=True)
        raise typer.Exit(1) from error


@app.command("list", help="列出账号 · List accounts and what they are granted.")
def show(data: Path | None = DATA) -> None:
    """Print one line an account."""
    running.connect(data)
    from chengan.city.places import api as places

    for line in places.account_lines():
        typer.echo(line)


@app.command("create", help="新建账号并授予角色 · Create an account with a role.")
def create(
    name: str = NAME,
    role: str = ROLE,
    organisation: str = ORGANISATION,
    password: str = typer.Option(
        ..., prompt=True, hide_input=True, confirmation_prompt=True,
        help="密码，不写则询问 · password, asked for when left out",
    ),
    data: Path | None = DATA,
) -> None:  # fmt: skip
    """Create an account and grant it a role."""
    running.connect(data)
    from chengan.city.places import api as places

    with _refusals():
        places.create_account(
            username=name,
            password=password,
            role_code=role,
            organisation_code=organisation,
            by=BY,
            at=datetime.now(UTC),
        )
    typer.echo(f"已创建 · created {name}")


@app.command("password", help="重设密码并解除登录锁定 · Set a password and lift a lock.")
def password(
    name: str = NAME,
    new: str = typer.Option(
        ..., "--password", prompt=True, hide_input=True,
        help="新密码，不写则询问 · new password, asked for when left out",
    ),
    data: Path | None = DATA,
) -> None:  # fmt: skip
    """Set a password and lift a lock."""
    running.connect(data)
    from chengan.city.places import api as places

    with _refusals():
        places.set_password(username=name, password=new, by=BY)
    typer.echo(f"已重设 · set for {name}")


@app.command("lock", help="停用账号，其会话即刻结束 · Close an account and end its sessions.")
def lock(name: str = NAME, data: Path | None = DATA) -> None:
    """Close an account."""
    _set_open(name, data, is_open=False)
    typer.echo(f"已停用 · locked {name}")


@app.command("unlock", help="启用账号并解除登录锁定 · Open an account and lift a lock.")
def unlock(name: str = NAME, data: Path | None = DATA) -> None:
    """Open an account, and lift the lock that failed sign-ins have set."""
    _set_open(name, data, is_open=True)
    typer.echo(f"已启用 · unlocked {name}")


def _set_open(name: str, data: Path | None, *, is_open: bool) -> None:
    running.connect(data)
    from chengan.city.places import api as places

    with _refusals():
        places.set_open(user=places.account(name), is_open=is_open, by=BY)


@app.command("grant", help="授予角色 · Give an account a role for an organisation.")
def grant(
    name: str = NAME,
    role: str = ROLE,
    organisation: str = ORGANISATION,
    data: Path | None = DATA,
) -> None:
    """Grant a role; twice is once."""
    running.connect(data)
    from chengan.city.places import api as places

    with _refusals():
        places.grant_role(username=name, role_code=role, organisation_code=organisation, by=BY)
    typer.echo(f"已授予 · granted {role} @ {organisation} → {name}")


@app.command("revoke", help="收回角色 · Take a role for an organisation from an account.")
def revoke(
    name: str = NAME,
    role: str = ROLE,
    organisation: str = ORGANISATION,
    data: Path | None = DATA,
) -> None:
    """Revoke a role."""
    running.connect(data)
    from chengan.city.places import api as places

    with _refusals():
        places.revoke_role(username=name, role_code=role, organisation_code=organisation, by=BY)
    typer.echo(f"已收回 · revoked {role} @ {organisation} ← {name}")
