"""Logg."""

from tests.web.ids import Takes

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  access_log.show      in     404    404    404    404     404    404    404    200    404    404
POST access_log.find      401    404    404    404    404     404    404    404    200    404    404
"""

#: The person who may, where a nurse may not.
READERS = {"access_log.show": "log", "access_log.find": "log"}
NAMES = {("POST", "access_log.find"): ("patient_id", "person", "unit", "action", "from_day", "to_day", "page")}

IDS = {("POST", "access_log.find"): {"unit": Takes("any unit", ignored=True)}}
