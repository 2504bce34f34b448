"""What the sample city consists of: plain rows, named as the registers name them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Area:
    """A piece of ground; `parent` is the code of the larger one."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent: str
    geometry: dict[str, Any]


@dataclass(frozen=True)
class Organisation:
    """`kind` as in places; `area` is a code or empty."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent: str = ""
    area: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody invented, with a post of the same organisation."""

    code: str
    name_zh: str
    name_en: str
    organisation: str
    phone: str

    @property
    def email(self) -> str:
        """An address of a domain that nobody can have (RFC 2606)."""
        return f"{self.code}@people.example"


@dataclass(frozen=True)
class Post:
    """A seat held by `holders` (codes of people), the first one first."""

    code: str
    name_zh: str
    name_en: str
    organisation: str
    holders: tuple[str, ...]


@dataclass(frozen=True)
class Duty:
    """`post` answers for `target`; `target_kind` is object, network or area."""

    post: str
    target_kind: str
    target: str
    role: str = "responsible"
    substitutes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shift:
    """A person stands for a post: `day` 0 is the day the city is made; hours in Beijing time."""

    post: str
    person: str
    day: int
    from_hour: int
    hours: int


@dataclass(frozen=True)
class Resource:
    """A team, vehicle, store, shelter or expert; `kind` and `skills` as in command."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    organisation: str
    lon: float
    lat: float
    skills: tuple[str, ...] = ()
    phone: str = ""
    speed_kmh: float = 30.0
    capacity: int | None = None
    contents: str = ""


@dataclass(frozen=True)
class Account:
    """A sample account; its password is made at first start."""

    username: str
    name_zh: str
    role: str
    organisation: str
    person: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of object."""

    code: str
    name_zh: str
    name_en: str
    plate: str
    geometry_types: tuple[str, ...]
    attribute_schema: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Network:
    """A network and its owner."""

    code: str
    name_zh: str
    name_en: str
    medium: str
    owner: str


@dataclass(frozen=True)
class CityObject:
    """An object of the register; its natural key is (namespace, external_id)."""

    namespace: str
    external_id: str
    kind: str
    name_zh: str
    name_en: str
    owner: str
    geometry: dict[str, Any]
    network: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A source of readings."""

    key: str
    name_zh: str
    name_en: str
    owner: str
    expected_per_hour: float
    licence: str
    note: str
    is_simulated: bool = False


@dataclass(frozen=True)
class Property:
    """An observed property with its SI unit and the unit shown."""

    code: str
    name_zh: str
    name_en: str
    si_unit: str
    shown_unit: str


@dataclass(frozen=True)
class Datastream:
    """One property measured at one object; `thing` names the sensor and is its key."""

    source: str
    key: str
    thing: str
    name_zh: str
    name_en: str
    property: str
    unit: str
    interval_s: float
    lon: float
    lat: float
    object: str
    owner: str
    plausible_low: float | None = None
    plausible_high: float | None = None


@dataclass(frozen=True)
class LimitSet:
    """Limits by severity (1–5) in `unit`; `mark` says how sure they are."""

    code: str
    name_zh: str
    name_en: str
    property: str
    unit: str
    source: str
    mark: str
    high: dict[int, float] = field(default_factory=dict)
    low: dict[int, float] = field(default_factory=dict)
    hysteresis: float = 0.0
    hold_s: float = 0.0
    clear_hold_s: float = 0.0
    silent_factor: float = 5.0
    stuck_s: float = 0.0
    release_severity: int = 0


@dataclass(frozen=True)
class Rule:
    """Binds a limit set to a kind of object, an owner or one datastream (codes, or empty)."""

    limit_set: str
    object_kind: str = ""
    owner: str = ""
    datastream: str = ""


@dataclass(frozen=True)
class Recording:
    """A recording and where its live replay begins (seconds from its start)."""

    file: str
    source: str
    start_s: float
    history_h: float


@dataclass(frozen=True)
class Event:
    """Something that happens in a recording, seconds from its start."""

    from_s: float
    to_s: float
    what_zh: str
    what_en: str
    source: str


@dataclass(frozen=True)
class Stream:
    """One datastream of a recording; times in seconds from its start."""

    key: str
    unit: str
    readings: int
    interval_s: float
    first_s: float
    last_s: float
    gaps_s: list[list[float]]


@dataclass(frozen=True)
class Origin:
    """Where a recording comes from; `original_start` is ISO 8601 in UTC."""

    file: str
    source_key: str
    source: str
    licence: str
    note: str
    is_simulated: bool
    original_start: str
    length_s: float
    readings: int
    streams: tuple[Stream, ...]
    interesting: tuple[Event, ...]


@dataclass(frozen=True)
class Sample:
    """The whole sample city."""

    areas: list[Area]
    organisations: list[Organisation]
    people: list[Person]
    posts: list[Post]
    duties: list[Duty]
    accounts: list[Account]
    kinds: list[Kind]
    networks: list[Network]
    objects: list[CityObject]
    sources: list[Source]
    properties: list[Property]
    datastreams: list[Datastream]
    limit_sets: list[LimitSet]
    rules: list[Rule]
    recordings: list[Recording]
    shifts: list[Shift] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)


@dataclass(frozen=True)
class Risk:
    """A risk at `object` (`register/number`); `inputs` without and with controls, as the method
    takes them; assessed `days_ago` before the sample city was made; `controls`: how many of the
    library's it has.
    """

    object: str
    hazard: str
    method: str
    inputs: dict[str, Any]
    people: int
    loss: float
    days_ago: int
    controls: int = 2


@dataclass(frozen=True)
class Dependency:
    """`dependent` needs `supplier` (both `register/number`); lasts `reserve_h` hours without."""

    dependent: str
    supplier: str
    group: str
    reserve_h: float
    source: str


@dataclass(frozen=True)
class Installation:
    """Vessels at `object` (`register/number`), or planned by a project; kg, K, Pa."""

    name_zh: str
    name_en: str
    equipment: str
    cas: str
    inventory_kg: float
    lon: float
    lat: float
    object: str = ""
    kind: str = "chemical_plant"
    count: int = 1
    temperature_k: float = 293.15
    pressure_pa: float | None = None
    bund_m2: float = 1500.0
    barriers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Project:
    """Something to be built, under siting review."""

    name_zh: str
    name_en: str
    kind: str
    organisation: str
    geometry: dict[str, Any]
    about: str
    people_day: int = 0
    people_night: int = 0
    installations: tuple[Installation, ...] = ()
