"""The settings of identity providers: several, from both places, every fault at once, no secret in a fault."""

from pathlib import Path

import pytest

from lcweb.config import BadSettings, load
from lcweb.domain.providers import Provider

SECRET = {"LCWEB_SECRET_KEY": "s" * 32}
ONE = {
    "LCWEB_OIDC_SITHS_ISSUER": "https://idp.example/oidc/",
    "LCWEB_OIDC_SITHS_CLIENT_ID": "lcweb",
    "LCWEB_OIDC_SITHS_CLIENT_SECRET": "hemligt",
    "LCWEB_OIDC_SITHS_ACR": "http://id.example/loa3  loa4",
    "LCWEB_OIDC_SITHS_NAME": "SITHS eller Freja",
}


def faults(environ: dict[str, str], instance: Path) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        load(SECRET | environ, instance)
    return bad.value.faults


def test_none_is_the_default(tmp_path: Path) -> None:
    assert load(SECRET, tmp_path).identity_providers == ()


def test_several_from_the_environment_and_the_file(tmp_path: Path) -> None:
    """A secret in the environment, the rest in the file; what stands in both is the environment's."""
    (tmp_path / "lcweb.toml").write_text(
        """
        oidc_annan_scope = "openid commission"
        [oidc.annan]
        issuer = "http://localhost:8080"
        client_id = "vm"
        acr = "loa3"
        name = "Annan"
        [oidc.siths]
        name = "Fel namn"
        """,
        "utf-8",
    )
    found = load(SECRET | ONE | {"LCWEB_OIDC_ANNAN_CLIENT_SECRET": "hush"}, tmp_path).identity_providers
    assert found == (
        Provider(key="annan", name="Annan", issuer="http://localhost:8080", client_id="vm", client_secret="hush",
                 acr=("loa3",), scope="openid commission"),
        Provider(key="siths", name="SITHS eller Freja", issuer="https://idp.example/oidc/", client_id="lcweb",
                 client_secret="hemligt", acr=("http://id.example/loa3", "loa4")),
    )  # fmt: skip


def test_every_fault_of_every_provider_is_told_at_once(tmp_path: Path) -> None:
    wrong = ONE | {"LCWEB_OIDC_SITHS_ISSUER": "http://idp.example", "LCWEB_OIDC_SITHS_ACR": " ",
                   "LCWEB_OIDC_B_SCOPE": "profile", "LCWEB_OIDC_B_COLOUR": "red", "LCWEB_OIDC": "x"}  # fmt: skip
    told = faults(wrong, tmp_path)
    assert {fault.split(":")[0] for fault in told} == {
        "environment", "LCWEB_OIDC_SITHS_ISSUER", "LCWEB_OIDC_SITHS_ACR", "LCWEB_OIDC_B_ISSUER",
        "LCWEB_OIDC_B_CLIENT_ID", "LCWEB_OIDC_B_CLIENT_SECRET", "LCWEB_OIDC_B_ACR", "LCWEB_OIDC_B_NAME",
        "LCWEB_OIDC_B_SCOPE",
    }  # fmt: skip
    assert [fault for fault in told if fault.startswith("environment")] == [
        "environment: there is no setting LCWEB_OIDC", "environment: there is no setting LCWEB_OIDC_B_COLOUR",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "issuer",
    ["idp.example", "https://", "http://idp.example", "http://127.0.0.1.example", "https://idp.example?x",
     "https://idp.example#x", "https://a:b@idp.example", "https://idp.exam ple", "https://idp.example:x",
     "https://[::1", "javascript:alert(1)", "file:///etc"],
)  # fmt: skip
def test_an_issuer_is_reached_in_private(tmp_path: Path, issuer: str) -> None:
    told = faults(ONE | {"LCWEB_OIDC_SITHS_ISSUER": issuer}, tmp_path)
    assert [fault.split(":")[0] for fault in told] == ["LCWEB_OIDC_SITHS_ISSUER"]


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:1", "http://localhost", "http://[::1]:8080/x"])
def test_or_is_this_machine(tmp_path: Path, issuer: str) -> None:
    found = load(SECRET | ONE | {"LCWEB_OIDC_SITHS_ISSUER": issuer}, tmp_path).identity_providers
    assert [provider.issuer for provider in found] == [issuer]


@pytest.mark.parametrize("secret", ["hemligt\n\tmer", "hemligt å"])
def test_a_fault_tells_nothing_of_a_secret(tmp_path: Path, secret: str) -> None:
    told = faults(ONE | {"LCWEB_OIDC_SITHS_CLIENT_SECRET": secret}, tmp_path)
    assert told == ["LCWEB_OIDC_SITHS_CLIENT_SECRET: is empty, or has characters that OAuth does not know"]
