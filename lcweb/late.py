"""What an app process loads when it is first needed, since each has its own copy of most of what it loads.

The import then stands in the function that needs it. Whether it is there is asked at the start all the same.
"""

from importlib.util import find_spec

#: Package → when it is needed.
PACKAGES = {
    "cryptography": "a secret of a second factor is sealed or unsealed",
    "openpyxl": "an Excel file is read or written",
    "zxcvbn": "a password is chosen",
}


def require() -> None:
    """Raises ModuleNotFoundError with every one that is not installed. Loads none."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise ModuleNotFoundError(f"not installed: {', '.join(missing)}")
