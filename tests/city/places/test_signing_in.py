"""Two steps with a code, and the city's own sign-in played by a small provider."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.urls import reverse

from chengan.city.places.models import User

PASSWORD = "long-enough-4-tests"


def code_of(secret):
    counter = next(iter(auth.yield_hotp_counters_from_time()))
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def sign_in(client):
    return client.post(reverse("account_login"), {"login": "duty_officer", "password": PASSWORD})


def test_a_second_step_is_enrolled_and_asked_for(client, duty_officer):
    sign_in(client)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    client.post(asked["Location"], {"password": PASSWORD})
    form = client.get(reverse("mfa_activate_totp")).context["form"]
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000x"}).status_code == 200
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret or form.secret
    assert client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}).status_code == 302
    kinds = set(Authenticator.objects.values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    client.logout()
    cache.clear()
    assert sign_in(client)["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session
    client.post(reverse("mfa_authenticate"), {"code": "not-it"})
    assert "_auth_user_id" not in client.session
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert client.session["_auth_user_id"] == str(duty_officer.pk)


def test_a_recovery_code_opens_once(client, duty_officer):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    auth.TOTP.activate(duty_officer, auth.generate_totp_secret())
    code = RecoveryCodes.activate(duty_officer).get_unused_codes()[0]
    for is_good in (True, False):
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert ("_auth_user_id" in client.session) == is_good
        client.logout()


class Provider(BaseHTTPRequestHandler):
    """Answers as an OpenID provider does; `who` is the person that it vouches for."""

    who = {"sub": "7", "preferred_username": "wang", "name": "王"}

    def answer(self, found):
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        home = f"http://{self.headers['Host']}"
        if "well-known" in self.path:
            names = {
                "authorization_endpoint": "auth",
                "token_endpoint": "token",
                "userinfo_endpoint": "who",
                "jwks_uri": "keys",
            }
            self.answer({"issuer": home, **{key: f"{home}/{path}" for key, path in names.items()}})
        else:
            assert self.headers["Authorization"] == "Bearer t"
            self.answer(self.who)

    def do_POST(self):
        given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        good = given["code"] == ["right"]
        self.answer(
            {"access_token": "t", "token_type": "Bearer"} if good else {"error": "invalid_grant"}
        )

    def log_message(self, *_values):
        """Stay quiet."""


@pytest.fixture
def provider(settings, town):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {"provider_id": "city", "name": "City", "client_id": "c", "secret": "s"}
    app["settings"] = {"server_url": f"http://127.0.0.1:{server.server_port}"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield server
    server.shutdown()
    server.server_close()


def come_back(client, code, state=None):
    start = client.post(reverse("openid_connect_login", args=["city"]))
    asked = parse_qs(urlsplit(start["Location"]).query)
    given = {"code": code, "state": state or asked["state"][0]}
    return client.get(reverse("openid_connect_callback", args=["city"]), given)


def test_the_citys_sign_in_gives_an_account_that_sees_nothing(client, provider):
    assert come_back(client, "right").status_code == 302
    user = User.objects.get(username="wang")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert not user.grants.exists()
    assert client.get(reverse("places:objects")).status_code == 403
    client.logout()
    come_back(client, "right")
    assert User.objects.filter(username__startswith="wang").count() == 1


@pytest.mark.parametrize(("code", "state"), [("wrong", None), ("right", "forged")])
def test_a_forged_answer_signs_nobody_in(client, provider, code, state):
    come_back(client, code, state)
    assert "_auth_user_id" not in client.session


def test_a_closed_account_is_not_opened_by_the_citys_sign_in(client, provider):
    come_back(client, "right")
    client.logout()
    User.objects.update(is_active=False)
    come_back(client, "right")
    assert client.get(reverse("places:objects")).status_code == 302
