"""The reads. They never write, and return frozen rows made for one page: nothing lazy reaches a template."""
