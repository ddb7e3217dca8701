"""Utskick."""

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  outbox.show          in     404    404    404    404     404    404    200    404    404    404
"""

#: The person who may, where a nurse may not.
READERS = {"outbox.show": "admin"}
