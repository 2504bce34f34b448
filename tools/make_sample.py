"""Build the packaged sample city from a folder of openly licensed recordings.

`python tools/make_sample.py FOLDER` reads the recordings (gas_methane, bridge_strain, nab, epanet,
geo) and writes src/chengan/city/site/sample: city objects from OpenStreetMap, and recordings as
Parquet with the columns datastream, time (µs from the recording's start), value, unit.
"""

import io
import json
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import wntr

OUT = Path(__file__).resolve().parent.parent / "src/chengan/city/site/sample"
KEPT_HIGHWAYS = {"primary", "secondary", "tertiary", "residential", "unclassified", "pedestrian"}
AMENITIES = {"school", "hospital", "kindergarten", "clinic", "university", "fuel"}
SETTLEMENT_DAY = "2022-04-11 "


def frame(key: str, time_us: np.ndarray, value: np.ndarray, unit: str) -> pd.DataFrame:
    """One datastream's readings, those without a number left out."""
    made = pd.DataFrame({"datastream": key, "time": time_us, "value": value, "unit": unit})
    return made[np.isfinite(made["value"])]


def write(name: str, frames: list[pd.DataFrame]) -> None:
    """Write one recording, sorted by time."""
    made = pd.concat(frames).sort_values(["time", "datastream"], kind="stable")
    table = pa.Table.from_pandas(made.reset_index(drop=True), preserve_index=False)
    for column in ("datastream", "unit"):
        place = table.column_names.index(column)
        table = table.set_column(place, column, table.column(column).cast(pa.string()))
    file = OUT / "recordings" / f"{name}.parquet"
    pq.write_table(table, file, compression="zstd", compression_level=12)
    print(f"{name}: {table.num_rows} readings, {file.stat().st_size / 1e6:.2f} MB")


def micros(times: pd.Series) -> np.ndarray:
    """Microseconds since the first of `times`."""
    stamp = times.astype("datetime64[us]").astype("int64").to_numpy()
    return stamp


def gas(folder: Path) -> None:
    """Eight methane sensors and the wind, one reading a minute."""
    data = pd.read_csv(folder / "gas_methane/ch4_minutely.csv")
    stamp = pd.to_datetime(data["time_utc"]).dt.tz_localize(None)
    time = micros(stamp)
    time = time - time.min()
    sensors = ["E", "N", "NE", "NW", "S", "SE", "SW", "W"]
    frames = [frame(f"ch4-{name.lower()}", time, data[name].to_numpy(), "ppm") for name in sensors]
    frames.append(frame("wind-direction", time, data["wind_dir_rad"].to_numpy(), "rad"))
    frames.append(frame("wind-speed", time, data["wind_speed_m_s"].to_numpy(), "m/s"))
    write("gas", frames)


def bridge_file(folder: Path, name: str) -> pd.DataFrame:
    """One of the bridge's files; in the load tests' dates day and month are swapped."""
    archive = zipfile.ZipFile(folder / "bridge_strain" / name)
    text = archive.read(archive.namelist()[0]).decode("latin-1")
    data = pd.read_csv(io.StringIO(text))
    data.columns = ["time", *[column.split(" ")[0] for column in data.columns[1:]]]
    clock = data["time"].str.replace("2022-11-04 ", SETTLEMENT_DAY, regex=False)
    data["time"] = micros(pd.to_datetime(clock))
    return data


def bridge(folder: Path) -> None:
    """Load test, settlement of a support, load test after it: strain, force and temperature."""
    strain = [
        bridge_file(folder, f"UniBw_2022-04-11_{part}DMS_CNAt100Hz.csv.zip")
        for part in ("ref_support_load_01", "support_01_lowering_01", "support_load_01")
    ]
    force = [
        bridge_file(folder, f"UniBw_2022-04-11_{part}ForceAt100Hz.csv.zip")
        for part in ("ref_support_load_01", "support_load_01")
    ]
    start = int(strain[0]["time"].min())
    frames = []
    for data in strain:
        value = data["DMS_CN"].to_numpy().round(3)
        frames.append(frame("strain-cn", data["time"].to_numpy() - start, value, "um/m"))
    for data in force:
        tenth = data.iloc[::10]
        for column, key in (("FRC-01", "force-1"), ("FRC-02", "force-2")):
            value = tenth[column].to_numpy().round(3)
            frames.append(frame(key, tenth["time"].to_numpy() - start, value, "kN"))
    frames += temperatures(folder, start)
    write("bridge", frames)


def temperatures(folder: Path, start: int) -> list[pd.DataFrame]:
    """Air at the bridge: Latin-1 files, dd.mm.yyyy, a trailing comma."""
    archive = zipfile.ZipFile(folder / "bridge_strain/TemperatureData2022-04-11.zip")
    frames = []
    for part in ("ref_load_01", "support_01_lowering_01", "support_load_01"):
        text = archive.read(f"UniBw_2022-04-11_{part}.csv").decode("latin-1")
        data = pd.read_csv(io.StringIO(text), usecols=[0, 1], names=["time", "value"], skiprows=1)
        time = micros(pd.to_datetime(data["time"].str.strip(), format="%d.%m.%Y %H:%M:%S.%f"))
        value = pd.to_numeric(data["value"], errors="coerce").to_numpy().round(2)
        inside = time >= start
        frames.append(frame("air-temperature", (time - start)[inside], value[inside], "Cel"))
    return frames


NAB = {
    "road": {
        "realTraffic/speed_6005.csv": ("speed-6005", "mph"),
        "realTraffic/speed_t4013.csv": ("speed-t4013", "mph"),
        "realTraffic/speed_7578.csv": ("speed-7578", "mph"),
        "realTraffic/occupancy_6005.csv": ("occupancy-6005", "%"),
        "realTraffic/occupancy_t4013.csv": ("occupancy-t4013", "%"),
        "realTraffic/TravelTime_387.csv": ("travel-time-387", "s"),
        "realTraffic/TravelTime_451.csv": ("travel-time-451", "s"),
    },
    "plant": {
        "realKnownCause/machine_temperature_system_failure.csv": ("machine-temperature", "degF"),
        "realKnownCause/ambient_temperature_system_failure.csv": ("ambient-temperature", "degF"),
    },
}


def nab(folder: Path) -> None:
    """Road and plant sensors of the Numenta Anomaly Benchmark."""
    archive = tarfile.open(folder / "nab/series.tar.xz", mode="r:xz")  # noqa: SIM115
    for name, series in NAB.items():
        frames = []
        for member, (key, unit) in series.items():
            data = pd.read_csv(archive.extractfile(member))
            time = micros(pd.to_datetime(data["timestamp"]))
            made = frame(key, time - time.min(), data["value"].to_numpy(), unit)
            frames.append(made.drop_duplicates("time"))
        write(name, frames)


def water(folder: Path) -> list[dict]:
    """A week of pressures that WNTR simulates on Net3, with one burst; gives the junctions."""
    model = wntr.network.WaterNetworkModel(str(folder / "epanet/Net3.inp"))
    model.options.time.duration = 7 * 86400
    model.options.time.hydraulic_timestep = model.options.time.report_timestep = 300
    model.options.time.pattern_timestep = 3600
    burst = model.get_node("141")
    burst.add_leak(model, area=0.02, start_time=3 * 86400, end_time=3 * 86400 + 7200)
    result = wntr.sim.WNTRSimulator(model).run_sim()
    pressure = result.node["pressure"]
    if not np.isfinite(pressure.to_numpy()).all():
        sys.exit("water: the simulation did not give finite pressures")
    chosen = [name for name in model.junction_name_list if pressure[name].mean() > 5][::7][:12]
    chosen = sorted({*chosen, "141", "143"})
    time = (pressure.index.to_numpy() * 1_000_000).astype("int64")
    write(
        "water",
        [frame(f"pressure-{n}", time, pressure[n].to_numpy().round(3), "mH2O") for n in chosen],
    )
    drop = pressure["141"]
    print("water: burst at offset", 3 * 86400, "lowest", drop.min(), "mean", drop.mean())
    return [{"junction": name} for name in chosen]


class Streets(osmium.SimpleHandler):
    """Takes roads, buildings, water, parks, schools and hospitals out of an OSM extract."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict] = []

    def way(self, way: osmium.osm.Way) -> None:
        """Keep a way of a kind we show."""
        kind = kind_of(way.tags)
        try:
            line = [[round(n.lon, 6), round(n.lat, 6)] for n in way.nodes]
        except osmium.InvalidLocationError:
            return
        if not kind or len(line) < 2:
            return
        closed = line[0] == line[-1] and len(line) >= 4 and kind != "road"
        shape = {"type": "Polygon", "coordinates": [line]} if closed else None
        self.found.append(
            {
                "kind": kind,
                "external_id": f"way/{way.id}",
                "name": way.tags.get("name", ""),
                "subkind": way.tags.get("highway") or way.tags.get("building") or "",
                "geometry": shape or {"type": "LineString", "coordinates": line},
            }
        )


def kind_of(tags: osmium.osm.TagList) -> str:
    """Our kind of an OSM way, or nothing."""
    amenity = tags.get("amenity", "")
    if amenity in AMENITIES:
        return {"university": "school", "kindergarten": "school", "clinic": "hospital"}.get(
            amenity, amenity
        )
    if tags.get("building") == "school":
        return "school"
    if "building" in tags:
        return "building"
    if tags.get("bridge") == "yes" and "highway" in tags:
        return "bridge"
    if tags.get("highway") in KEPT_HIGHWAYS:
        return "road"
    return {"water": "water_body"}.get(tags.get("natural", ""), "")


def streets(folder: Path) -> None:
    """Write the OSM objects as one GeoJSON file."""
    handler = Streets()
    handler.apply_file(str(folder / "geo/Helsinki.osm.pbf"), locations=True)
    features = [
        {
            "type": "Feature",
            "geometry": item.pop("geometry"),
            "properties": item,
        }
        for item in handler.found
    ]
    made = {"type": "FeatureCollection", "features": features}
    file = OUT / "objects.geojson"
    file.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    kinds = pd.Series([f["properties"]["kind"] for f in features]).value_counts().to_dict()
    print(f"objects: {len(features)} {kinds} {file.stat().st_size / 1e6:.2f} MB")


LICENCES = {
    "gas_methane/LICENSE": "gas-methane-MIT.txt",
    "bridge_strain/LICENSE": "bridge-strain-MIT.txt",
    "nab/LICENSE.txt": "nab-MIT.txt",
    "epanet/LICENSE.md": "wntr-BSD.md",
}


def main(folder: Path) -> None:
    """Build everything."""
    (OUT / "recordings").mkdir(parents=True, exist_ok=True)
    (OUT / "licences").mkdir(exist_ok=True)
    for origin, name in LICENCES.items():
        shutil.copy(folder / origin, OUT / "licences" / name)
    shutil.copy(folder / "epanet/Net3.inp", OUT / "water_network.inp")
    gas(folder)
    bridge(folder)
    nab(folder)
    water(folder)
    streets(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
