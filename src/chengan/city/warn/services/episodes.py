"""The episodes of an alarm: each datastream's time beyond its limits, or out of order."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chengan.city.sense import api as sense
from chengan.city.warn.models import Alarm, Episode, Severity


@dataclass(frozen=True)
class News:
    """What a fact of the runner says; value and limit in SI, None where there is none.

    why_over : of an end that no reading decided.
    """

    cause: str
    rule: str
    severity: int
    onset: datetime
    time: datetime
    value: float | None
    limit: float | None
    why_over: str = ""


def news_of(data: dict[str, Any]) -> News:
    """Read a fact's data; a fault has no severity of its own and counts as a notice."""
    return News(
        cause=data["cause"],
        rule=data["rule"],
        severity=data["severity"] or Severity.NOTICE,
        onset=_moment(data["onset"]),
        time=_moment(data["time"]),
        value=data["value"],
        limit=data["limit"],
        why_over=data.get("why_over", ""),
    )


def begin(
    alarm: Alarm, datastream: sense.Datastream, news: News, *, is_late: bool = False
) -> Episode:
    """Begin an episode; the same one told twice begins once.

    One that came late is over at once: newer readings are known, and they decide what goes on.
    """
    made, _is_new = Episode.objects.get_or_create(
        datastream=datastream,
        cause=news.cause,
        onset=news.onset,
        defaults={
            "alarm": alarm,
            "last_at": news.time,
            "severity": news.severity,
            "worst_severity": news.severity,
            "value": news.value,
            "limit": news.limit,
            "is_late": is_late,
            "ended_at": news.time if is_late else None,
        },
    )
    return made


def made(alarm: Alarm, datastream: sense.Datastream, news: News) -> Episode:
    """A new episode, not saved."""
    return Episode(
        alarm=alarm,
        datastream=datastream,
        cause=news.cause,
        onset=news.onset,
        last_at=news.time,
        severity=news.severity,
        worst_severity=news.severity,
        value=news.value,
        limit=news.limit,
    )


def going_on(datastream: sense.Datastream, category: str, cause: str) -> Episode | None:
    """The episode of this datastream and cause that has not ended."""
    return (
        Episode.objects.filter(
            datastream=datastream, cause=cause, alarm__category=category, ended_at=None
        )
        .select_related("alarm")
        .order_by("-onset")
        .first()
    )


def go_on(episode: Episode, news: News, *, is_over: bool) -> None:
    """Note a change or the end; the last level, value and limit stay when it ends."""
    episode.last_at = news.time
    if is_over:
        episode.ended_at, episode.why_over = news.time, news.why_over
    else:
        episode.severity, episode.value, episode.limit = news.severity, news.value, news.limit
        episode.worst_severity = max(episode.worst_severity, news.severity)
    episode.save()


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1e6, UTC)
