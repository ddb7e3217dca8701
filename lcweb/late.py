"""What an app process loads when it is first needed: each has its own copy of nearly all that it loads and uses.

The import then stands in the function that needs it. Whether it is installed is asked at the start all the same.
"""

from importlib.util import find_spec

#: For secrets of second factors, for Excel files, and for passwords that are chosen.
PACKAGES = ("cryptography", "openpyxl", "zxcvbn")


def require() -> None:
    """Raises ModuleNotFoundError that names all that are not installed. Loads none of them."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise ModuleNotFoundError(f"not installed: {', '.join(missing)}")
