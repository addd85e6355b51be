"""The command `newsclean`: flags to options to calls, words and exit codes."""
