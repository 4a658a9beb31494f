"""Stand-ins for Google and WhatsApp over real HTTP on this computer."""
