"""A document that someone hands in → the files of a mandate, and what became of each paragraph."""
