"""Forms take in what was typed; the rules themselves are in `domain/`."""
