"""The server floor: persistence, people, permissions, workflow, pages over the library.

It holds no formula; whatever is calculated is calculated by the library floor.
"""
