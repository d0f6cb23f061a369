"""Plain ways to the same answers, written for comparison. They know none of the engine's code."""
