"""One module per kind of source; each turns locations into documents that are archived and ready for the cage."""
