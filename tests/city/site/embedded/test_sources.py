import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.city.site.embedded import errors, sources

HASH = "$2b$04$" + "a" * 53
INTERNAL = sources.SourceAccount("chengan", HASH, "")


def test_a_device_may_publish_below_its_source_and_do_nothing_else():
    text = sources.render([sources.SourceAccount("dev", HASH, "gas-7")], internal=INTERNAL)
    assert text.splitlines()[1:] == [
        "users: [",
        f'  {{ user: "chengan", password: "{HASH}" }}',
        f'  {{ user: "dev", password: "{HASH}", permissions: {{ publish: {{ allow: '
        '["chengan.gas-7", "chengan.gas-7.>"] }, subscribe: { deny: [">"] } }, '
        'allowed_connection_types: ["MQTT"] }',
        "]",
    ]


def test_a_hash_is_of_the_password_and_cheap_to_check():
    made = sources.hashed("secret")
    assert bcrypt.checkpw(b"secret", made.encode())
    assert made.startswith("$2b$04$")
    assert sources.HASH.fullmatch(made)


@pytest.mark.parametrize(
    ("account", "message"),
    [
        (sources.SourceAccount("dev", HASH, "gas.*"), "source key"),
        (sources.SourceAccount("dev", HASH, ">"), "source key"),
        (sources.SourceAccount("dev", HASH, ""), "source key"),
        (sources.SourceAccount('dev", x: "', HASH, "gas"), "user name"),
        (sources.SourceAccount("dev", "plain", "gas"), "bcrypt hash"),
    ],
)
def test_what_could_open_other_topics_is_refused(account, message):
    with pytest.raises(errors.InvalidSource, match=message):
        sources.render([account], internal=INTERNAL)


@given(st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_whatever_is_accepted_holds_no_sign_of_the_settings_language(name, key):
    try:
        sources.render([sources.SourceAccount(name, HASH, key)], internal=INTERNAL)
    except errors.InvalidSource:
        return
    assert not set('"\\{}[]$#*>\n\r ') & set(name + key)


def test_the_internal_user_stays_when_devices_are_replaced(services):
    sources.write(services.sources_conf, [sources.SourceAccount("dev", HASH, "gas")])
    text = services.sources_conf.read_text()
    assert text.count("user:") == 2
    assert 'user: "chengan"' in text
    sources.write(services.sources_conf, [])
