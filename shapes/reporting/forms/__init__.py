"""The forms of a report, one module each; every one writes piece by piece, so that no report is held as a whole."""
