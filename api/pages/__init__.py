"""The pages, one module per family: each view reads the request, asks, fills one context, and returns."""
