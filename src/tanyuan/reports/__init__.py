"""The study report of a product carbon footprint, in Word and PDF, Chinese and English."""
