"""Changes of figures that are more than chance, and what is said of each (ISO 10002:2018, 8.2)."""
