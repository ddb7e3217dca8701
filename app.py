"""What `flask --app app`, granian and gunicorn load."""

from lcweb import create_app

app = create_app()
