"""The Common Alerting Protocol and its Chinese relatives; pure: no Django, no network, no clock.

- `codes`: colours, digits, event codes, the 31-character identifier.
- `polygons`: rings that are valid, closed and complete.
- `message`: what a message says; `writing` and `reading` it as CAP 1.2; `atom` feeds of them.
- `national`: the national early-warning message, which looks like CAP and is not.
- `signing`: optional XML signatures.
"""
