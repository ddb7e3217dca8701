"""The verbs. Each opens one transaction and writes its access-log row in it. `actor` and `now` are arguments."""
