"""Every command explains itself and each of its options in both languages."""

import re

import pytest
import typer.main

from chengan.city.site.cli.main import app

BOTH = re.compile(r"[\u4e00-\u9fff].* · .*[A-Za-z]", re.DOTALL)
EVERYWHERE = {"help"}


def commands(command=None, words=("chengan",)):
    """Every command that is shown, groups too, by what a person types."""
    command = command or typer.main.get_command(app)
    yield " ".join(words), command
    for name, inner in getattr(command, "commands", {}).items():
        if not inner.hidden:
            yield from commands(inner, (*words, name))


ALL = dict(commands())


def test_the_walk_finds_commands_within_groups():
    assert {"chengan up", "chengan user grant", "chengan import places"} <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_command_explains_itself_and_its_options_in_both_languages(name):
    said = {"": ALL[name].help or ""}
    said |= {each.name: getattr(each, "help", "") or "" for each in ALL[name].params}
    dumb = {key: text for key, text in said.items() if not BOTH.search(text)}
    assert {key: text for key, text in dumb.items() if key not in EVERYWHERE} == {}
