"""What the server makes beside its answers: after each flip, or because somebody asked early."""
