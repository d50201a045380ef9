"""From study to footprint: the document, the calculation, its uncertainty, the seal."""
