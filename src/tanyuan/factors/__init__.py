"""The factor as a document, the starter library, and how a factor is found."""
