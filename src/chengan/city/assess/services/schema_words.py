"""What a JSON schema refuses, said so that whoever edits a definition knows where and what."""

from collections.abc import Callable
from typing import Any, Final

from jsonschema.exceptions import ValidationError

from chengan.city.assess.messages import Message
from chengan.city.assess.messages import message as _


def said(fault: ValidationError, whole: str) -> Message:
    """Give where a definition is wrong (`whole` for all of it) and what would be right."""
    where = ".".join(map(str, fault.absolute_path)) or whole
    about = {"where": where, "fault": WORDS.get(str(fault.validator), _other)(fault)}
    return _("%(where)s: %(fault)s") % about


def _missing(fault: Any) -> Message:
    missing = [name for name in fault.validator_value if name not in fault.instance]
    return _("“%s” is missing") % ", ".join(missing)


def _unknown(fault: Any) -> Message:
    known = fault.schema.get("properties", {})
    about = {
        "names": ", ".join(str(name) for name in fault.instance if name not in known),
        "known": ", ".join(known),
    }
    return _("“%(names)s” is not known here; known are %(known)s") % about


def _missing_beside(fault: Any) -> Message:
    wanted = {each for names in fault.validator_value.values() for each in names}
    return _("“%s” is missing") % ", ".join(sorted(wanted - set(fault.instance)))


def _type(fault: Any) -> Message:
    given = fault.validator_value
    return _("must be of type %s") % (given if isinstance(given, str) else ", ".join(given))


def _enum(fault: Any) -> Message:
    return _("one of %s, please") % ", ".join(map(str, fault.validator_value))


def _empty(_fault: Any) -> Message:
    return _("must not be empty")


def _other(fault: Any) -> Any:
    return str(fault.message)[:200]


WORDS: Final[dict[str, Callable[[Any], Any]]] = {
    "required": _missing,
    "dependentRequired": _missing_beside,
    "additionalProperties": _unknown,
    "type": _type,
    "enum": _enum,
    "minLength": _empty,
    "minimum": lambda fault: _("at least %s") % str(fault.validator_value),
    "maximum": lambda fault: _("at most %s") % str(fault.validator_value),
    "exclusiveMinimum": lambda fault: _("more than %s") % str(fault.validator_value),
    "minItems": lambda fault: _("at least %s entries") % str(fault.validator_value),
    "maxItems": lambda fault: _("at most %s entries") % str(fault.validator_value),
    "pattern": lambda fault: _("must match %s") % str(fault.validator_value),
}
