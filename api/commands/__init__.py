"""The commands, by subject: each a few lines over a function in a lower layer, imported when it is called."""
