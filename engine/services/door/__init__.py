"""The public door: complaints are followed by code, questions and surveys are answered."""
