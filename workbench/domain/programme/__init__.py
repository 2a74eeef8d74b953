"""What a running programme shows (A3, A6, A8, A12), from the event tables."""
