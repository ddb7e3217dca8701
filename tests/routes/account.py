"""Mitt konto, and the second factor. No password and no code sent here is right: what a right one does is told in
tests/web/, since it would sign everybody out in the middle of the table."""

from typing import Any

from tests.factories import PASSWORD
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  account.show         in     200    200    200    200     200    200    200    200    200    200
POST account.change_password 401 400    400    400    400     400    400    400    400    400    400
GET  second_factor.show   in     200    200    200    200     200    200    200    200    200    200
POST second_factor.begin  401    303    303    303    303     303    303    303    303    303    303
GET  second_factor.new    in     200    200    200    200     200    200    200    200    200    200
POST second_factor.confirm 401   400    400    400    400     400    400    400    400    400    400
POST second_factor.renew_codes 401 409  409    409    409     409    409    409    409    409    409
POST second_factor.remove 401    409    409    409    409     409    409    409    409    409    409
GET  sign_in_steps.show   in     in     in     in     in      in     in     in     in     in     in
POST sign_in_steps.use    in     in     in     in     in      in     in     in     in     in     in
"""

NAMES = {
    ("POST", "account.change_password"): ("password", "new", "again"),
    ("POST", "second_factor.begin"): ("password",),
    ("POST", "second_factor.confirm"): ("code",),
    ("POST", "second_factor.renew_codes"): ("password", "code"),
    ("POST", "second_factor.remove"): ("password", "code"),
    ("POST", "sign_in_steps.use"): ("code",),
}


def fields(_world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """The old password once more, and no code: none is waited for."""
    known: dict[str, dict[str, Any]] = {
        "account.change_password": {"password": PASSWORD, "new": PASSWORD, "again": PASSWORD},
        "second_factor.begin": {"password": PASSWORD},
        "second_factor.confirm": {"code": "000000"},
        "second_factor.renew_codes": {"password": PASSWORD, "code": "000000"},
        "second_factor.remove": {"password": PASSWORD, "code": "000000"},
    }
    return known.get(endpoint)
