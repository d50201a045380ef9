"""What both editions of ecoSpold share: finding data sets in files, units, flows, places."""
