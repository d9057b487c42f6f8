"""A file that someone hands in → changes of the register, and a report of what became of it."""
