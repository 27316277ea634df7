"""Questions of the library put by requests, and their answers in parts."""
