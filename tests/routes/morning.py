"""Läget i dag."""

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  morning.show         in     200    200    200    200     200    404    404    404    200    unit
"""
