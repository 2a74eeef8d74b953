"""The only readers and writers of files: what comes out conforms to a schema."""
