"""Settings, addresses, base templates, static files, navigation, public home."""
