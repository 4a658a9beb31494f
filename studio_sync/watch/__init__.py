"""The watch: what the owner changed in the sheets and the diary becomes facts. It never writes outside."""
