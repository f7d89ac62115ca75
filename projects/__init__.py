"""Plan text to features: reading, finding, describing, merging. Knows no coordinates."""
