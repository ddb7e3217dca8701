"""The way into the administration."""

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  administration.start  in     404    404    404    303     303    303    303    404    404    404
"""

#: The person who may, where a nurse may not.
READERS = {"administration.start": "admin"}
