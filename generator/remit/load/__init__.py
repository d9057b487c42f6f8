"""YAML → records, with a place for every node. The only importer of yaml."""
