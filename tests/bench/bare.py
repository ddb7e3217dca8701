"""The least that Flask can answer: what every figure of the bench is a share of."""

from flask import Flask

app = Flask(__name__, static_folder=None)


@app.get("/")
def text() -> str:
    return "Vårdmeddelanden"


@app.get("/204")
def nothing() -> tuple[str, int]:
    return "", 204
