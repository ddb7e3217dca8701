"""Driftläge."""

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  operation.show       in     404    404    404    404     404    404    200    404    404    404
"""

#: The person who may, where a nurse may not.
READERS = {"operation.show": "admin"}
