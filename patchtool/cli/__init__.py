"""typer; one command a file: parse options, make one call, print one report."""
