"""One line typed in a chat -> what it asks for: `grammar.parse_owner`, `grammar.parse_client`, `names.find_clients`."""
