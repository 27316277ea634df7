"""What HTTP asks of every answer: who the client is, copies that are still good, codings, memory, limits."""
