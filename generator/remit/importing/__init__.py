"""Files that someone hands in → changes of the register, with a report of what became of what."""
