"""`flask --app app commissions …`"""

import pytest
from flask import Flask

from tests.clock import Clock
from tests.factories import unit

HSA_ID = "TSTNMT2321000115-UPPDRAG1"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_assignment_is_added_listed_and_ended(bare_app: Flask, clock: Clock) -> None:
    with bare_app.app_context():
        unit("Kolla")
    run = bare_app.test_cli_runner().invoke
    assert run(args=["commissions", "add", HSA_ID, "--unit", "Kolla"]).output == f"{HSA_ID} means Kolla\n"
    assert run(args=["commissions", "list"]).output == f"{HSA_ID}  Kolla\n"
    assert run(args=["commissions", "end", HSA_ID.lower()]).output == f"{HSA_ID} ended\n"
    assert run(args=["commissions", "list"]).output == ""
    again = run(args=["commissions", "end", HSA_ID])
    assert (again.exit_code, "redan avslutat" in again.output) == (1, True)
    for wrong in (["end", "SE2321000115-X"], ["add", HSA_ID, "--unit", "Ingen"], ["add", "x", "--unit", "Kolla"]):
        assert run(args=["commissions", *wrong]).exit_code == 1
