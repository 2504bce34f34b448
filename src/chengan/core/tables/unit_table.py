"""The units that devices and departments write: si = value x factor + offset.

`code` is the UCUM code (case sensitive), `symbol` what people read, `aliases` other ways in which
devices write it. Spellings are never guessed by ignoring case: mPa and MPa differ by a milliard.
"""

from dataclasses import dataclass
from typing import Final

_SI: Final = "BIPM, The International System of Units, 9th edition (2019)"
_UCUM: Final = "Regenstrief Institute, Unified Code for Units of Measure, version 2.2 (2024)"


@dataclass(frozen=True)
class Unit:
    """One unit of one dimension."""

    code: str
    symbol: str
    dimension: str
    factor: float
    offset: float = 0.0
    aliases: tuple[str, ...] = ()
    source: str = _SI


_ZERO_CELSIUS: Final = 273.15
_DEGREE: Final = 0.017453292519943295  # pi / 180
_MILE: Final = 1609.344
_POUND_FORCE: Final = 4.4482216152605
_INCH: Final = 0.0254
_G: Final = 9.80665

SI_CODE: Final = {
    "fraction": "1",
    "strain": "m/m",
    "angle": "rad",
    "length": "m",
    "area": "m2",
    "volume": "m3",
    "time": "s",
    "speed": "m/s",
    "acceleration": "m/s2",
    "frequency": "Hz",
    "mass": "kg",
    "force": "N",
    "pressure": "Pa",
    "temperature": "K",
    "volume_flow": "m3/s",
    "mass_flow": "kg/s",
    "mass_concentration": "kg/m3",
    "voltage": "V",
    "current": "A",
    "power": "W",
    "energy": "J",
    "conductivity": "S/m",
    "illuminance": "lx",
    "areal_density": "/m2",
    "count": "{count}",
    "count_rate": "{count}/s",
    "turbidity": "{NTU}",
    "acidity": "[pH]",
    "sound_level": "dB[SPL]",
}
"""The unit of each dimension in which the core computes (turbidity, acidity and sound level have
no linear SI unit and are kept as they are)."""

UNITS: Final = (
    Unit("1", "1", "fraction", 1.0),
    Unit("%", "%", "fraction", 1e-2, 0.0, ("％", "percent", "pct", "%RH", "RH%"), _UCUM),
    Unit("%{vol}", "%VOL", "fraction", 1e-2, 0.0,
         ("%vol", "%Vol", "VOL%", "vol%", "Vol%", "% VOL", "%(V/V)", "%v/v", "%V/V"), _UCUM),
    Unit("[ppth]", "‰", "fraction", 1e-3, 0.0, ("permille",), _UCUM),
    Unit("[ppm]", "ppm", "fraction", 1e-6, 0.0,
         ("PPM", "Ppm", "ppmv", "ppm{vol}", "umol/mol", "µmol/mol"), _UCUM),
    Unit("[ppb]", "ppb", "fraction", 1e-9, 0.0, ("PPB", "ppbv", "nmol/mol"), _UCUM),
    Unit("m/m", "m/m", "strain", 1.0),
    Unit("mm/m", "mm/m", "strain", 1e-3),
    Unit("um/m", "µm/m", "strain", 1e-6, 0.0,
         ("um\\m", "µm\\m", "με", "ue", "uε", "ustrain", "microstrain", "ustr")),
    Unit("rad", "rad", "angle", 1.0),
    Unit("mrad", "mrad", "angle", 1e-3),
    Unit("deg", "°", "angle", _DEGREE, 0.0, ("degree", "degrees", "度")),
    Unit("m", "m", "length", 1.0, 0.0, ("米",)),
    Unit("dm", "dm", "length", 1e-1),
    Unit("cm", "cm", "length", 1e-2, 0.0, ("厘米",)),
    Unit("mm", "mm", "length", 1e-3, 0.0, ("毫米",)),
    Unit("um", "µm", "length", 1e-6),
    Unit("km", "km", "length", 1e3, 0.0, ("公里", "千米")),
    Unit("m2", "m²", "area", 1.0),
    Unit("m3", "m³", "volume", 1.0, 0.0, ("m^3", "立方米")),
    Unit("L", "L", "volume", 1e-3, 0.0, ("l", "升")),
    Unit("s", "s", "time", 1.0, 0.0, ("sec", "秒")),
    Unit("ms", "ms", "time", 1e-3),
    Unit("min", "min", "time", 60.0, 0.0, ("分钟",)),
    Unit("h", "h", "time", 3600.0, 0.0, ("hr", "小时")),
    Unit("d", "d", "time", 86400.0, 0.0, ("day", "天")),
    Unit("m/s", "m/s", "speed", 1.0, 0.0, ("mps", "米/秒")),
    Unit("mm/s", "mm/s", "speed", 1e-3),
    Unit("km/h", "km/h", "speed", 1 / 3.6, 0.0, ("kmh", "kph", "km/hr", "公里/小时")),
    Unit("[mi_i]/h", "mph", "speed", _MILE / 3600, 0.0, ("mi/h", "MPH"), _UCUM),
    Unit("mm/h", "mm/h", "speed", 1e-3 / 3600, 0.0, ("mm/hr", "毫米/小时")),
    Unit("m/s2", "m/s²", "acceleration", 1.0, 0.0, ("m/s^2",)),
    Unit("[g]", "gₙ", "acceleration", _G, 0.0, ("[gn]",), _UCUM),
    Unit("Hz", "Hz", "frequency", 1.0, 0.0, ("hz", "HZ")),
    Unit("/min", "/min", "frequency", 1 / 60, 0.0, ("rpm", "RPM", "r/min")),
    Unit("kg", "kg", "mass", 1.0),
    Unit("g", "g", "mass", 1e-3),
    Unit("t", "t", "mass", 1e3, 0.0, ("吨",)),
    Unit("N", "N", "force", 1.0),
    Unit("kN", "kN", "force", 1e3, 0.0, ("KN",)),
    Unit("MN", "MN", "force", 1e6),
    Unit("Pa", "Pa", "pressure", 1.0, 0.0, ("PA", "pa")),
    Unit("hPa", "hPa", "pressure", 1e2, 0.0, ("hpa",)),
    Unit("kPa", "kPa", "pressure", 1e3, 0.0, ("KPa", "Kpa", "kpa", "KPA")),
    Unit("MPa", "MPa", "pressure", 1e6, 0.0, ("Mpa", "MPA")),
    Unit("bar", "bar", "pressure", 1e5, 0.0, ("Bar", "BAR")),
    Unit("mbar", "mbar", "pressure", 1e2),
    Unit("atm", "atm", "pressure", 101325.0),
    Unit("m[H2O]", "mH2O", "pressure", 9806.65, 0.0, ("mH₂O", "mWC", "米水柱"), _UCUM),
    Unit("mm[H2O]", "mmH2O", "pressure", 9.80665, 0.0, ("mmH₂O",), _UCUM),
    Unit("[psi]", "psi", "pressure", _POUND_FORCE / _INCH**2, 0.0, ("PSI",), _UCUM),
    Unit("K", "K", "temperature", 1.0),
    Unit("Cel", "°C", "temperature", 1.0, _ZERO_CELSIUS,
         ("℃", "oC", "degC", "deg C", "摄氏度", "celsius", "Celsius")),
    Unit("[degF]", "°F", "temperature", 5 / 9, _ZERO_CELSIUS - 32 * 5 / 9,
         ("℉", "degF", "deg F", "fahrenheit", "Fahrenheit"), _UCUM),
    Unit("m3/s", "m³/s", "volume_flow", 1.0, 0.0, ("m^3/s",)),
    Unit("m3/h", "m³/h", "volume_flow", 1 / 3600, 0.0, ("m^3/h", "m3/hr", "立方米/小时")),
    Unit("m3/d", "m³/d", "volume_flow", 1 / 86400, 0.0, ("m^3/d",)),
    Unit("L/s", "L/s", "volume_flow", 1e-3, 0.0, ("l/s", "LPS", "lps")),
    Unit("L/min", "L/min", "volume_flow", 1e-3 / 60, 0.0, ("l/min", "LPM")),
    Unit("kg/s", "kg/s", "mass_flow", 1.0),
    Unit("kg/h", "kg/h", "mass_flow", 1 / 3600),
    Unit("t/h", "t/h", "mass_flow", 1e3 / 3600),
    Unit("kg/m3", "kg/m³", "mass_concentration", 1.0),
    Unit("g/m3", "g/m³", "mass_concentration", 1e-3),
    Unit("mg/m3", "mg/m³", "mass_concentration", 1e-6, 0.0, ("mg/m^3",)),
    Unit("ug/m3", "µg/m³", "mass_concentration", 1e-9, 0.0, ("ug/m^3",)),
    Unit("g/L", "g/L", "mass_concentration", 1.0, 0.0, ("g/l",)),
    Unit("mg/L", "mg/L", "mass_concentration", 1e-3, 0.0, ("mg/l",)),
    Unit("V", "V", "voltage", 1.0),
    Unit("mV", "mV", "voltage", 1e-3),
    Unit("kV", "kV", "voltage", 1e3),
    Unit("A", "A", "current", 1.0),
    Unit("mA", "mA", "current", 1e-3),
    Unit("W", "W", "power", 1.0),
    Unit("kW", "kW", "power", 1e3, 0.0, ("KW",)),
    Unit("J", "J", "energy", 1.0),
    Unit("kW.h", "kWh", "energy", 3.6e6, 0.0, ("kwh", "KWH")),
    Unit("S/m", "S/m", "conductivity", 1.0),
    Unit("uS/cm", "µS/cm", "conductivity", 1e-4),
    Unit("lx", "lx", "illuminance", 1.0, 0.0, ("lux",)),
    Unit("/m2", "/m²", "areal_density", 1.0, 0.0,
         ("1/m2", "{person}/m2", "person/m2", "人/m²", "人/平方米")),
    Unit("{count}", "count", "count", 1.0, 0.0, ("个", "人", "辆", "{person}", "{vehicle}")),
    Unit("{count}/s", "count/s", "count_rate", 1.0),
    Unit("{count}/min", "count/min", "count_rate", 1 / 60, 0.0, ("人/分钟",)),
    Unit("{count}/h", "count/h", "count_rate", 1 / 3600, 0.0, ("veh/h", "辆/小时", "人/小时")),
    Unit("{NTU}", "NTU", "turbidity", 1.0, 0.0, ("ntu",), _UCUM),
    Unit("[pH]", "pH", "acidity", 1.0, 0.0, ("PH",), _UCUM),
    Unit("dB[SPL]", "dB", "sound_level", 1.0, 0.0, ("dB(A)", "dBA"), _UCUM),
)  # fmt: skip

GAS_UNITS: Final = ("%LEL", "%lel", "LEL%", "%Lel", "% LEL", "LEL")
"""Spellings of the percentage of the lower explosive limit: a unit only once the gas is named."""
