"""Our speed, printed: ``make bench``. Each figure is a median of runs in this very process."""
