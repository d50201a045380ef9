"""Data quality: ratings and what they imply for uncertainty."""
