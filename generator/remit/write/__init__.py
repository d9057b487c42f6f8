"""Bytes on disk: files, documents, feeds, caches, the search index."""
