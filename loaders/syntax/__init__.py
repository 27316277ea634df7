"""One module per syntax family: bytes of one document to strict statements, with a report of every fault."""
