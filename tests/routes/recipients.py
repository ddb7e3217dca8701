"""Mottagarlista."""

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  recipients.show      in     200    200    200    200     200    200    200    200    200    200
"""

NAMES = {("GET", "recipients.show"): ("q", "municipality", "case_type")}
