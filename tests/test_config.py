"""Settings: from the environment and a file, all faults at once, no secret with a default."""

import hmac
from dataclasses import FrozenInstanceError, fields
from datetime import time, timedelta
from pathlib import Path

import pytest

from lcweb.assets import AssetMode
from lcweb.config import ROUTINE_LINKS, RULE_SETTINGS, SETTINGS, BadSettings, Link, Settings, load
from lcweb.domain.rules import ReadingRule, Rules
from lcweb.domain.second_factor import Policy

SECRET = {"LCWEB_SECRET_KEY": "s" * 32}


def faults(environ: dict[str, str], instance: Path) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        load(environ, instance)
    assert all(fault in str(bad.value) for fault in bad.value.faults)
    return bad.value.faults


def written(instance: Path, text: str) -> Path:
    (instance / "lcweb.toml").write_text(text, "utf-8")
    return instance


def test_a_secret_is_enough(tmp_path: Path) -> None:
    settings = load(SECRET, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'lcweb.db'}"
    assert (settings.demo, settings.secure_cookie, settings.assets) == (False, True, AssetMode.LOCAL)
    assert settings.rules == Rules()
    assert settings.mail_folder == tmp_path / "mail"
    assert settings.idle == timedelta(minutes=30)


@pytest.mark.parametrize("environ", [{}, {"LCWEB_SECRET_KEY": "short"}, {"LCWEB_DEMO": "1"}])
def test_no_secret_has_a_default_not_even_in_a_demo(tmp_path: Path, environ: dict[str, str]) -> None:
    assert [fault.split(":")[0] for fault in faults(environ, tmp_path)] == ["LCWEB_SECRET_KEY"]


def test_the_access_log_has_a_key_of_its_own_or_one_that_can_become_it(tmp_path: Path) -> None:
    """L2: the derived key, written down as LCWEB_LOG_KEY, lets the secret change and the log be whole."""
    derived = load(SECRET, tmp_path).sealing_key
    assert derived == hmac.new(b"s" * 32, b"lcweb access log", "sha256").hexdigest().encode()
    pinned = {"LCWEB_SECRET_KEY": "n" * 32, "LCWEB_LOG_KEY": derived.decode()}
    assert load(pinned, tmp_path).sealing_key == derived
    assert load(SECRET | {"LCWEB_LOG_KEY": "l" * 32}, tmp_path).sealing_key == b"l" * 32
    for short in ("", "l" * 31, f"{'l' * 31}\n"):
        assert faults(SECRET | {"LCWEB_LOG_KEY": short}, tmp_path) == [
            "LCWEB_LOG_KEY: give at least 32 random characters"
        ]


def test_codes_have_a_key_of_their_own_or_one_that_can_become_it(tmp_path: Path) -> None:
    settings = load(SECRET, tmp_path)
    derived = settings.codes_key
    assert derived == hmac.new(b"s" * 32, b"lcweb second factor", "sha256").hexdigest().encode()
    assert derived != settings.sealing_key
    pinned = {"LCWEB_SECRET_KEY": "n" * 32, "LCWEB_SECOND_FACTOR_KEY": derived.decode()}
    assert load(pinned, tmp_path).codes_key == derived


def test_a_second_factor_is_offered_unless_said_otherwise(tmp_path: Path) -> None:
    assert load(SECRET, tmp_path).second_factor is Policy.OFFERED
    assert load(SECRET | {"LCWEB_DEMO": "1"}, tmp_path).second_factor is Policy.OFFERED
    assert load(SECRET | {"LCWEB_SECOND_FACTOR": "required"}, tmp_path).second_factor is Policy.REQUIRED
    assert len(faults(SECRET | {"LCWEB_SECOND_FACTOR": "perhaps"}, tmp_path)) == 1


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    written(tmp_path, 'poll_secunds = 5\nreading_rule = "often"\n')
    environ = {
        "LCWEB_DATABASE_URL": "lcweb.db",
        "LCWEB_SECRET_KEY": "short",
        "LCWEB_DEMO": "maybe",
        "LCWEB_ASSETS": "floppy",
        "LCWEB_POLL_SECONDS": "-1",
        "LCWEB_IDLE_MINUTES": "soon",
        "LCWEB_ANSWER_DAYS": "0",
        "LCWEB_FIRST_REMINDER": "25:00",
        "LCWEB_MAIL_FROM": " ",
        "LCWEB_COLOUR": "red",
    }
    told = faults(environ, tmp_path)
    assert [fault for fault in told if fault.startswith("lcweb.toml")] == [
        "lcweb.toml: there is no setting LCWEB_POLL_SECUNDS"
    ]
    assert [fault for fault in told if fault.startswith("environment")] == [
        "environment: there is no setting LCWEB_COLOUR"
    ]
    named = {fault.split(":")[0] for fault in told} - {"lcweb.toml", "environment"}
    assert named == (environ.keys() | {"LCWEB_READING_RULE"}) - {"LCWEB_COLOUR"}


def test_no_fault_repeats_the_secret(tmp_path: Path) -> None:
    assert "hemligt" not in "".join(faults({"LCWEB_SECRET_KEY": "hemligt"}, tmp_path))


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    written(tmp_path, f'secret_key = "{"f" * 40}"\npoll_seconds = 5\ndemo = true\nanswer_days = 4\n')
    settings = load({"LCWEB_POLL_SECONDS": "7"}, tmp_path)
    assert (settings.secret_key, settings.poll_seconds) == ("f" * 40, 7)
    assert (settings.demo, settings.rules.answer_days) == (True, 4)


def test_a_broken_file_is_one_fault_among_the_others(tmp_path: Path) -> None:
    written(tmp_path, "secret_key = \n")
    told = faults({"LCWEB_POLL_SECONDS": "0"}, tmp_path)
    assert [fault.split(":")[0] for fault in told] == ["lcweb.toml", "LCWEB_POLL_SECONDS", "LCWEB_SECRET_KEY"]


def test_cookies_are_insecure_only_in_a_demo_or_when_asked(tmp_path: Path) -> None:
    assert load(SECRET | {"LCWEB_DEMO": "1"}, tmp_path).secure_cookie is False
    assert load(SECRET | {"LCWEB_DEMO": "1", "LCWEB_SECURE_COOKIE": "1"}, tmp_path).secure_cookie is True
    assert load(SECRET | {"LCWEB_SECURE_COOKIE": "0"}, tmp_path).secure_cookie is False


def test_every_number_of_the_routine_is_a_setting(tmp_path: Path) -> None:
    environ = {
        "LCWEB_ANSWER_DAYS": "5",
        "LCWEB_READINGS_PER_DAY": "3",
        "LCWEB_READING_GAP": "45",
        "LCWEB_READING_RULE": "am_pm",
        "LCWEB_FIRST_REMINDER": "10:00",
        "LCWEB_SECOND_REMINDER": "14:00",
        "LCWEB_HALF_DAY_REMINDER": "09:30",
        "LCWEB_SHORTFALL_AT": "08:00",
        "LCWEB_HALF_DAY_CLOSES": "13:00",
    }
    assert load(SECRET | environ, tmp_path).rules == Rules(
        answer_days=5,
        readings_per_day=3,
        reading_gap=timedelta(minutes=45),
        reading_rule=ReadingRule.AM_PM,
        first_reminder=time(10, 0),
        second_reminder=time(14, 0),
        half_day_reminder=time(9, 30),
        shortfall_at=time(8, 0),
        half_day_closes=time(13, 0),
    )
    assert {setting.name.lower() for setting in RULE_SETTINGS} == {field.name for field in fields(Rules)}


def test_every_setting_has_a_field_and_every_field_a_setting() -> None:
    assert {setting.name.lower() for setting in SETTINGS} == {field.name for field in fields(Settings)} - {
        "identity_providers",
        "instance",
        "rules",
    }


def test_what_the_tests_and_the_shell_set_is_not_ours(tmp_path: Path) -> None:
    load(SECRET | {"LCWEB_TEST_REQUIRE": "browser", "LCWEB_INSTANCE": "elsewhere", "PATH": "/bin"}, tmp_path)


def test_the_instance_folder_comes_from_the_environment(tmp_path: Path) -> None:
    assert load(SECRET | {"LCWEB_INSTANCE": str(tmp_path)}).instance == tmp_path


def test_settings_do_not_change(tmp_path: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        load(SECRET, tmp_path).demo = True  # type: ignore[misc]


def test_addresses_lose_their_last_slash(tmp_path: Path) -> None:
    assert load(SECRET | {"LCWEB_BASE_URL": "https://lcweb.test/"}, tmp_path).base_url == "https://lcweb.test"


@pytest.mark.parametrize("number", ["nan", "inf", "0", "1e9"])
def test_a_duration_is_a_sensible_number(tmp_path: Path, number: str) -> None:
    assert len(faults(SECRET | {"LCWEB_SESSION_HOURS": number}, tmp_path)) == 1


@pytest.mark.parametrize("clock", ["12:00+02:00", "24:30", "noon", ""])
def test_a_time_of_day_is_stockholms_and_has_no_offset(tmp_path: Path, clock: str) -> None:
    """With one it could not be compared with the others."""
    assert len(faults(SECRET | {"LCWEB_HALF_DAY_CLOSES": clock}, tmp_path)) == 1


# Links of others ------------------------------------------------------------------------------------------------------


def links(tmp_path: Path, raw: str) -> tuple[Link, ...]:
    return load(SECRET | {"LCWEB_ROUTINE_LINKS": raw}, tmp_path).routine_links


def test_the_routine_s_five_sources_are_there_by_themselves(tmp_path: Path) -> None:
    usual = load(SECRET, tmp_path).routine_links
    assert len(usual) == 5
    assert {link.address.split("/")[2] for link in usual} == {"vardgivare.regionhalland.se"}
    assert links(tmp_path, ROUTINE_LINKS) == usual


def test_links_are_told_by_title_and_one_without_an_address_is_left_out(tmp_path: Path) -> None:
    raw = "Rutinen = https://rutin.example/a?b=c;\n Manualen=; Listan=https://lista.example;"
    assert links(tmp_path, raw) == (
        Link("Rutinen", "https://rutin.example/a?b=c"),
        Link("Listan", "https://lista.example"),
    )
    assert links(tmp_path, "") == ()


@pytest.mark.parametrize(
    "raw",
    [
        "javascript:alert(1)", "Rutinen=javascript:alert(1)", "Rutinen=http://rutin.example", "Rutinen=//rutin.example",
        "Rutinen=https://", "Rutinen https://rutin.example", "=https://rutin.example", "Rutinen=https://rutin.ex ample",
        "Rutinen=https://[rutin", "Rutinen=https://rutin.example/\0", "=", "A=https://a.example;B=ftp://b.example",
    ],
)  # fmt: skip
def test_a_link_is_https_and_has_a_title(tmp_path: Path, raw: str) -> None:
    told = faults(SECRET | {"LCWEB_ROUTINE_LINKS": raw}, tmp_path)
    assert [fault.split(":")[0] for fault in told] == ["LCWEB_ROUTINE_LINKS"]


def test_the_supervisor_is_one_link_or_none(tmp_path: Path) -> None:
    def supervisor(raw: str) -> Link | None:
        return load(SECRET | {"LCWEB_ACCESSIBILITY_SUPERVISOR": raw}, tmp_path).accessibility_supervisor

    assert supervisor("Myndigheten=https://m.example") == Link("Myndigheten", "https://m.example")
    assert supervisor("Myndigheten=") is None
    two = {"LCWEB_ACCESSIBILITY_SUPERVISOR": "A=https://a.example;B=https://b.example"}
    assert len(faults(SECRET | two, tmp_path)) == 1


@pytest.mark.parametrize("address", ["", "vard.example", "@vard.example", "a@", "a@b c@d", "a@b\nBcc: c@d"])
def test_feedback_goes_to_one_mail_address(tmp_path: Path, address: str) -> None:
    assert len(faults(SECRET | {"LCWEB_ACCESSIBILITY_EMAIL": address}, tmp_path)) == 1


def test_feedback_goes_to_the_administrator_when_nobody_else_is_named(tmp_path: Path) -> None:
    admin = SECRET | {"LCWEB_ADMIN_EMAIL": "admin@vard.example"}
    assert load(SECRET, tmp_path).feedback_email is None
    assert load(admin, tmp_path).feedback_email == "admin@vard.example"
    own = admin | {"LCWEB_ACCESSIBILITY_EMAIL": "tillganglig@vard.example"}
    assert load(own, tmp_path).feedback_email == "tillganglig@vard.example"
