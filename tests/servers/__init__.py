"""Real servers on loopback for the tests: no mock of the network anywhere."""
