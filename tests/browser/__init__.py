"""The platform as people meet it: a real server, a real browser, whole tasks from end to end."""
