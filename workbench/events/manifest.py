"""The file that makes a folder one of imported events."""

MANIFEST = "manifest.json"
"""Names the files that are current; replaced whole by every import."""
