"""What each command of the command line does: calls, and shows the result."""
