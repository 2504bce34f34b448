"""Build the packaged sample city from a folder of openly licensed recordings.

`python -m tools.make_sample FOLDER` reads gas_methane, bridge_strain, nab, epanet and geo in FOLDER
and writes src/chengan/city/site/sample: city objects, the water network, recordings as Parquet with
the columns datastream, time (µs from the recording's start), value and unit, and recordings.json,
which says where each comes from and when something happens in it (schema.md describes them).
The same input gives the same files, but for the versions of the libraries.
"""

import json
import lzma
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import wntr

from chengan.city.places.readers import Options, Row, open_rows
from chengan.core.geo.distance import Placement
from tools.bridge_files import BRIDGE_DAY, bridge_table, micros

OUT = Path(__file__).resolve().parent.parent / "src/chengan/city/site/sample"
SECOND = 1_000_000
Events = list[dict[str, Any]]

SENSORS = ("E", "N", "NE", "NW", "S", "SE", "SW", "W")
PARTS = ("ref_support_load_01", "support_01_lowering_01", "support_load_01")
PRESSURES = [
    "111",
    "123",
    "139",
    "141",
    "143",
    "147",
    "159",
    "171",
    "185",
    "199",
    "208",
    "225",
    "247",
    "601",
]
PLAN = Placement(lon=24.9440, lat=60.1716, metres_per_unit=24.0, x=26.4, y=15.5)
BURST = {"node": "141", "area": 0.01, "start": 3 * 86400, "end": 3 * 86400 + 7200}
NAB = {
    "road": {
        "realTraffic/speed_6005": ("speed-6005", "mph"),
        "realTraffic/speed_t4013": ("speed-t4013", "mph"),
        "realTraffic/speed_7578": ("speed-7578", "mph"),
        "realTraffic/occupancy_6005": ("occupancy-6005", "%"),
        "realTraffic/occupancy_t4013": ("occupancy-t4013", "%"),
        "realTraffic/TravelTime_387": ("travel-time-387", "s"),
        "realTraffic/TravelTime_451": ("travel-time-451", "s"),
    },
    "plant": {
        "realKnownCause/machine_temperature_system_failure": ("machine-temperature", "degF"),
        "realKnownCause/ambient_temperature_system_failure": ("ambient-temperature", "degF"),
    },
}
KINDS = frozenset(
    ("road", "building", "school", "hospital", "bridge", "water_body", "fire_station", "substation",
     "station", "subway_entrance", "crowded_place", "park")
)  # fmt: skip
LICENCES = {
    "gas_methane/LICENSE": "gas-methane-MIT.txt",
    "bridge_strain/LICENSE": "bridge-strain-MIT.txt",
    "nab/LICENSE.txt": "nab-MIT.txt",
    "epanet/LICENSE.md": "wntr-BSD.md",
}
ABOUT = {
    "gas": {
        "source": "github.com/wsdaniels/DLQ @ 9024cc18, METEC test site",
        "licence": "MIT",
        "note": "Eight real methane sensors round a test site; the releases were controlled.",
    },
    "bridge": {
        "source": "github.com/imcs-compsim/munich-bridge-data @ f1057c12; "
        "Jaelani et al., Steel Construction 2023, 16, 215",
        "licence": "MIT",
        "note": "Load test, settlement of a support, load test after it; clock read as CEST.",
    },
    "road": {
        "source": "Numenta Anomaly Benchmark @ ea702d75, realTraffic",
        "licence": "MIT",
        "note": "Units are not in the files: mph, % and s are our reading; clock read as UTC.",
    },
    "plant": {
        "source": "Numenta Anomaly Benchmark @ ea702d75, realKnownCause",
        "licence": "MIT",
        "note": "Units are not in the files: °F is our reading; clock read as UTC.",
    },
    "water": {
        "source": "EPANET example network Net3, pressures simulated by WNTR",
        "licence": "Revised BSD",
        "note": "SIMULATED, not measured: one week, a burst main at junction 141 on day 4.",
    },
}


def frame(key: str, time: np.ndarray, value: np.ndarray, unit: str) -> pd.DataFrame:
    """One datastream's readings, those without a number left out."""
    made = pd.DataFrame({"datastream": key, "time": time, "value": value, "unit": unit})
    return made[np.isfinite(made["value"])].drop_duplicates("time")


def write(name: str, frames: Iterable[pd.DataFrame], events: Events) -> dict[str, Any]:
    """Write one recording in order of time, from its own start; give its entry of the manifest."""
    made = pd.concat(list(frames)).sort_values(["time", "datastream"], kind="stable")
    start = int(made["time"].min())
    made["time"] -= start
    file = OUT / "recordings" / f"{name}.parquet"
    columns = {
        "datastream": pa.array(made["datastream"].to_numpy(), pa.string()),
        "time": pa.array(made["time"].to_numpy(), pa.int64()),
        "value": pa.array(made["value"].to_numpy(), pa.float64()),
        "unit": pa.array(made["unit"].to_numpy(), pa.string()),
    }
    pq.write_table(
        pa.table(columns),
        file,
        compression="zstd",
        compression_level=15,
        use_dictionary=["datastream", "unit"],
        column_encoding={"time": "DELTA_BINARY_PACKED", "value": "BYTE_STREAM_SPLIT"},
    )
    print(f"{name}: {len(made)} readings, {file.stat().st_size / 1e6:.2f} MB")
    return entry(name, made, start, events)


def entry(name: str, made: pd.DataFrame, start: int, events: Events) -> dict[str, Any]:
    """Describe a recording for recordings.json."""
    origin = pd.Timestamp(start, unit="us", tz="UTC")
    return {
        "file": f"{name}.parquet",
        "source_key": name,
        **ABOUT[name],
        "is_simulated": name == "water",
        "original_start": origin.isoformat().replace("+00:00", "Z"),
        "length_s": round(int(made["time"].max()) / SECOND, 3),
        "readings": len(made),
        "streams": [stream(key, part) for key, part in made.groupby("datastream")],
        "interesting": [
            {
                **event,
                "from_s": _offset(event["from_s"], start),
                "to_s": _offset(event["to_s"], start),
            }
            for event in events
        ],
    }


def _offset(at: float, start: int) -> float:
    return round(at - start / SECOND, 3)


def stream(key: str, part: pd.DataFrame) -> dict[str, Any]:
    """Describe one datastream: its interval is the middle one; gaps are ten times as long."""
    time = part["time"].to_numpy()
    steps = np.diff(time)
    interval = float(np.median(steps))
    gaps = np.flatnonzero(steps > max(10 * interval, 5 * SECOND))
    return {
        "key": key,
        "unit": part["unit"].iloc[0],
        "readings": len(part),
        "interval_s": interval / SECOND,
        "first_s": time[0] / SECOND,
        "last_s": time[-1] / SECOND,
        "gaps_s": [[time[place] / SECOND, time[place + 1] / SECOND] for place in gaps],
    }


def event(begin: pd.Timestamp, end: pd.Timestamp, zh: str, en: str, mark: str) -> dict[str, Any]:
    """Describe something that happened; times in seconds since 1970 until `entry` shifts them."""
    return {
        "from_s": begin.timestamp(),
        "to_s": end.timestamp(),
        "what_zh": zh,
        "what_en": en,
        "source": mark,
    }


def blown_from(towards: np.ndarray) -> np.ndarray:
    """Turn a direction as the site tells it (whither, from east anticlockwise) into the city's.

    A city's wind direction is the meteorologists': whence it blows, from north clockwise, rad.
    """
    return np.round((1.5 * np.pi - towards) % (2 * np.pi), 5)


def gas(folder: Path) -> dict[str, Any]:
    """Eight methane sensors and the wind, one reading a minute."""
    data = pd.read_csv(folder / "gas_methane/ch4_minutely.csv")
    time = micros(pd.to_datetime(data["time_utc"]).dt.tz_localize(None))
    frames = [frame(f"ch4-{name.lower()}", time, data[name].to_numpy(), "ppm") for name in SENSORS]
    blows_from = blown_from(data["wind_dir_rad"].to_numpy())
    frames.append(frame("wind-direction", time, blows_from, "rad"))
    frames.append(frame("wind-speed", time, data["wind_speed_m_s"].to_numpy(), "m/s"))
    releases = pd.read_csv(folder / "gas_methane/controlled_releases.csv")
    events = [
        event(
            pd.Timestamp(release.start),
            pd.Timestamp(release.end),
            f"受控释放：{release.source}，{release.rate_kg_h:.2f} kg/h",
            f"Controlled release: {release.source}, {release.rate_kg_h:.2f} kg/h",
            "controlled_releases.csv",
        )
        for release in releases.itertuples()
    ]
    return write("gas", frames, events)


BRIDGE_KEYS = {
    "DMS_CN um/m": ("strain-cn", "um/m"),
    "FRC-01 kN": ("force-1", "kN"),
    "FRC-02 kN": ("force-2", "kN"),
    "Air Temperature °C": ("air-temperature", "Cel"),
}


def bridge(folder: Path) -> dict[str, Any]:
    """Load test, settlement of a support, load test after it: strain, forces, air; all 100 Hz."""
    home = folder / "bridge_strain"
    tables = [
        bridge_table(home / f"UniBw_{BRIDGE_DAY}_{part}DMS_CNAt100Hz.csv.zip") for part in PARTS
    ]
    spans = [(table["time"].min() / SECOND, table["time"].max() / SECOND) for table in tables]
    for part in (PARTS[0], PARTS[2]):
        tables.append(bridge_table(home / f"UniBw_{BRIDGE_DAY}_{part}ForceAt100Hz.csv.zip"))
    for part in ("ref_load_01", "support_01_lowering_01", "support_load_01"):
        member = f"UniBw_{BRIDGE_DAY}_{part}.csv"
        tables.append(bridge_table(home / f"TemperatureData{BRIDGE_DAY}.zip", member))
    frames = [
        frame(*[BRIDGE_KEYS[name][0], table["time"].to_numpy(), table[name].to_numpy()],
              BRIDGE_KEYS[name][1])
        for table in tables
        for name in table.columns[1:]
    ]  # fmt: skip
    words = (
        ("参考荷载试验（不应报警）", "Reference load test (no alarm expected)"),
        ("第一次支座沉降", "First settlement of a support"),
        ("沉降后荷载试验（约 +34.5 µm/m）", "Load test after the settlement (about +34.5 µm/m)"),
    )
    events = [
        event(pd.Timestamp(low, unit="s"), pd.Timestamp(high, unit="s"), *word, "file names")
        for (low, high), word in zip(spans, words, strict=True)
    ]
    return write("bridge", frames, events)


def nab(folder: Path, name: str) -> dict[str, Any]:
    """Some series of the Numenta Anomaly Benchmark on their common clock."""
    windows = json.loads((folder / "nab/windows.json").read_text())
    frames, events = [], []
    with lzma.open(folder / "nab/series.tar.xz") as packed, tarfile.open(fileobj=packed) as archive:
        for series, (key, unit) in NAB[name].items():
            data = pd.read_csv(archive.extractfile(f"{series}.csv"))
            time = micros(pd.to_datetime(data["timestamp"]))
            frames.append(frame(key, time, data["value"].to_numpy(), unit))
            events += [
                event(
                    *map(pd.Timestamp, window),
                    f"{key}：标注异常",
                    f"{key}: labelled anomaly",
                    "NAB",
                )
                for window in windows[f"{series}.csv"]
            ]
    return write(name, frames, events)


def simulated(path: Path, *, with_burst: bool) -> pd.DataFrame:
    """A week of pressures, m of water, one row each 5 minutes, one column a junction."""
    model = wntr.network.WaterNetworkModel(str(path))
    model.options.time.duration = 7 * 86400
    model.options.time.hydraulic_timestep = model.options.time.report_timestep = 300
    if with_burst:
        leak = {"start_time": BURST["start"], "end_time": BURST["end"]}
        model.get_node(BURST["node"]).add_leak(model, area=BURST["area"], **leak)
    simulator = wntr.sim.WNTRSimulator(model)
    return simulator.run_sim().node["pressure"][model.junction_name_list]


def refuse_nonsense(path: Path, whole: pd.DataFrame, burst: pd.DataFrame) -> None:
    """Exit unless the week without burst equals EPANET's within 0.01 m, as both do before it."""
    model = wntr.network.WaterNetworkModel(str(path))
    model.options.time.duration = 7 * 86400
    model.options.time.hydraulic_timestep = model.options.time.report_timestep = 300
    other = wntr.sim.EpanetSimulator(model).run_sim(file_prefix=tempfile.mkdtemp())
    worst = (whole - other.node["pressure"][whole.columns]).abs().to_numpy().max()
    before = burst.index < BURST["start"]
    early = (whole[before] - burst[before]).abs().to_numpy().max()
    if not (worst < 0.01 and early < 0.01 and np.isfinite(burst.to_numpy()).all()):
        sys.exit(f"water: WNTR and EPANET differ by {worst} m, before the burst by {early} m")
    print(f"water: WNTR and EPANET differ by at most {worst:.5f} m")


def water(folder: Path) -> dict[str, Any]:
    """A week of pressures that WNTR simulates on Net3, with one burst main."""
    path = folder / "epanet/Net3.inp"
    burst = simulated(path, with_burst=True)
    refuse_nonsense(path, simulated(path, with_burst=False), burst)
    time = (burst.index.to_numpy() * SECOND).astype("int64")
    values = {name: burst[name].to_numpy().round(3) for name in PRESSURES}
    frames = [frame(f"pressure-{name}", time, value, "mH2O") for name, value in values.items()]
    begin, end = (pd.Timestamp(BURST[word], unit="s") for word in ("start", "end"))
    words = "仿真爆管：节点 141", "Simulated burst main at junction 141"
    return write("water", frames, [event(begin, end, *words, "make_sample.py")])


def objects(folder: Path) -> None:
    """Write the OSM objects as one GeoJSON file, positions to 1e-6 degree (0.1 m)."""
    rows = open_rows(folder / "geo/Helsinki.osm.pbf", Options(kinds=KINDS))
    features = [feature(found) for found in rows if isinstance(found, Row)]
    features = [found for found in features if found["properties"]["subkind"] != "service"]
    kinds = pd.Series([found["properties"]["kind"] for found in features]).value_counts()
    print(f"objects: {len(features)} {kinds.to_dict()}")
    save("objects.geojson", {"type": "FeatureCollection", "features": features})


def network(folder: Path) -> None:
    """Write Net3's nodes and links as GeoJSON, laid on the extract by us; figures in SI units."""
    rows = open_rows(folder / "epanet/Net3.inp", Options(placement=PLAN))
    features = [
        {
            "type": "Feature",
            "geometry": rounded(found.geometry),
            "properties": {
                "kind": found.kind,
                "external_id": found.external_id.removeprefix("Net3/"),
                "attributes": found.attributes
                | {end: node.removeprefix("epanet:Net3/") for end, node in found.links.items()},
            },
        }
        for found in rows
        if isinstance(found, Row)
    ]
    save("water_network.geojson", {"type": "FeatureCollection", "features": features})


def save(name: str, made: dict[str, Any]) -> None:
    """Write one JSON file."""
    file = OUT / name
    file.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    print(f"{name}: {file.stat().st_size / 1e6:.2f} MB")


def feature(found: Row) -> dict[str, Any]:
    """One object as a GeoJSON feature with our properties."""
    tags = found.attributes
    return {
        "type": "Feature",
        "geometry": rounded(found.geometry),
        "properties": {
            "kind": found.kind,
            "external_id": found.external_id,
            "name": found.name_zh,
            "subkind": next(
                (tags[key] for key in ("highway", "building", "amenity") if key in tags), ""
            ),
        },
    }


def rounded(value: Any) -> Any:
    """The same with every number to six decimals."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return round(value, 6) if isinstance(value, float) else value


def main(folder: Path) -> None:
    """Build everything."""
    (OUT / "recordings").mkdir(parents=True, exist_ok=True)
    (OUT / "licences").mkdir(exist_ok=True)
    for origin, name in LICENCES.items():
        shutil.copyfile(folder / origin, OUT / "licences" / name)
    shutil.copyfile(folder / "epanet/Net3.inp", OUT / "water_network.inp")
    objects(folder)
    network(folder)
    entries = [
        gas(folder),
        bridge(folder),
        nab(folder, "road"),
        nab(folder, "plant"),
        water(folder),
    ]
    text = json.dumps({"recordings": entries}, ensure_ascii=False, indent=1)
    (OUT / "recordings.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
