"""Where people work: the desk in the browser. Read-only until people can sign in."""
