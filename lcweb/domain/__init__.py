"""The rules of the routine as pure functions over values: no Flask, no SQLAlchemy, no clock, no I/O."""
