"""Records → pages, documents and data, in memory. The only importer of jinja2."""
