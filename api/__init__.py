"""The Flask application, the command line, settings, pages, the SPARQL protocol, harvest interfaces."""
