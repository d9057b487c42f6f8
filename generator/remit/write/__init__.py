"""Bytes on disk: files, documents, caches, the search index."""
