"""What times are possible, and why not. Pure: no Django, no settings, no clock, no I/O."""
