"""What other programs take home: each interface for harvesters is a module, their addresses are in api.urls."""
