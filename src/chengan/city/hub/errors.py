"""What the hub refuses.

HubError
├── AlreadyHandled      a quarantined item is already replayed or discarded
├── NothingToReplay     an item that keeps no readings to send again
├── ReasonMissing       an item is discarded without a word why
├── NotAuthentic        a token that opens nothing
├── WrongSource         a token that opens another source than the one addressed
├── FormatUnknown       a Content-Type that nobody decodes
├── EncodingUnknown     a Content-Encoding that is not offered
├── EncodingTorn        a compressed body that can't be read to its end
├── TooLarge            a body above the limit, as sent or once unpacked
├── TooFarBehind        the log holds more unread messages than may wait
├── LogUnreachable      the durable log did not acknowledge in time
├── RoadClosed          NATS did not open the MQTT road
└── CredentialsRefused  NATS would not take the list of device accounts
"""


class HubError(Exception):
    """Base of the hub's refusals."""


class AlreadyHandled(HubError):
    """Somebody replayed or discarded the quarantined item first."""


class NothingToReplay(HubError):
    """The item keeps no readings, so nothing can be sent again."""


class ReasonMissing(HubError):
    """Whoever discards data says why."""


class NotAuthentic(HubError):
    """The token is missing, wrong or revoked."""


class WrongSource(HubError):
    """The token opens another source than the one addressed."""


class FormatUnknown(HubError):
    """The Content-Type is not one that is decoded."""


class EncodingUnknown(HubError):
    """The Content-Encoding is not one that is offered."""


class EncodingTorn(HubError):
    """The compressed body ends early, or is not of its encoding."""


class TooLarge(HubError):
    """The body is above the limit, as sent or once unpacked."""


class TooFarBehind(HubError):
    """More messages wait in the log than may; the sender tries again later."""


class LogUnreachable(HubError):
    """The log did not acknowledge in time; the message may be sent again."""


class RoadClosed(HubError):
    """NATS did not open the MQTT road."""


class CredentialsRefused(HubError):
    """NATS would not take the list of device accounts; the old one still holds."""
