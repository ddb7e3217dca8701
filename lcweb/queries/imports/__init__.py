"""Imports as their pages show them, and the same files written from what there is."""

from lcweb.queries.imports.export import list_cells, people_cells, unit_cells
from lcweb.queries.imports.jobs import Job, JobLine, counts, get_job, jobs, lines

__all__ = ["Job", "JobLine", "counts", "get_job", "jobs", "lines", "list_cells", "people_cells", "unit_cells"]
