"""Bulk tables: an Arrow IPC stream, or CSV, with datastream, time, value and perhaps unit."""

import csv
import io
import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chengan.city.hub.decoding.fields import EARLIEST_US, LATEST_US, Refused, moment, number
from chengan.city.hub.decoding.shapes import Bad, Decoded, Kind, columns, torn

NEEDED = ("datastream", "time", "value")
STAMP = pa.timestamp("us", tz="UTC")


def csv_table(payload: bytes) -> Decoded:
    """Read CSV row by row; each bad row says which field and what was expected."""
    try:
        lines = csv.DictReader(io.StringIO(payload.decode("utf-8-sig"), newline=""), strict=True)
        missing = [name for name in NEEDED if name not in (lines.fieldnames or [])]
        if missing:
            return torn(f"no column {', '.join(missing)}; needed: {', '.join(NEEDED)}")
        rows, bad = [], []
        for number_of_row, line in enumerate(lines, start=2):
            try:
                rows.append(_row(line))
            except Refused as refused:
                given = {name: line.get(name) for name in (*NEEDED, "unit") if line.get(name)}
                refused.detail = f"row {number_of_row}: {refused.detail}"
                bad.append(refused.as_bad(given))
    except (UnicodeDecodeError, csv.Error) as error:
        return torn(f"no CSV in UTF-8: {error}")
    return columns(rows, bad)


def _row(line: dict[str, str | None]) -> tuple[str, int, float, str]:
    if None in line or any(line[name] is None for name in NEEDED):
        raise Refused("torn_payload", "", "as many values as columns were expected")
    key = (line["datastream"] or "").strip()
    if not key:
        raise Refused("unknown_datastream", "datastream", "datastream is empty")
    return key, moment(line["time"]), number(line["value"]), (line.get("unit") or "").strip()


def arrow_table(payload: bytes) -> Decoded:
    """Read an Arrow IPC stream in arrays; rows without a number or a time are told apart."""
    try:
        table = pa.ipc.open_stream(payload).read_all()
        table.validate(full=True)
        missing = [name for name in NEEDED if name not in table.column_names]
        if missing:
            return torn(f"no column {', '.join(missing)}; needed: {', '.join(NEEDED)}")
        keys, key = _coded(table.column("datastream"))
        units, unit = [""], np.zeros(len(key), np.int32)
        if "unit" in table.column_names:
            units, unit = _coded(table.column("unit"))
        time = _micros(table.column("time"))
        value = table.column("value").cast(pa.float64()).to_numpy()
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        return torn(f"no Arrow stream with the needed columns: {error}")
    kinds, kind = _kinds(keys, key, units, unit)
    return _sorted_out(kinds, kind, time, value)


def _coded(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray]:
    """Texts that occur, and for each row the place of its own; nothing is the empty text."""
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else _no_text()
    names = pc.fill_null(whole.dictionary.cast(pa.string()), "").to_pylist()
    codes = whole.indices
    if codes.null_count:
        codes = pc.fill_null(codes.cast(pa.int32()), len(names))
        names = [*names, ""]
    return names, codes.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)


def _no_text() -> pa.DictionaryArray:
    return pa.array([], pa.string()).dictionary_encode()


def _kinds(
    keys: list[str], key: np.ndarray, units: list[str], unit: np.ndarray
) -> tuple[list[Kind], np.ndarray]:
    """The pairs of key and unit that occur, and for each row the place of its own."""
    if len(units) == 1:
        return [(name, units[0]) for name in keys], key
    both, kind = np.unique(key.astype(np.int64) * len(units) + unit, return_inverse=True)
    pairs = [divmod(each, len(units)) for each in both.tolist()]
    return [(keys[a], units[b]) for a, b in pairs], kind.astype(np.int32)


def _micros(column: pa.ChunkedArray) -> np.ndarray:
    """Times as µs; a missing one is the smallest int64. Times without a zone are taken as UTC."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    elif not pa.types.is_integer(column.type):
        raise TypeError(f"time is {column.type}; a timestamp, or whole µs since 1970, was expected")
    return np.asarray(pc.fill_null(column.cast(pa.int64()), np.iinfo(np.int64).min).to_numpy())


def _sorted_out(
    kinds: list[Kind], kind: np.ndarray, time: np.ndarray, value: np.ndarray
) -> Decoded:
    has_number = np.isfinite(value)
    has_time = (time >= EARLIEST_US) & (time <= LATEST_US)
    has_key = np.array([key != "" for key, _unit in kinds], dtype=np.bool_)
    good = has_number & has_time
    if not has_key.all():
        good &= has_key[kind]
    if good.all():
        return Decoded(kinds, kind, time, value, [])
    bad = [
        _bad(
            kinds[kind[row]],
            int(time[row]),
            float(value[row]),
            number_fine=has_number[row],
            time_fine=has_time[row],
        )
        for row in np.flatnonzero(~good)
    ]
    return Decoded(kinds, kind[good], time[good], value[good], bad)


def _bad(kind: Kind, time: int, value: float, *, number_fine: bool, time_fine: bool) -> Bad:
    key, unit = kind
    given = {
        "datastream": key,
        "time": time / 1e6 if time_fine else None,
        "value": value if math.isfinite(value) else str(value),
    }
    if unit:
        given["unit"] = unit
    if not key:
        return Bad("unknown_datastream", "datastream", "datastream is empty", given)
    if not time_fine:
        return Bad("bad_time", "time", "time is missing or beyond 1900–2200", given)
    return Bad("not_a_number", "value", f"value {value}: a finite number was expected", given)
